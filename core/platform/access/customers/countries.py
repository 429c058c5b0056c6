"""Look up countries (ISO 3166-1 alpha-2), their currency (ISO 4217) and the time zone that a form offers first."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import yaml
from pydantic import TypeAdapter

from core.settings import ROOT

_FILE = ROOT / "data" / "countries.yaml"


@dataclass(frozen=True, slots=True)
class Country:
    """A country's name, currency, and the zone of most of its people."""

    name: str
    currency: str
    zone: str


@cache
def countries() -> dict[str, Country]:
    """Return every country by its code, in the order of their names."""
    with _FILE.open(encoding="utf-8") as file:
        rows = TypeAdapter(dict[str, tuple[str, str, str]]).validate_python(yaml.safe_load(file))
    return {code: Country(*row) for code, row in sorted(rows.items(), key=lambda pair: pair[1][0])}


@cache
def currencies() -> tuple[str, ...]:
    """List the currencies of all countries by code."""
    return tuple(sorted({country.currency for country in countries().values()}))
