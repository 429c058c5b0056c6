"""Reads the text of a transform or an expression with Python's parser; nothing of it is ever evaluated.

Faults are definition errors: they name the character at which the text is wrong, and the remedy.
"""

from __future__ import annotations

import ast
import unicodedata
from decimal import Decimal, InvalidOperation

from core.errors import InvalidInputError
from core.kit import values

MOST_PLACES = 10
"""Decimal places of a number in a definition: a smaller one would make every value nothing."""

_MAX_QUOTED = 60


def parse_text(source: str, kind: str, hint: str) -> ast.expr:
    """Return the tree of a text; `kind` names it in errors: 'transform', 'expression'."""
    try:
        tree = ast.parse(source, mode="eval").body
    except SyntaxError as error:
        at = f" (character {error.offset})" if error.offset else ""
        raise InvalidInputError(f"The {kind} {quoted(source)} cannot be read{at}.", hint=hint) from error
    except (ValueError, RecursionError, MemoryError) as error:
        raise InvalidInputError(f"The {kind} {quoted(source)} cannot be read.", hint=hint) from error
    if not source.isascii():
        for node in ast.walk(tree):
            _check_letters(node, source, kind)
    return tree


def segment(node: ast.AST, source: str) -> str:
    """Return a part of the text, quoted and cut, with its place."""
    return f"{quoted(source_segment(node, source))}{position(node)}"


def source_segment(node: ast.AST, source: str) -> str:
    """Return the part of the text that the node was read from; '' where a node has no place."""
    column, end = getattr(node, "col_offset", None), getattr(node, "end_col_offset", None)
    if source.isascii() and source.isprintable():  # one line, a byte a character
        return "" if column is None else source[column:end]
    return ast.get_source_segment(source, node) or ""


def position(node: ast.AST) -> str:
    """' (character 7)', counted from 1; '' where a node has no place."""
    column = getattr(node, "col_offset", None)
    return "" if column is None else f" (character {column + 1})"


def quoted(text: str) -> str:
    return repr(text if len(text) <= _MAX_QUOTED else f"{text[:_MAX_QUOTED]}…")


def number_literal(node: ast.AST, source: str, hint: str) -> Decimal:
    """Return the number with the digits it was written with; a definition error for one that cannot be computed with."""
    text = source_segment(node, source)
    try:
        number = Decimal(text)
    except InvalidOperation:
        raise InvalidInputError(
            f"{segment(node, source)} is not a decimal number.", hint="Write digits and a point, such as 0.5."
        ) from None
    exponent = number.as_tuple().exponent
    if not isinstance(exponent, int) or number.adjusted() >= 14 or abs(number) >= values.LARGEST:
        raise InvalidInputError(f"{segment(node, source)} is too large a number.", hint=hint)
    zeros = len(number.as_tuple().digits) - len("".join(map(str, number.as_tuple().digits)).rstrip("0"))
    if number and -exponent - zeros > MOST_PLACES:
        raise InvalidInputError(
            f"{segment(node, source)} has more than {MOST_PLACES} decimal places.",
            hint="Use a number with fewer places, or the opposite: divide instead of multiply.",
        )
    return number or Decimal(0)


def text_literal(node: ast.Constant, source: str) -> str:
    """Return a text that may stand in a value; a definition error for NUL and half characters, which no database keeps."""
    text = str(node.value)
    if "\x00" in text or any(unicodedata.category(character) == "Cs" for character in text):
        raise InvalidInputError(
            f"{segment(node, source)} holds a character that cannot be stored.",
            hint="Remove the NUL or the half of a surrogate pair.",
        )
    return text


def _check_letters(node: ast.AST, source: str, kind: str) -> None:
    """Names as they are written: Python reads full-width and other compatibility letters as plain ones."""
    match node:
        case ast.Name(id=name) | ast.Attribute(attr=name) | ast.keyword(arg=str(name)):
            if name not in source_segment(node, source):
                raise InvalidInputError(
                    f"The {kind} has {segment(node, source)}, which is not written in plain letters.",
                    hint=f"Write {name}.",
                )
