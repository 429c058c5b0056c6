"""Paths in a JSON document: their notation in a declaration, and the values at them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache, lru_cache

from core.engine.sources.json_text import Json, scalar_text
from core.errors import InvalidInputError

Path = tuple[str | int, ...]
"""The position of a value in a document: names and list indexes from the root."""

Pattern = tuple[str, ...]
"""A Path without positions: '[]' for any member of a list, '{}' for any value of an object.

'[useType=Default]' stands for the first member of which that field has that value; a list of one member may be the member.
"""

ANY_MEMBER, ANY_VALUE = "[]", "{}"
_SPECIAL = re.compile(r"([\\.\[\]{}])")
_MARK = r"\[\]|\{\}|\[\w+=\w+\]"
_STEP = re.compile(rf"(?P<name>(?:\\.|[^\\\[\]{{}}])*)(?P<marks>(?:{_MARK})*)")
_SELECTION = re.compile(r"\[(?P<field>\w+)=(?P<value>\w+)\]")


@lru_cache(maxsize=65_536)
def escape(key: str) -> str:
    """Escape a document's key as one step of a dotted name: dots and brackets get a backslash."""
    return _SPECIAL.sub(r"\\\1", key)


@cache
def pattern_of(path: str) -> Pattern:
    """Parse a path: 'menus[].groups[]' -> ('menus', '[]', 'groups', '[]'); '.' -> ()."""
    if path == ".":
        return ()
    steps: list[str] = []
    for part in split_name(path):
        match = _STEP.fullmatch(part)
        if match is None:
            raise InvalidInputError(
                f"{path!r} is not a path.", hint="Write it like 'menus[].groups[].items[]'."
            )
        steps += [match["name"]] if match["name"] else []
        steps += re.findall(_MARK, match["marks"])
    return tuple(steps)


def split_name(name: str) -> list[str]:
    """Split a dotted name into its steps, still escaped."""
    if "\\" not in name:
        return name.split(".")
    steps = [""]
    for piece in re.findall(r"\\.|\.|[^\\.]+", name, flags=re.DOTALL):
        if piece == ".":
            steps.append("")
        else:
            steps[-1] += piece
    return steps


def pick(value: Json, steps: Pattern) -> Json:
    """Return the value at `steps` below `value`: a list where the way leads through lists, None where it ends early."""
    for index, step in enumerate(steps):
        if step in {ANY_MEMBER, ANY_VALUE}:
            members = value if isinstance(value, list) else value.values() if isinstance(value, dict) else ()
            return _items([pick(member, steps[index + 1 :]) for member in members])
        if selection := _SELECTION.fullmatch(step):
            value = _selected(value, selection["field"], selection["value"])
            continue
        if not isinstance(value, dict):
            return None
        value = value.get(unescape(step))
    return value


def _selected(value: Json, field: str, text: str) -> Json:
    """Return the first member of which the field has the value, as text; None where there is none."""
    members = value if isinstance(value, list) else [value]
    return next(
        (member for member in members if isinstance(member, dict) and scalar_text(member.get(field)) == text),
        None,
    )


def _items(values: Sequence[Json]) -> list[Json]:
    """Flatten lists among the values by one level, and drop missing values."""
    items: list[Json] = []
    for value in values:
        if isinstance(value, list):
            items += [item for item in value if item is not None]
        elif value is not None:
            items.append(value)
    return items


@lru_cache(maxsize=65_536)
def unescape(step: str) -> str:
    """Unescape a step into the document's key."""
    return re.sub(r"\\(.)", r"\1", step, flags=re.DOTALL)


def without_switched_off(value: Json, steps: Pattern, flag: str) -> Json:
    """Drop the members of the list at `steps` whose flag is false."""
    if not steps:
        if not isinstance(value, list):
            return value
        return [member for member in value if not (isinstance(member, dict) and member.get(flag) is False)]
    key = unescape(steps[0])
    if not isinstance(value, dict) or key not in value:
        return value
    return value | {key: without_switched_off(value[key], steps[1:], flag)}
