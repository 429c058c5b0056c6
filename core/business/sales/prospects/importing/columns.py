"""Recognise the columns of a prospect list by their headers (data/prospect_lists.yaml). Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache

import yaml

from core.errors import InvalidInputError
from core.kit.text import normalise
from core.settings import ROOT

_FILE = ROOT / "data" / "prospect_lists.yaml"
NAME = "name"
_REPEATED = re.compile(r" \([0-9]+\)$")
LABELS: Mapping[str, str] = {
    "name": "Company",
    "source_system": "Source system",
    "locations": "Locations",
    "contact_name": "Contact",
    "contact_first_name": "Contact's first name",
    "contact_last_name": "Contact's last name",
    "contact_email": "E-mail",
    "contact_phone": "Telephone",
    "country": "Country",
    "currency": "Currency",
    "domain": "Line of business",
    "next_step": "Next step",
    "next_step_on": "Date of the next step",
    "volumes.items": "Menu items",
    "volumes.orders_per_day": "Orders per day",
    "volumes.pupils": "Pupils",
    "volumes.staff": "Staff",
    "note": "Note",
}
"""Field that a column can fill -> its label."""


@dataclass(frozen=True, slots=True)
class ListColumn:
    """A column of the list. `field` is what it fills, None for a column that is not imported.

    `rivals` are the columns that could fill the same field: a person chooses between them.
    """

    header: str
    field: str | None
    rivals: tuple[str, ...] = ()


def recognise(headers: Sequence[str], choices: Mapping[str, str] | None = None) -> list[ListColumn]:
    """Say what each column fills; `choices` (header -> field, '' for none) come first.

    InvalidInputError for a choice that names no column or no field, or one field twice.
    """
    chosen = dict(choices or {})
    _check_choices(headers, chosen)
    taken = {field for field in chosen.values() if field}
    fields: dict[str, str | None] = {header: chosen[header] or None for header in headers if header in chosen}
    candidates = {header: _fields_of(header, headers) for header in headers if header not in chosen}
    rivals: dict[str, tuple[str, ...]] = {}
    for position in (0, 1):  # a header of two fields, such as Name, fills its second where the first is taken
        wanted_by: dict[str, list[str]] = {}
        for header, options in candidates.items():
            if header not in fields and position < len(options) and options[position] not in taken:
                wanted_by.setdefault(options[position], []).append(header)
        for field, claimants in wanted_by.items():
            certain = [header for header in claimants if len(candidates[header]) == 1] or claimants
            if len(certain) == 1:
                fields[certain[0]] = field
                taken.add(field)
            else:
                rivals |= {header: tuple(certain) for header in certain}
    return [
        ListColumn(header, fields.get(header), () if header in fields else rivals.get(header, ()))
        for header in headers
    ]


def _check_choices(headers: Sequence[str], choices: Mapping[str, str]) -> None:
    used = [field for field in choices.values() if field]
    for header, field in choices.items():
        if header not in headers:
            raise InvalidInputError(
                f"The list has no column {header!r}.", hint=f"It has {', '.join(headers)}."
            )
        if field and field not in LABELS:
            raise InvalidInputError(f"There is no field {field!r}.", hint=f"Use one of {', '.join(LABELS)}.")
        if field and used.count(field) > 1:
            raise InvalidInputError(f"Two columns fill {LABELS[field]}.", hint="Choose one of them.")


def _fields_of(header: str, headers: Sequence[str]) -> tuple[str, ...]:
    """Return the fields that a column may fill; the second of two columns Phone is read as 'Phone (2)'."""
    first = _REPEATED.sub("", header)
    header = first if first in headers else header
    return _names().get(normalise(header)) or _names().get(normalise(header.casefold()), ())


@cache
def _names() -> Mapping[str, tuple[str, ...]]:
    with _FILE.open(encoding="utf-8") as file:
        document: dict[str, list[str]] = yaml.safe_load(file)
    names: dict[str, tuple[str, ...]] = {}
    for field, headers in document.items():
        for key in [key for header in headers for key in (normalise(header), normalise(header.casefold()))]:
            if field not in names.get(key, ()):
                names[key] = (*names.get(key, ()), field)
    return names
