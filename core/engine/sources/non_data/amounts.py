"""Sums of the columns of a table, to compare the totals of a file with: exact, in ten-thousandths."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

import numpy as np
import numpy.typing as npt
import polars as pl

SCALE = 10_000
_NUMBER = re.compile(
    r"[-+(]?\s*(?:[A-Z]{0,3}[$€£¥₹]|[A-Z]{3}|kr\.?|zł)?\s*[-+]?\d[\d.,'’\s\u00a0\u202f]*"
    r"(?:[A-Z]{3}|[€$£¥₹]|kr\.?|zł|%|円|元|원)?\s*[-)]?"
)
_POINT = re.compile(r"(?:\d+|\d{1,3}(?:,\d{2,3})*,\d{3})(?:\.\d+)?")
_COMMA = re.compile(r"(?:\d+|\d{1,3}(?:\.\d{2,3})*\.\d{3})(?:,\d+)?")
_PERCENT = re.compile(r"%\s*$")
Sums = npt.NDArray[np.int64]


def is_number(text: str) -> bool:
    """Tell whether the text is a number or an amount, in whatever form; a date is none."""
    return _NUMBER.fullmatch(text.strip()) is not None


def readings(text: str) -> set[int]:
    """Read a number both ways, with a decimal point and with a decimal comma, in ten-thousandths; a percentage is none."""
    return set(_by_comma(text).values())


def differences(text: str, sums: Mapping[bool, int]) -> list[tuple[int, int]]:
    """Pair the number with the sum in each of its readings, the nearest pair first; `sums` by whether a comma is the point."""
    pairs = [(value, sums[comma]) for comma, value in _by_comma(text).items()]
    return sorted(pairs, key=lambda pair: abs(pair[0] - pair[1]) / (abs(pair[1]) or 1))


def _by_comma(text: str) -> dict[bool, int]:
    """Read a number, by whether the comma is the sign before its decimals; only readings its digits allow."""
    if _PERCENT.search(text) or not is_number(text):
        return {}
    digits = re.sub(r"[^\d.,]", "", text).strip(".,")
    series = pl.Series([text], dtype=pl.String)
    figures: dict[bool, int] = {}
    for comma, form in ((False, _POINT), (True, _COMMA)):
        value = _scaled(series, comma=comma)[0]
        if form.fullmatch(digits) and value is not None:
            figures[comma] = int(value)
    return figures


def format_amount(scaled: int) -> str:
    """Write ten-thousandths as a number, with two digits after the point where there are any."""
    value = Decimal(scaled) / SCALE
    digits = 0 if value == value.to_integral() else 2 if value == value.quantize(Decimal("0.01")) else 4
    return f"{value:,.{digits}f}"


def _scaled(texts: pl.Series, *, comma: bool) -> pl.Series:
    """Read texts as ten-thousandths, null where they are no number; `comma` is the sign before the decimals."""
    negative = texts.str.contains(r"^\s*\(|-\s*$|^\s*\D{0,4}-")
    digits = texts.str.replace_all(r"[^\d.,]", "")
    thousands, mark = (".", ",") if comma else (",", ".")
    digits = digits.str.replace_all(thousands, "", literal=True).str.replace(mark, ".", literal=True)
    numbers = digits.str.strip_chars(".").cast(pl.Decimal(30, 4), strict=False) * SCALE
    integers = numbers.cast(pl.Int64, strict=False)
    return integers.to_frame("n").select(pl.when(negative).then(-pl.col("n")).otherwise("n")).to_series()


@dataclass(slots=True)
class ColumnSums:
    """The sums of each column over the rows of data so far, how many these are, and the share that holds a number."""

    data: Sums
    point: dict[str, Sums] = field(default_factory=dict)
    comma: dict[str, Sums] = field(default_factory=dict)
    numeric: dict[str, float] = field(default_factory=dict)

    @classmethod
    def of(cls, frames: Sequence[pl.DataFrame], is_data: pl.Series, columns: Sequence[str]) -> ColumnSums:
        """Add up `columns` of the frames' rows; rows that are no data count as nothing."""
        sums = cls(np.concatenate([[0], is_data.cast(pl.Int64).cum_sum().to_numpy()]))
        for name in columns:
            texts = pl.concat([frame[name] for frame in frames])
            clean = texts.set(~is_data, None)
            is_text = clean.str.contains(r"\d[^\d]*[/:-][^\d]*\d|[A-Za-z]{4,}")
            for target, comma in ((sums.point, False), (sums.comma, True)):
                scaled = _scaled(clean.set(is_text.fill_null(value=False), None), comma=comma)
                target[name] = np.concatenate([[0], scaled.fill_null(0).cum_sum().to_numpy()])
                filled = clean.count()
                share = scaled.count() / filled if filled else 0.0
                sums.numeric[name] = max(sums.numeric.get(name, 0.0), share)
        return sums

    def count(self, first: int, last: int) -> int:
        """Count the rows of data from first to last (without last)."""
        return int(self.data[last] - self.data[first])

    def between(self, column: str, first: int, last: int) -> dict[bool, int]:
        """Return the sum of rows first to last (without last), by whether a comma is the sign before the decimals."""
        return {
            comma: int(sums[column][last] - sums[column][first])
            for comma, sums in ((False, self.point), (True, self.comma))
        }
