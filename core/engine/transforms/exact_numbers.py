"""Exact numbers: rationals while a formula is computed, rounded once at the end

Polars computes in decimals of ten places, so that a third times three is 0.9999999999 there. What a formula makes of
the numbers of a row is therefore computed in fractions, once for each distinct row.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from decimal import Decimal
from fractions import Fraction

import polars as pl

from core.kit import values
from core.kit.values import NUMBER

Compute = Callable[[Sequence[Fraction | None]], Fraction | None]
"""Takes the numbers of a row, None where there is none."""

_DECIMAL_PLACES = 10
_UNIT = 10**_DECIMAL_PLACES


def computed(leaves: Sequence[pl.Expr], compute: Compute) -> pl.Expr:
    """Compute the NUMBER of each row of the leaves (NUMBER); null where nothing comes out or 10^14 is reached."""
    columns = [leaf.alias(str(index)) for index, leaf in enumerate(leaves)]
    return pl.struct(columns).map_batches(lambda rows: _by_distinct(rows, compute), return_dtype=NUMBER)


def scaled(numbers: pl.Series, factor: Fraction) -> pl.Series:
    """Multiply a NUMBER by a factor. Powers of ten go column by column, as cents to dollars do."""
    shift = len(str(factor.denominator)) - 1
    if (
        factor.denominator == 10**shift
        and shift <= _DECIMAL_PLACES
        and abs(factor.numerator) < values.LARGEST
    ):
        times = _times(numbers, factor.numerator)
        exact = times.round(_DECIMAL_PLACES - shift) if shift else times
        if exact.equals(times):
            products = times / _column(Decimal(10**shift), len(times)) if shift else times
            return products.set((products.abs() >= values.LARGEST).fill_null(value=False), None)
    rows = numbers.alias("0").to_frame().to_struct("row")
    return _by_distinct(rows, lambda row: None if row[0] is None else row[0] * factor)


def to_number(exact: Fraction | None) -> Decimal | None:
    """Ten decimal places, half up; never so that it would round up at fewer places where the fraction rounds down."""
    if exact is None or abs(exact) >= values.LARGEST:
        return None
    size, remainder = divmod(abs(exact.numerator) * _UNIT, exact.denominator)
    if remainder * 2 >= exact.denominator:
        size += 1
        if remainder and str(size).rstrip("0").endswith("5"):
            size -= 1  # 0.00004999999999999 is less than half of a ten-thousandth
    return Decimal(size if exact >= 0 else -size).scaleb(-_DECIMAL_PLACES)


def round_half_up(exact: Fraction, decimal_places: int) -> Fraction:
    """Round to places, halves away from zero."""
    unit = 10**decimal_places
    size, remainder = divmod(abs(exact.numerator) * unit, exact.denominator)
    size += remainder * 2 >= exact.denominator
    return Fraction(size if exact >= 0 else -size, unit)


def _by_distinct(rows: pl.Series, compute: Compute) -> pl.Series:
    frame = rows.struct.unnest()
    distinct = frame.unique()
    results = [
        to_number(compute([None if cell is None else Fraction(cell) for cell in row]))
        for row in distinct.iter_rows()
    ]
    table = distinct.with_columns(pl.Series("result", results, dtype=NUMBER))
    return frame.join(table, on=frame.columns, how="left", nulls_equal=True, maintain_order="left")["result"]


def _times(numbers: pl.Series, factor: int) -> pl.Series:
    if factor == 1:
        return numbers
    limit = Decimal(values.LARGEST) * values.LARGEST / 100 / max(1, abs(factor))
    fitting = numbers.set((numbers.abs() >= min(limit, values.LARGEST)).fill_null(value=False), None)
    return fitting * _column(Decimal(factor), len(numbers))


def _column(number: Decimal, length: int) -> pl.Series:
    return pl.Series([number], dtype=NUMBER).new_from_index(0, length)
