"""The language of custom expressions: arithmetic on fields in decimals, and a few functions on text.

A person's formula is read with Python's parser and compiled, node by node, to a Polars expression; only the nodes
and functions listed here exist, so there is nothing to escape to. Nothing is ever evaluated as code. Length, number
of nodes and growth of text are capped before the first row is touched.
"""

from __future__ import annotations

import ast
import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

import polars as pl

from core.engine.transforms.exact_numbers import Compute, computed, round_half_up
from core.engine.transforms.literals import number_literal, parse_text, position, segment, text_literal
from core.errors import InvalidInputError
from core.kit import values

MAX_LENGTH = 200
MAX_NODES = 60
MAX_GROWTH = 64
"""How many times longer than its longest field a text may become."""

_HINT = (
    "Use field names, numbers, quoted text, + - * / and the functions "
    "abs min max coalesce round number lower upper strip concat replace."
)


@dataclass(frozen=True, slots=True)
class Part:
    """A compiled piece: 'text' with its expression and growth, or 'number' with what computes it from a row's numbers.

    `literal` is set where it is one; `constant` where it names no field.
    """

    kind: str
    expr: pl.Expr | None = None
    compute: Compute | None = None
    literal: str | Decimal | None = None
    growth: float = 1.0
    constant: bool = False


def compile_expression(text: str, inputs: Mapping[str, pl.Expr]) -> tuple[pl.Expr, str]:
    """Return the expression and its kind, 'text' or 'number' (values.NUMBER).

    `inputs` are the source columns as text. Each is known by its name in lower case with underscores
    ('Gross Sales' is gross_sales), the first one also as `value`. Text used in arithmetic is read as a number; what
    cannot be read, a division by zero or a result of 10^14 and more gives null. Numbers are exact until the end.
    """
    if len(text) > MAX_LENGTH:
        raise InvalidInputError(
            f"The expression has {len(text)} characters; {MAX_LENGTH} are allowed.", hint="Shorten it."
        )
    source = text.strip()
    tree = parse_text(source, "expression", _HINT)
    nodes = sum(1 for _ in ast.walk(tree)) + 1
    if nodes > MAX_NODES:
        raise InvalidInputError(
            f"The expression has {nodes} parts; {MAX_NODES} are allowed.", hint="Split it in two."
        )
    compiler = _Compiler(source, inputs)
    part = compiler.part(tree)
    if part.constant:
        raise InvalidInputError(
            f"The expression {text!r} names no field.", hint="For a fixed value use default(...)."
        )
    return compiler.expr_of(part), part.kind


def field_name(column: str) -> str:
    """Return the name a source column has in expressions: 'price_money.amount' is price_money_amount."""
    plain = unicodedata.normalize("NFKC", column).strip().lower()
    name = re.sub(r"\W+", "_", plain).strip("_")
    return f"_{name}" if name[:1].isdigit() else name


def names_in(text: str) -> list[str]:
    """List the field names of an expression in the order they are written; InvalidInputError where it cannot be read."""
    tree = parse_text(text.strip(), "expression", _HINT)
    names = [node for node in ast.walk(tree) if isinstance(node, ast.Name) and node.id not in _FUNCTIONS]
    return [node.id for node in sorted(names, key=lambda node: (node.lineno, node.col_offset))]


class _Compiler:
    def __init__(self, source: str, inputs: Mapping[str, pl.Expr]) -> None:
        self.source = source
        self.fields = {field_name(name): expr for name, expr in inputs.items()}
        if inputs:
            self.fields.setdefault("value", next(iter(inputs.values())))
        self.leaves: list[pl.Expr] = []

    def part(self, node: ast.expr) -> Part:
        match node:
            case ast.Constant():
                return self._constant(node)
            case ast.Name(id=name) if name in self.fields:
                return Part("text", self.fields[name])
            case ast.Name(id=name):
                raise InvalidInputError(
                    f"There is no field called {name!r}{position(node)}.",
                    hint=f"There are {', '.join(self.fields)}.",
                )
            case ast.UnaryOp(op=ast.USub() | ast.UAdd(), operand=operand):
                inner = self._number(operand)
                return inner if isinstance(node.op, ast.UAdd) else _of(_negated, inner)
            case ast.BinOp(op=ast.Add() | ast.Sub() | ast.Mult() | ast.Div(), left=left, right=right):
                numbers = self._number(left), self._number(right)
                if isinstance(node.op, ast.Div) and _is_zero(numbers[1]):
                    raise InvalidInputError(
                        f"{segment(node, self.source)} divides by zero.", hint="Divide by another number."
                    )
                return _of(_ARITHMETIC[type(node.op)], *numbers)
            case ast.Call(func=ast.Name(id=name), args=arguments, keywords=[]) if name in _FUNCTIONS:
                return self._call(name, arguments, node)
        raise InvalidInputError(f"{segment(node, self.source)} is not allowed in an expression.", hint=_HINT)

    def expr_of(self, part: Part) -> pl.Expr:
        """Return the part as a column: text as it is, a number computed row by row from the numbers that were read."""
        if part.expr is not None:
            return part.expr
        if part.compute is None or not self.leaves:
            raise InvalidInputError("The expression reads no number.", hint=_HINT)
        return computed(self.leaves, part.compute)

    def _constant(self, node: ast.Constant) -> Part:
        if isinstance(node.value, str):
            text = text_literal(node, self.source)
            return Part("text", pl.lit(text), literal=text, constant=True)
        if isinstance(node.value, int | float) and not isinstance(node.value, bool):
            number = number_literal(node, self.source, _HINT)
            exact = Fraction(number)
            return Part("number", compute=lambda _: exact, literal=number, constant=True)
        raise InvalidInputError(
            f"{segment(node, self.source)} is not a number that can be used here.", hint=_HINT
        )

    def _number(self, node: ast.expr) -> Part:
        return self._as_number(self.part(node), node)

    def _as_number(self, part: Part, node: ast.expr) -> Part:
        if part.kind == "number":
            return part
        if part.constant or part.expr is None:
            raise InvalidInputError(
                f"{segment(node, self.source)} is text where a number is needed.", hint=_HINT
            )
        read = part.expr.map_batches(
            lambda texts: values.read_number(texts, money=True), return_dtype=values.NUMBER
        )
        index = len(self.leaves)
        self.leaves.append(read)
        return Part("number", compute=lambda row: row[index])

    def _call(self, name: str, nodes: Sequence[ast.expr], node: ast.expr) -> Part:
        function = _FUNCTIONS[name]
        if not function.fewest <= len(nodes) <= function.most:
            raise InvalidInputError(
                f"{name}{position(node)} does not take {len(nodes)} values.", hint=function.usage
            )
        parts = [self.part(argument) for argument in nodes]
        if function.takes == "number":
            parts = [self._as_number(part, argument) for part, argument in zip(parts, nodes, strict=True)]
        else:
            parts = [self._as_text(part) for part in parts]
        return function.build(parts)

    def _as_text(self, part: Part) -> Part:
        if part.kind == "text":
            return part
        if part.literal is not None:
            text = format(part.literal, "f") if isinstance(part.literal, Decimal) else part.literal
            return Part("text", pl.lit(text), literal=text, constant=True)
        if part.constant:
            raise InvalidInputError("A computed number that names no field cannot become text.", hint=_HINT)
        return Part("text", self.expr_of(part).map_batches(values.show_number, return_dtype=pl.String))


Number = Fraction | None


def _of(operation: Callable[..., Number], *parts: Part) -> Part:
    """Return a number made of others; nothing where one of them is nothing."""
    computes = [part.compute for part in parts if part.compute is not None]

    def compute(row: Sequence[Number]) -> Number:
        numbers = [inner(row) for inner in computes]
        return None if None in numbers else operation(*numbers)

    return Part("number", compute=compute, constant=all(part.constant for part in parts))


def _is_zero(part: Part) -> bool:
    return part.constant and part.compute is not None and part.compute(()) == 0


def _negated(number: Fraction) -> Number:
    return -number


_ARITHMETIC: Mapping[type[ast.operator], Callable[[Fraction, Fraction], Number]] = {
    ast.Add: lambda augend, addend: augend + addend,
    ast.Sub: lambda minuend, subtrahend: minuend - subtrahend,
    ast.Mult: lambda factor, multiplier: factor * multiplier,
    ast.Div: lambda dividend, divisor: dividend / divisor if divisor else None,
}


def _abs(parts: list[Part]) -> Part:
    return _of(abs, parts[0])


def _min(parts: list[Part]) -> Part:
    return _extreme(min, parts)


def _max(parts: list[Part]) -> Part:
    return _extreme(max, parts)


def _extreme(pick: Callable[[list[Fraction]], Fraction], parts: list[Part]) -> Part:
    """Return the least or greatest of the numbers that are there."""
    computes = [part.compute for part in parts if part.compute is not None]

    def compute(row: Sequence[Number]) -> Number:
        numbers = [number for inner in computes if (number := inner(row)) is not None]
        return pick(numbers) if numbers else None

    return Part("number", compute=compute, constant=all(part.constant for part in parts))


def _coalesce(parts: list[Part]) -> Part:
    """Return the first of the numbers that is there."""
    return _extreme(lambda numbers: numbers[0], parts)


def _round(parts: list[Part]) -> Part:
    decimal_places = parts[1].literal if len(parts) > 1 else Decimal(0)
    if not isinstance(decimal_places, Decimal) or decimal_places not in range(11):
        raise InvalidInputError(
            "round takes a whole number of places from 0 to 10.", hint="Write round(value, 2)."
        )
    return _of(lambda number: round_half_up(number, int(decimal_places)), parts[0])


def _read(parts: list[Part]) -> Part:
    return parts[0]


def _expr(part: Part) -> pl.Expr:
    return pl.lit(None, dtype=pl.String) if part.expr is None else part.expr


def _lower(parts: list[Part]) -> Part:
    return _text(_expr(parts[0]).str.to_lowercase(), parts[0].growth, parts[0])


def _upper(parts: list[Part]) -> Part:
    return _text(_expr(parts[0]).str.to_uppercase(), parts[0].growth, parts[0])


def _strip(parts: list[Part]) -> Part:
    return _text(_expr(parts[0]).str.strip_chars(), parts[0].growth, parts[0])


def _concat(parts: list[Part]) -> Part:
    joined = pl.concat_str([_expr(part) for part in parts], ignore_nulls=True)
    return _text(joined, sum(part.growth for part in parts), *parts)


def _replace(parts: list[Part]) -> Part:
    text, old, new = parts
    if not isinstance(old.literal, str) or not isinstance(new.literal, str) or not old.literal:
        raise InvalidInputError(
            "replace takes a text, what to look for, and what to put there.",
            hint="Write replace(value, 'old', 'new').",
        )
    growth = text.growth * max(1.0, len(new.literal) / len(old.literal))
    return _text(_expr(text).str.replace_all(old.literal, new.literal, literal=True), growth, text)


def _text(expr: pl.Expr, growth: float, *of: Part) -> Part:
    if growth > MAX_GROWTH:
        raise InvalidInputError(
            f"The expression could make a text {growth:.0f} times as long; {MAX_GROWTH} is allowed.",
            hint="Use fewer repetitions.",
        )
    return Part("text", expr, growth=growth, constant=all(part.constant for part in of))


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
    "coalesce": _Function("number", 2, 20, "Write coalesce(value, 0).", _coalesce),
    "round": _Function("number", 1, 2, "Write round(value, 2).", _round),
    "number": _Function("number", 1, 1, "Write number(value).", _read),
    "lower": _Function("text", 1, 1, "Write lower(value).", _lower),
    "upper": _Function("text", 1, 1, "Write upper(value).", _upper),
    "strip": _Function("text", 1, 1, "Write strip(value).", _strip),
    "concat": _Function("text", 1, 20, "Write concat(value, ' ', other).", _concat),
    "replace": _Function("text", 3, 3, "Write replace(value, 'old', 'new').", _replace),
}
