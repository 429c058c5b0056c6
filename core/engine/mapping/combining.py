"""Tells which columns make one value together by nature: items of a list, parts of an address or a name, a day and its time.

Judged by the names of the columns alone. Anything else is for a person to join, or to choose from. Pure.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from core.kit.text import tokens
from core.schema import Field

_NAME: Mapping[str, frozenset[str]] = {
    "prefix": frozenset({"prefix", "salutation", "honorific", "title"}),
    "first": frozenset({"first", "given"}),
    "middle": frozenset({"middle"}),
    "last": frozenset({"last", "family"}),
    "suffix": frozenset({"suffix"}),
}
"""Words of a person's name in the order they are read: part -> the words of a header that mean it."""

_NAMES: Mapping[str, tuple[str, ...]] = {
    "name": tuple(_NAME),
    "display_name": tuple(_NAME),
    "first_name": ("prefix", "first", "middle"),
    "last_name": ("middle", "last", "suffix"),
}
"""Target field -> the parts of a name that it may be made of."""

_ADDRESS: Mapping[str, frozenset[str]] = {
    "number": frozenset({"house", "number"}),
    "unit": frozenset({"apartment", "apt", "building", "floor", "suite", "unit"}),
    "city": frozenset({"city", "locality", "suburb", "town"}),
    "region": frozenset({"county", "province", "region", "state"}),
    "postal": frozenset({"pin", "postal", "zip"}),
    "country": frozenset({"country"}),
}
_LINE = frozenset({"address", "line", "road", "street"})
_FILLING = frozenset({"address", "and", "code", "initial", "line", "name", "road", "street"})
"""Words that say nothing of whose name or address it is."""


def in_order(field: Field, columns: Sequence[str]) -> tuple[str, ...] | None:
    """Return the columns in the order in which their values make one value of the field; None where they do not by nature.

    Columns about different people or addresses, 'Billing street' and 'Shipping city', do not belong together.
    """
    if field.is_list:
        return tuple(columns)
    if field.kind == "datetime":
        words = [set(tokens(name)) & {"date", "day", "time"} for name in columns]
        pairs = len(words) == 2 and words[0] != words[1] and {"time"} in words
        return tuple(columns) if pairs else None
    if field.kind != "text":
        return None
    if field.name == "address":
        return tuple(columns) if _are_parts(columns, [_of_address(name) for name in columns]) else None
    allowed = _NAMES.get(field.name, ())
    parts = {name: _of(name, _NAME) for name in columns}
    if not _are_parts(columns, list(parts.values())) or not all(
        part <= set(allowed) for part in parts.values()
    ):
        return None
    return tuple(sorted(columns, key=lambda name: min(map(allowed.index, parts[name]))))


def _are_parts(columns: Sequence[str], parts: Sequence[set[str]]) -> bool:
    """Whether each column is a part of its own of the same name or address."""
    naming_words = {word for words in (*_NAME.values(), *_ADDRESS.values()) for word in words} | _FILLING
    owners = {
        frozenset(word for word in tokens(name) if word not in naming_words and not word.isdigit())
        for name in columns
    }
    together = sum(len(part) for part in parts)
    return all(parts) and len(owners) == 1 and len(set().union(*parts)) == together


def _of_address(column: str) -> set[str]:
    words = tokens(column)
    lines = {f"line {word}" for word in words if word.isdigit()}
    return lines or _of(column, _ADDRESS) or ({"line 1"} if _LINE & set(words) else set())


def _of(column: str, vocabulary: Mapping[str, frozenset[str]]) -> set[str]:
    words = set(tokens(column))
    return {part for part, meaning in vocabulary.items() if words & meaning}
