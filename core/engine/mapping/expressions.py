"""The language of custom expressions: arithmetic on fields in decimals, and a few functions on text.

A person's formula is read with Python's parser and compiled, node by node, to a Polars expression; only the nodes
and functions listed here exist, so there is nothing to escape to. Nothing is ever evaluated as code. Length, number
of nodes and growth of text are capped before the first row is touched.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

import polars as pl

from core.errors import InvalidInputError
from core.kit import values

MAX_LENGTH = 200
MAX_NODES = 60
MAX_GROWTH = 64
"""How many times longer than its longest field a text may become."""

_HINT = (
    "Use field names, numbers, quoted text, + - * / and the functions "
    "abs min max round number lower upper strip concat replace."
)


@dataclass(frozen=True, slots=True)
class Part:
    """A compiled piece: its expression, 'text' or 'number', its literal where it is one, its growth as text."""

    expr: pl.Expr
    kind: str
    literal: str | Decimal | None = None
    growth: float = 1.0
    constant: bool = False


def compile_expression(text: str, inputs: Mapping[str, pl.Expr]) -> tuple[pl.Expr, str]:
    """The expression and its kind, 'text' or 'number' (values.NUMBER).

    `inputs` are the source columns as text. Each is known by its name in lower case with underscores
    ('Gross Sales' is gross_sales), the first one also as `value`. Text used in arithmetic is read as a number; what
    cannot be read, a division by zero or a result of 10^14 and more gives null. Rounding is half up.
    """
    if len(text) > MAX_LENGTH:
        raise InvalidInputError(
            f"The expression has {len(text)} characters; {MAX_LENGTH} are allowed.", hint="Shorten it."
        )
    try:
        tree = ast.parse(text.strip(), mode="eval")
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        raise InvalidInputError(f"The expression {text!r} cannot be read.", hint=_HINT) from error
    nodes = sum(1 for _ in ast.walk(tree))
    if nodes > MAX_NODES:
        raise InvalidInputError(
            f"The expression has {nodes} parts; {MAX_NODES} are allowed.", hint="Split it in two."
        )
    part = _Compiler(text.strip(), inputs).part(tree.body)
    if part.constant:
        raise InvalidInputError(
            f"The expression {text!r} names no field.", hint="For a fixed value use default(...)."
        )
    return part.expr, part.kind


def field_name(column: str) -> str:
    """The name a source column has in expressions: 'price_money.amount' is price_money_amount."""
    name = re.sub(r"\W+", "_", column.strip().lower()).strip("_")
    return f"_{name}" if name[:1].isdigit() else name


class _Compiler:
    def __init__(self, source: str, inputs: Mapping[str, pl.Expr]) -> None:
        self.source = source
        self.fields = {field_name(name): expr for name, expr in inputs.items()}
        if inputs:
            self.fields.setdefault("value", next(iter(inputs.values())))

    def part(self, node: ast.expr) -> Part:
        match node:
            case ast.Constant():
                return self._constant(node)
            case ast.Name(id=name) if name in self.fields:
                return Part(self.fields[name], "text")
            case ast.Name(id=name):
                raise InvalidInputError(
                    f"There is no field called {name!r}.", hint=f"There are {', '.join(self.fields)}."
                )
            case ast.UnaryOp(op=ast.USub() | ast.UAdd(), operand=operand):
                inner = self._number(operand)
                return inner if isinstance(node.op, ast.UAdd) else _number(-inner.expr, inner)
            case ast.BinOp(op=ast.Add() | ast.Sub() | ast.Mult() | ast.Div()):
                return self._arithmetic(node)
            case ast.Call(func=ast.Name(id=name), args=arguments, keywords=[]) if name in _FUNCTIONS:
                return self._call(name, arguments)
        raise InvalidInputError(f"{ast.unparse(node)!r} is not allowed in an expression.", hint=_HINT)

    def _constant(self, node: ast.Constant) -> Part:
        if isinstance(node.value, str):
            return Part(pl.lit(node.value), "text", literal=node.value, constant=True)
        if isinstance(node.value, int | float) and not isinstance(node.value, bool):
            try:
                number = Decimal(ast.get_source_segment(self.source, node) or "")
            except InvalidOperation:
                number = values.LARGEST * Decimal(1)
            if abs(number) < values.LARGEST:
                return Part(_literal(number), "number", literal=number, constant=True)
        raise InvalidInputError(f"{node.value!r} is not a number that can be used here.", hint=_HINT)

    def _number(self, node: ast.expr) -> Part:
        return self._as_number(self.part(node))

    def _as_number(self, part: Part) -> Part:
        if part.kind == "number":
            return part
        if part.constant:
            raise InvalidInputError(f"{part.literal!r} is text where a number is needed.", hint=_HINT)
        read = part.expr.map_batches(
            lambda texts: values.read_number(texts, money=True), return_dtype=values.NUMBER
        )
        return Part(read, "number")

    def _arithmetic(self, node: ast.BinOp) -> Part:
        left, right = self._number(node.left), self._number(node.right)
        match node.op:
            case ast.Add():
                result = left.expr + right.expr
            case ast.Sub():
                result = left.expr - right.expr
            case ast.Mult():
                result = left.expr * right.expr
            case _:
                result = left.expr / pl.when(right.expr != 0).then(right.expr)
        return _number(result, left, right)

    def _call(self, name: str, nodes: Sequence[ast.expr]) -> Part:
        function = _FUNCTIONS[name]
        if not function.fewest <= len(nodes) <= function.most:
            raise InvalidInputError(f"{name} does not take {len(nodes)} values.", hint=function.usage)
        parts = [self.part(node) for node in nodes]
        if function.takes == "number":
            parts = [self._as_number(part) for part in parts]
        else:
            parts = [_as_text(part) for part in parts]
        return function.build(parts)


def _literal(number: Decimal) -> pl.Expr:
    return pl.lit(number).cast(values.NUMBER)


def _number(expr: pl.Expr, *of: Part) -> Part:
    """A number kept within what the next multiplication can hold."""
    bounded = pl.when(expr.abs() < values.LARGEST).then(expr).cast(values.NUMBER)
    return Part(bounded, "number", constant=all(part.constant for part in of))


def _as_text(part: Part) -> Part:
    if part.kind == "text":
        return part
    if part.literal is not None:
        return Part(pl.lit(str(part.literal)), "text", literal=str(part.literal), constant=True)
    if part.constant:
        raise InvalidInputError("A computed number that names no field cannot become text.", hint=_HINT)
    return Part(part.expr.map_batches(values.show_number, return_dtype=pl.String), "text")


def _abs(parts: list[Part]) -> Part:
    return _number(parts[0].expr.abs(), parts[0])


def _min(parts: list[Part]) -> Part:
    return _number(pl.min_horizontal(part.expr for part in parts), *parts)


def _max(parts: list[Part]) -> Part:
    return _number(pl.max_horizontal(part.expr for part in parts), *parts)


def _round(parts: list[Part]) -> Part:
    places = parts[1].literal if len(parts) > 1 else Decimal(0)
    if not isinstance(places, Decimal) or places not in range(11):
        raise InvalidInputError(
            "round takes a whole number of places from 0 to 10.", hint="Write round(value, 2)."
        )
    return _number(parts[0].expr.round(int(places), mode="half_away_from_zero"), parts[0])


def _read(parts: list[Part]) -> Part:
    return parts[0]


def _lower(parts: list[Part]) -> Part:
    return _text(parts[0].expr.str.to_lowercase(), parts[0].growth, parts[0])


def _upper(parts: list[Part]) -> Part:
    return _text(parts[0].expr.str.to_uppercase(), parts[0].growth, parts[0])


def _strip(parts: list[Part]) -> Part:
    return _text(parts[0].expr.str.strip_chars(), parts[0].growth, parts[0])


def _concat(parts: list[Part]) -> Part:
    joined = pl.concat_str([part.expr for part in parts], ignore_nulls=True)
    return _text(joined, sum(part.growth for part in parts), *parts)


def _replace(parts: list[Part]) -> Part:
    text, old, new = parts
    if not isinstance(old.literal, str) or not isinstance(new.literal, str) or not old.literal:
        raise InvalidInputError(
            "replace takes a text, what to look for, and what to put there.",
            hint="Write replace(value, 'old', 'new').",
        )
    growth = text.growth * max(1.0, len(new.literal) / len(old.literal))
    return _text(text.expr.str.replace_all(old.literal, new.literal, literal=True), growth, text)


def _text(expr: pl.Expr, growth: float, *of: Part) -> Part:
    if growth > MAX_GROWTH:
        raise InvalidInputError(
            f"The expression could make a text {growth:.0f} times as long; {MAX_GROWTH} is allowed.",
            hint="Use fewer repetitions.",
        )
    return Part(expr, "text", growth=growth, constant=all(part.constant for part in of))


@dataclass(frozen=True, slots=True)
class _Function:
    takes: str
    fewest: int
    most: int
    usage: str
    build: Callable[[list[Part]], Part]


_FUNCTIONS = {
    "abs": _Function("number", 1, 1, "Write abs(value).", _abs),
    "min": _Function("number", 2, 20, "Write min(value, 10).", _min),
    "max": _Function("number", 2, 20, "Write max(value, 0).", _max),
    "round": _Function("number", 1, 2, "Write round(value, 2).", _round),
    "number": _Function("number", 1, 1, "Write number(value).", _read),
    "lower": _Function("text", 1, 1, "Write lower(value).", _lower),
    "upper": _Function("text", 1, 1, "Write upper(value).", _upper),
    "strip": _Function("text", 1, 1, "Write strip(value).", _strip),
    "concat": _Function("text", 1, 20, "Write concat(value, ' ', other).", _concat),
    "replace": _Function("text", 3, 3, "Write replace(value, 'old', 'new').", _replace),
}
