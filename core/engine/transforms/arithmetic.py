"""Transforms that read numbers, each in the form a column is written in, and transforms that compute with them.

Each builder's docstring is the help shown for it. Calls look like the examples there.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction
from functools import partial

import polars as pl

from core.engine.transforms.exact_numbers import scaled
from core.engine.transforms.inverses import inverse_by, inverse_of_divide, inverse_of_multiply
from core.engine.transforms.registry import Call, transform
from core.engine.transforms.value_types import through
from core.errors import InvalidInputError
from core.kit import values
from core.kit.number_forms import read_single_amounts

SINGLE_AMOUNT = "single_amount"


@transform("text", "number", "number(decimal_comma=False)")
def number(
    value: pl.Expr, *, decimal_comma: bool = False, indian: bool = False, strict: bool = False
) -> pl.Expr:
    """Reads a number; with decimal_comma '1.234,56' is 1234.56, with indian '1,25,000' is 125000.

    With strict '1.250' and '1,250' are not read.
    """
    form = values.NumberForm(decimal_comma, indian, strict)
    return through(value, partial(values.read_number, form=form), values.NUMBER)


@transform("text", "number", "money(decimal_comma=False)")
def money(
    value: pl.Expr,
    *,
    decimal_comma: bool = False,
    indian: bool = False,
    strict: bool = False,
    negative: str = "",
) -> pl.Expr:
    """Reads an amount; '$1,095.00', '(12.50)', 'EUR 5', and with decimal_comma '1.234,56 €'.

    With indian '1,25,000' is 125000; with strict '1.250' and '1,250' are not read; with negative='CR' or 'DR' amounts
    may end in CR and DR, and those that end so are negative.
    """
    if negative.upper() not in {"", "CR", "DR"}:
        raise InvalidInputError(f"{negative!r} marks no amounts.", hint="Write money(negative='CR').")
    form = values.NumberForm(decimal_comma, indian, strict, negative.upper())
    return through(value, partial(values.read_number, form=form, money=True), values.NUMBER)


@transform("text", "text")
def single_amount(value: pl.Expr) -> pl.Expr:
    """The amount where a cell holds one alone, '€ 18', '8,00' or '4.50'; '8 / 12', 'from 9', '1.250' and '-5' are left empty and reported."""
    return through(value, read_single_amounts, pl.String())


@transform("text", "number", "percent(decimal_comma=False)")
def percent(value: pl.Expr, *, decimal_comma: bool = False, strict: bool = False) -> pl.Expr:
    """Reads '8.25%' as 8.25; with decimal_comma '8,25 %'."""
    form = values.NumberForm(decimal_comma, strict=strict)
    return through(value, partial(values.read_number, form=form, percent=True), values.NUMBER)


def factor_of(call: Call) -> Fraction | None:
    """By what a call multiplies; None for one that does something else. Calls in a row make one factor."""
    number = next(iter((*call.arguments, *call.keywords.values())), None)
    match call.name:
        case "divide":
            if not number:
                raise InvalidInputError("divide(0) has no result.", hint="Divide by another number.")
            return 1 / Fraction(number)
        case "multiply":
            return Fraction(number or 0)
    return _FACTORS.get(call.name)


_FACTORS = {
    "cents_to_decimal": Fraction(1, 100),
    "fraction_to_percent": Fraction(100),
    "negate": Fraction(-1),
}


def scale(value: pl.Expr, factor: Fraction | None) -> pl.Expr:
    """A number times a factor, exactly."""
    return through(value, partial(scaled, factor=factor or Fraction(0)), values.NUMBER)


@transform("number", "number", "divide(100)", inverse=inverse_of_divide)
def divide(value: pl.Expr, by: Decimal) -> pl.Expr:
    """Exact decimal division."""
    return scale(value, factor_of(Call("divide", (by,))))


@transform("number", "number", "multiply(12)", inverse=inverse_of_multiply)
def multiply(value: pl.Expr, by: Decimal) -> pl.Expr:
    """Exact decimal multiplication."""
    return scale(value, factor_of(Call("multiply", (by,))))


@transform("number", "number", inverse=lambda _: Call("multiply", (Decimal(100),)))
def cents_to_decimal(value: pl.Expr) -> pl.Expr:
    """1095 is 10.95."""
    return divide(value, Decimal(100))


@transform("number", "number", inverse=lambda _: Call("divide", (Decimal(100),)))
def fraction_to_percent(value: pl.Expr) -> pl.Expr:
    """0.0825 is 8.25 percent."""
    return multiply(value, Decimal(100))


@transform("number", "number", inverse=inverse_by("negate"))
def negate(value: pl.Expr) -> pl.Expr:
    """Changes the sign."""
    return -value


@transform("number", "number", name="sum", joins=True)
def add_up(parts: Sequence[pl.Expr]) -> pl.Expr:
    """Adds the sources; an empty one counts as nothing."""
    filled = pl.any_horizontal(part.is_not_null() for part in parts)
    return pl.when(filled).then(pl.sum_horizontal(parts)).cast(values.NUMBER)


@transform("number", "number", joins=True)
def subtract(parts: Sequence[pl.Expr]) -> pl.Expr:
    """The first source less the others; an empty one counts as nothing."""
    result = parts[0]
    for part in parts[1:]:
        result = result - part.fill_null(Decimal(0))
    return result.cast(values.NUMBER)
