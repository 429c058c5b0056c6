"""The language of transforms: 'strip | divide(100)' is read, checked, compiled and undone here.

Arguments are literals, read as literals and never evaluated; numbers keep the digits they were written with. A chain
compiles to one Polars expression over the field's source columns and ends in the type of the target field. What
cannot be read becomes null: whoever applies a chain compares with its witness, the last text on the way, to tell an
empty value from an unreadable one.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction
from functools import lru_cache

import polars as pl

from core.engine.plan import ImportSettings
from core.engine.transforms import arithmetic, date_functions, flags, functions
from core.engine.transforms.literals import (
    number_literal,
    parse_text,
    position,
    segment,
    text_literal,
)
from core.engine.transforms.registry import TRANSFORMS, Call, Transform, plain
from core.engine.transforms.texts import cleaning, person_names
from core.engine.transforms.value_types import Value, as_kind, typed
from core.errors import InvalidInputError
from core.kit import values
from core.schema import Field

__all__ = [
    "TRANSFORMS",
    "Call",
    "Chain",
    "Compiled",
    "Transform",
    "build",
    "compile_chain",
    "invert",
    "parse",
    "show",
]

CATALOGUES = (arithmetic, date_functions, flags, functions, cleaning, person_names)
"""The modules whose transforms there are."""

Chain = tuple[Call, ...]

MAX_LENGTH = 4_000
"""Characters in a chain; tables of map_values are the longest there are."""

_HINT = "Write calls with plain values, such as divide(100) or strip | map_values({'Y': 'yes'})."


@dataclass(frozen=True, slots=True)
class Compiled:
    """`expr` in the field's type; `witness` is text, and where it is not empty `expr` should not be null."""

    expr: pl.Expr
    witness: pl.Expr


def parse(text: str | None) -> Chain:
    """Return the calls of a chain in order; none for an empty text. InvalidInputError names what it does not understand."""
    return _parse(text) if text and text.strip() else ()


@lru_cache(maxsize=1024)
def _parse(text: str) -> Chain:
    if len(text) > MAX_LENGTH:
        raise InvalidInputError(f"The transform is longer than {MAX_LENGTH} characters.", hint=_HINT)
    source = text.strip()
    node = parse_text(source, "transform", _HINT)
    calls: list[Call] = []
    while isinstance(node, ast.BinOp) and isinstance(node.op, ast.BitOr):
        calls.append(_call(node.right, source))
        node = node.left
    calls.append(_call(node, source))
    return tuple(reversed(calls))


def show(chain: Chain) -> str:
    """Return the chain as text that `parse` reads."""
    return " | ".join(map(str, chain))


def invert(chain: Chain) -> Chain | None:
    """Return the chain that undoes this one, or None where something is lost on the way."""
    inverses: list[Call] = []
    for call in reversed(chain):
        inverse = TRANSFORMS[call.name].inverse
        back = inverse(call) if inverse else None
        if back is None:
            return None
        inverses.append(back)
    return tuple(inverses)


def compile_chain(chain: Chain, inputs: Sequence[pl.Expr], field: Field, settings: ImportSettings) -> pl.Expr:
    """Return the field's value from its source columns (text), in the field's type (core.engine.batch)."""
    return build(chain, inputs, field, settings).expr


def build(chain: Chain, inputs: Sequence[pl.Expr], field: Field, settings: ImportSettings) -> Compiled:
    """As `compile_chain`, with the witness. `inputs` are columns of one frame, at least one, never literals."""
    if field.name != "business_date":
        settings = replace(settings, close_hour=0)  # a birthday has no close hour
    if not chain:
        return _plain(inputs, field, settings)
    current = [Value(values.filled_text(column).alias(_name(column))) for column in inputs]
    witness = _witness([value.expr for value in current])
    for call in _scaled_at_once(chain):
        current = _step(call, current, settings)
        if all(value.kind == "text" for value in current):
            witness = _witness([value.expr for value in current])
    result = _joined(current, field, settings) if len(current) > 1 else current[0]
    return Compiled(typed(result, field, settings), witness)


def walls(
    chain: Chain, inputs: Sequence[pl.Expr], field: Field, settings: ImportSettings
) -> tuple[pl.Expr, pl.Expr, str]:
    """Return the moments as two other zones would read them, UTC and twelve hours behind it, and the zone they are read in.

    Where the two are equal the text itself says which moment it is; elsewhere the first is the time on the wall.
    """
    zones = [zone for call in chain if (zone := _zone_of(call))]
    bare = tuple(_without_zone(call) for call in chain)
    at_utc, behind = (
        build(bare, inputs, field, replace(settings, zone=zone)).expr for zone in ("UTC", "Etc/GMT+12")
    )
    return at_utc, behind, zones[-1] if zones else settings.zone


_ZONED = {"parse_datetime": 1, "combine_date_time": 0}
"""The place of the zone among the arguments."""


def _zone_of(call: Call) -> str | None:
    index = _ZONED.get(call.name)
    if index is None:
        return None
    return call.keywords.get("zone") or (call.arguments[index] if len(call.arguments) > index else None)


def _without_zone(call: Call) -> Call:
    index = _ZONED.get(call.name)
    if index is None:
        return call
    keywords = {key: value for key, value in call.keywords.items() if key != "zone"}
    return Call(call.name, call.arguments[:index], keywords)


def _plain(inputs: Sequence[pl.Expr], field: Field, settings: ImportSettings) -> Compiled:
    if len(inputs) == 1:
        return Compiled(typed(Value(inputs[0]), field, settings), inputs[0])
    texts = [values.filled_text(column) for column in inputs]
    joined = _joined([Value(text) for text in texts], field, settings)
    return Compiled(typed(joined, field, settings), _witness(texts))


def _joined(parts: list[Value], field: Field, settings: ImportSettings) -> Value:
    """Several sources of one field: a day and its time, the items of a list, words of a text, else the first filled."""
    texts = [as_kind(part, "text", settings) for part in parts]
    if field.is_list:
        items = pl.concat_list([as_kind(part, "list", settings).fill_null([]) for part in parts])
        return Value(pl.when(pl.any_horizontal(text.is_not_null() for text in texts)).then(items), "list")
    if field.kind == "datetime" and len(parts) == 2:
        return date_functions.combine_date_time(texts, settings)
    if field.kind == "text":
        return Value(functions.concat(texts))
    return Value(pl.coalesce(texts))


def _scaled_at_once(chain: Chain) -> Iterator[Call | Fraction]:
    """Return the calls; those in a row that multiply or divide as one factor, so that a third times three is one."""
    factor: Fraction | None = None
    for call in chain:
        by = arithmetic.factor_of(call)
        if by is not None:
            factor = by if factor is None else factor * by
            continue
        if factor is not None:
            yield factor
            factor = None
        yield call
    if factor is not None:
        yield factor


def _step(call: Call | Fraction, current: list[Value], settings: ImportSettings) -> list[Value]:
    if isinstance(call, Fraction):
        numbers = [as_kind(value, "number", settings) for value in current]
        return [Value(arithmetic.scale(number, call), "number") for number in numbers]
    transform = TRANSFORMS[call.name]
    converted = [as_kind(value, transform.takes, settings) for value in current]
    if not transform.joins:
        return [transform.run(expr, settings, call) for expr in converted]
    result = transform.run(converted, settings, call)
    if transform.takes == "text":
        return [result]
    unread = pl.any_horizontal(
        value.expr.is_not_null() & expr.is_null() for value, expr in zip(current, converted, strict=True)
    )
    return [Value(pl.when(~unread).then(result.expr), result.kind)]


def _witness(texts: Sequence[pl.Expr]) -> pl.Expr:
    if len(texts) == 1:
        return texts[0]
    joined = pl.concat_str(texts, separator=" ", ignore_nulls=True)
    return pl.when(joined != "").then(joined)


def _name(column: pl.Expr) -> str:
    return column.meta.output_name()


def _call(node: ast.expr, source: str) -> Call:
    match node:
        case ast.Name(id=name):
            call = Call(name)
        case ast.Call(func=ast.Name(id=name), args=arguments, keywords=keywords):
            keyword_arguments = {keyword.arg or "": _literal(keyword.value, source) for keyword in keywords}
            call = Call(name, tuple(_argument(argument, source) for argument in arguments), keyword_arguments)
        case _:
            raise InvalidInputError(f"{segment(node, source)} is not a transform.", hint=_HINT)
    if call.name not in TRANSFORMS:
        raise InvalidInputError(
            f"There is no transform called {call.name!r}{position(node)}.",
            hint=f"There are {', '.join(sorted(TRANSFORMS))}.",
        )
    TRANSFORMS[call.name].check(call)
    return call


def _argument(node: ast.expr, source: str) -> object:
    """Return a literal, or a table of literals by text."""
    if not isinstance(node, ast.Dict):
        return _literal(node, source)
    table: dict[str, object] = {}
    folded: dict[str, str] = {}
    for key, item in zip(node.keys, node.values, strict=True):
        if key is None:
            raise InvalidInputError(f"{segment(node, source)} is not a plain table.", hint=_HINT)
        literal = _literal(key, source)
        if literal is None:
            raise InvalidInputError(
                f"None stands for no value{position(key)}.", hint="Use default('…') for empty values."
            )
        text = plain(literal)
        if earlier := folded.get(text.strip().lower()):
            raise InvalidInputError(
                f"The table has {segment(key, source)} and {earlier}, which are one value.",
                hint="Values are compared without regard to case: keep one of them.",
            )
        folded[text.strip().lower()] = segment(key, source)
        table[text] = _literal(item, source)
    return table


def _literal(node: ast.expr, source: str) -> str | Decimal | bool | None:
    match node:
        case ast.Constant(value=bool() | None as value):
            return value
        case ast.Constant(value=str()):
            return text_literal(node, source)
        case ast.Constant(value=int() | float()):
            return number_literal(node, source, _HINT)
        case ast.UnaryOp(op=ast.USub(), operand=ast.Constant(value=int() | float() as value)) if (
            not isinstance(value, bool)
        ):
            return -number_literal(node.operand, source, _HINT)
    raise InvalidInputError(f"{segment(node, source)} is not a plain value.", hint=_HINT)
