"""Read JSON without losing a digit, and write single values as text.

The parser of the standard library is used because it keeps each number as written in the file: 10.10 stays
10.10 as a Decimal and a 20-digit id stays whole, where faster parsers turn both into floats.
"""

from __future__ import annotations

import json
import re
from decimal import Decimal
from itertools import islice
from typing import TypeAlias, cast

from core.engine.sources.characters.decoding import without_lone_escapes
from core.errors import InvalidInputError

Json: TypeAlias = "dict[str, Json] | list[Json] | str | int | Decimal | bool | None"

_LONGEST_PLAIN = 40  # digits beyond which an exponent is left as it is: 1e999999 would fill the memory
_STRING_OR_END = re.compile(r'"(?:[^"\\]|\\.)*+"|\}', re.DOTALL)
_ENCODE = json.encoder.encode_basestring


def parse(text: str, file: str) -> Json:
    """Parse a document, or JSON Lines into a list of their objects; InvalidInputError names the line at fault."""
    text = without_lone_escapes(text.removeprefix("\ufeff"))
    try:
        return _loads(text)
    except _TwiceError as error:
        raise _twice(file, error.key, _line_of_end(text, error.number)) from None
    except json.JSONDecodeError as error:
        lines = _lines(text, file)
        if lines is not None:
            return lines
        raise InvalidInputError(
            f"{file} is not valid JSON: {error.msg} (line {error.lineno}, column {error.colno}).",
            hint="Export it again; a file that was cut off or edited by hand cannot be read.",
            file=file,
            row=error.lineno,
        ) from None
    except RecursionError:
        raise too_deep(file) from None
    except ValueError as error:
        raise InvalidInputError(
            f"{file} holds a number that cannot be read: {error}.", hint="Correct the number.", file=file
        ) from None


def too_deep(file: str) -> InvalidInputError:
    return InvalidInputError(
        f"{file} is nested too deeply to be an export.",
        hint="Give the file as the source wrote it.",
        file=file,
    )


def scalar_text(value: Json) -> str | None:
    """Return a value as the text of a column: true/false, numbers as written, lists and objects as JSON; None for empty."""
    if isinstance(value, str):
        return value or None
    if value is None or (isinstance(value, (dict, list)) and not value):
        return None
    return write(value)


def write(value: Json) -> str:
    """Write compact JSON with every number exact (the standard encoder knows no Decimal)."""
    if isinstance(value, str):
        return _ENCODE(value)
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, dict):
        return "{" + ",".join(f"{_ENCODE(key)}:{write(member)}" for key, member in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ",".join(write(member) for member in value) + "]"
    return _number(value) if isinstance(value, Decimal) else str(value)


def _number(value: Decimal) -> str:
    _, digits, exponent = value.as_tuple()
    plain = isinstance(exponent, int) and len(digits) + abs(exponent) <= _LONGEST_PLAIN
    return f"{value:f}" if plain else str(value)


def _loads(text: str) -> Json:
    """Parse a JSON text. _TwiceError where an object names a key twice with different values."""
    objects = 0

    def members(pairs: list[tuple[str, Json]]) -> dict[str, Json]:
        nonlocal objects
        objects += 1
        node = dict(pairs)
        if len(node) < len(pairs):
            _require_equal(pairs, objects)
        return node

    return cast(
        "Json",
        json.loads(text, parse_float=Decimal, parse_constant=_no_constant, object_pairs_hook=members),
    )


def _require_equal(pairs: list[tuple[str, Json]], number: int) -> None:
    """Refuse a key that an object names twice with different values (_TwiceError); `number` is the object's."""
    texts: dict[str, str] = {}
    for key, value in pairs:
        if texts.setdefault(key, text := write(value)) != text:
            raise _TwiceError(key, number)


class _TwiceError(Exception):
    """A key that an object names twice with different values, and the object's number among those that have ended."""

    def __init__(self, key: str, number: int) -> None:
        super().__init__(key)
        self.key, self.number = key, number


def _line_of_end(text: str, number: int) -> int:
    """Find the line in which the object of this number ends, counted from 1."""
    ends = (match.start() for match in _STRING_OR_END.finditer(text) if match[0] == "}")
    return text.count("\n", 0, next(islice(ends, number - 1, None), 0)) + 1


def _twice(file: str, key: str, line: int) -> InvalidInputError:
    return InvalidInputError(
        f"{file} names {key[:100]!r} twice in one object, with different values, in the object that ends in line {line:,}.",
        hint="Export it again with every key once in each object, or remove the value that is wrong.",
        file=file,
        field=key[:100],
        row=line,
    )


def _no_constant(name: str) -> Json:
    raise ValueError(f"{name} is not a JSON number")


def _lines(text: str, file: str) -> list[Json] | None:
    """Read JSON Lines, one object per line; None where the text is not that."""
    if not re.match(r"\s*\{[^\n]*\}[ \t\r]*\n\s*\{", text):
        return None
    records: list[Json] = []
    for number, line in enumerate(text.split("\n"), start=1):
        try:
            if line.strip():
                records.append(_loads(line))
        except _TwiceError as error:
            raise _twice(file, error.key, number) from None
        except (ValueError, RecursionError):
            return None
    return records
