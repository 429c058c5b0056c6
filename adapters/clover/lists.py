"""Places of Clover's lists in JSON: a page of the API has its records in 'elements', an expanded field has them too."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from adapters.declare import anywhere
from core.engine.sources.contract import Hint, StreamSpec

_PAGES = ("elements[]", "[]")


def list_places(name: str) -> tuple[str, ...]:
    """List where the records of a list may be: under its name, or in a page of the API."""
    return (f"{name}.elements[]", f"{name}[]", *_PAGES)


def below(parents: tuple[str, ...], name: str) -> tuple[str, ...]:
    """List where the records of an expanded field may be."""
    return tuple(f"{parent}.{name}{members}" for parent in parents for members in (".elements[]", "[]"))


def listed_streams(spec: StreamSpec, name: str, *marks: str) -> tuple[StreamSpec, StreamSpec]:
    """Return the stream of a list under its name, and that of a page, told by keys (`marks`) that every record has."""
    page = replace(spec, name=f"{spec.name}_page", path=anywhere(_PAGES), headers=frozenset(marks))
    return replace(spec, path=anywhere((f"{name}.elements[]", f"{name}[]"))), page


def expanded(hints: Mapping[str, str | Hint]) -> dict[str, str | Hint]:
    """Return the hints of fields in expanded lists under both their forms, and the lists themselves without one."""
    flat = {name.replace(".elements[]", "[]"): hint for name, hint in hints.items()}
    lists = {name.partition("[]")[0]: Hint(None) for name in (*hints, *flat)}
    return {**hints, **flat, **lists}


def both_forms(*names: str) -> frozenset[str]:
    """Return fields of expanded lists under both their forms."""
    return frozenset(name.replace(".elements[]", form) for name in names for form in (".elements[]", "[]"))


PAGE = StreamSpec(name="page", entity="", path=".", headers=frozenset({"elements"}))
"""The page around the records of an answer of the API."""
