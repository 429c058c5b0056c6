"""Tell in which form numbers are written: which sign separates their decimals, and which groups their thousands.

'12.50' and '1,204.00' have a decimal point, '12,50' and '1.204,00' a decimal comma; '1.250' and '1,250' may have either,
so that only the other values of a column, or what is known about its file, decide.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, fields
from operator import add, attrgetter
from typing import Self

import polars as pl

from core.kit.values import SUFFIX, NumberForm, amount_body, read_number, show_number

_BLANK = r"[ \x{a0}\x{202f}'’]"
_INTEGER = rf"^\d+$|^[1-9]\d{{0,2}}(?:{_BLANK}\d{{3}})+$"
_AMBIGUOUS_POINT, _AMBIGUOUS_COMMA = r"^[1-9]\d{0,2}\.\d{3}$", r"^[1-9]\d{0,2},\d{3}$"
_INDIAN = r"^[1-9]\d?(?:,\d{2})+,\d{3}(?:\.\d+)?$"
_POINT = rf"^\d*\.\d+$|^[1-9]\d{{0,2}}(?:,\d{{3}})+\.\d+$|^[1-9]\d{{0,2}}(?:,\d{{3}}){{2,}}$|^[1-9]\d{{0,2}}(?:{_BLANK}\d{{3}})+\.\d+$"
_COMMA = rf"^\d*,\d+$|^[1-9]\d{{0,2}}(?:\.\d{{3}})+,\d+$|^[1-9]\d{{0,2}}(?:\.\d{{3}}){{2,}}$|^[1-9]\d{{0,2}}(?:{_BLANK}\d{{3}})+,\d+$"
_FORMS = {
    "whole": _INTEGER,
    "either_point": _AMBIGUOUS_POINT,
    "either_comma": _AMBIGUOUS_COMMA,
    "indian": _INDIAN,
    "point": _POINT,
    "comma": _COMMA,
}
_TELLING = rf"(?i),[0-9]{{1,2}}(?:[^0-9]|$)|,[0-9]{{4}}|\.[0-9]{{3}}(?:[^0-9]|$)|\.[0-9]*[.,]|[0-9]{_BLANK}[0-9]|{SUFFIX}"
"""What shows that a value is written otherwise than '12.50' and '1,250.00'."""

_LIKE_NUMBER = rf"^[^0-9A-Za-z]*[A-Za-z]{{0,4}}[^0-9A-Za-z]*[0-9](?:[0-9.,]|{_BLANK})*[^0-9]{{0,9}}$"
_PROBED = 64
"""Values of a column that tell whether it holds numbers at all."""


@dataclass(frozen=True, slots=True)
class FormCounts:
    """How many values of a column are written in which form; `other` is no number.

    whole         '1250', '1 250'                          either_point  '1.250': 1.25 or 1250
    point         '12.50', '1,250.00', '1,250,000'         either_comma  '1,250': 1250 or 1.25
    comma         '12,50', '1.250,00', '1.250.000'         indian        '1,25,000'
    credit        of all these, those that end in CR or DR, as accounts write credits and debits
    """

    whole: int = 0
    point: int = 0
    comma: int = 0
    either_point: int = 0
    either_comma: int = 0
    indian: int = 0
    credit: int = 0
    other: int = 0

    @property
    def numbers(self) -> int:
        return self.whole + self.point + self.comma + self.either_point + self.either_comma + self.indian

    def __add__(self, more: FormCounts) -> FormCounts:
        return FormCounts(*map(add, _counts_of(self), _counts_of(more)))

    @classmethod
    def from_json(cls, document: Mapping[str, int]) -> Self:
        """Read counts as stored, without those that are zero."""
        return cls(**{name: count for name, count in document.items() if name in _NAMES})

    def to_json(self) -> dict[str, int]:
        return {name: count for name, count in zip(_NAMES, _counts_of(self), strict=True) if count}


_NAMES = tuple(fact.name for fact in fields(FormCounts))
_counts_of = attrgetter(*_NAMES)


def count_forms(texts: pl.Series) -> FormCounts:
    """Count the forms of the filled values of a text column; all counts are zero for a column without numbers."""
    filled = texts.drop_nulls().alias("text")
    if _are_integers(filled.head(_PROBED)) and _are_integers(filled):
        return FormCounts(whole=len(filled))
    if not holds_numbers(filled):
        return FormCounts()
    table = filled.str.replace_all("[1-9]", "9").value_counts()  # few patterns stand for all values
    counts, bodies = table["count"], amount_body(table["text"].str.strip_chars())
    remaining, numbers = bodies.is_not_null(), {}
    for name, pattern in _FORMS.items():
        matches = remaining & bodies.str.contains(pattern).fill_null(value=False)
        numbers[name] = int(counts.filter(matches).sum())
        remaining &= ~matches
    credit = int(counts.filter(bodies.is_not_null() & table["text"].str.contains(SUFFIX)).sum())
    return FormCounts(**numbers, credit=credit, other=int(counts.sum()) - sum(numbers.values()))


def _are_integers(filled: pl.Series) -> bool:
    """Tell whether all values are whole numbers without blanks and signs of thousands, at less cost than patterns do."""
    return len(filled) > 0 and not filled.cast(pl.Int64, strict=False).null_count()


def holds_numbers(filled: pl.Series) -> bool:
    """Tell whether a column holds numbers, by its first values."""
    first = filled.head(_PROBED).cast(pl.String)
    if not first.str.contains(_LIKE_NUMBER).any():
        return False
    return bool(amount_body(first.str.strip_chars()).is_not_null().any())


def examples_of(texts: pl.Series) -> dict[str, str]:
    """Return a value for each form that occurs, without its currency; of '1.250' and '1,250' one whose end is not 000."""
    distinct = texts.drop_nulls().unique(maintain_order=True)
    bodies = amount_body(distinct.str.strip_chars()).drop_nulls()
    examples = {}
    for name, pattern in _FORMS.items():
        matches = bodies.str.contains(pattern)
        values = bodies.filter(matches)
        bodies = bodies.filter(~matches)
        if len(values):
            telling = values.filter(~values.str.ends_with("000"))
            examples[name] = str(telling[0] if len(telling) else values[0])
    return examples


def add_forms(counts: FormCounts | None, texts: pl.Series) -> FormCounts:
    """Add the values of a further part of a column; where all are like '12.50' and '1,250.00', as so many decimals."""
    filled, counts = texts.drop_nulls(), counts or FormCounts()
    plain = counts.point + counts.whole + counts.either_comma
    if counts.point and counts.numbers + counts.other == plain and not filled.str.contains(_TELLING).any():
        return counts + FormCounts(point=len(filled))
    return counts + count_forms(filled)


def form_of(text: str) -> str:
    """Name the form of one number without sign or currency; '' for what is no number."""
    return next((name for name, pattern in _PYTHON_FORMS.items() if pattern.search(text)), "")


_PYTHON_FORMS = {
    name: re.compile(pattern.replace(r"\x{a0}", "\u00a0").replace(r"\x{202f}", "\u202f"))
    for name, pattern in _FORMS.items()
}


def read_single_amounts(texts: pl.Series) -> pl.Series:
    """Return the amounts, as text, of cells that hold one alone: not negative, its decimal sign clear; null for others."""
    with_point = read_number(texts, form=NumberForm(strict=True), money=True)
    with_comma = read_number(texts, form=NumberForm(decimal_comma=True, strict=True), money=True)
    amounts = with_point.fill_null(with_comma)
    return show_number(amounts.set((amounts < 0).fill_null(value=False), None))
