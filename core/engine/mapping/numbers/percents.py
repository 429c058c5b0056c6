"""Decides whether the numbers of a percent column are percentages or fractions: 0.5 is half a percent, or the half.

Multiplied by 100 only where the values prove it; what proves neither is a question. Pure.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

import polars as pl

from core.kit.values import NumberForm, read_number
from core.kit.wording import counted

_MOST_TAX = Decimal("0.4")
"""No sales tax or VAT is higher, as a fraction; a rate column with such a value holds percentages."""

_STEPS = (Decimal("0.125"), Decimal("0.05"))
"""Surtaxes below one percent are multiples of these; 0.0825 and 0.07 are none, so they are fractions."""


@dataclass(frozen=True, slots=True)
class PercentDecision:
    """Whether values are fractions, why, and what a person must say; '' for nothing."""

    is_fraction: bool = False
    reason: str = ""
    question: str = ""


def decide_percent(
    texts: pl.Series, form: NumberForm, *, is_tax: bool, says_percent: bool
) -> PercentDecision:
    """Decide for a column: `is_tax` where it holds tax rates, `says_percent` where its name says percent."""
    filled = texts.drop_nulls().str.strip_chars().unique(maintain_order=True)
    is_signed = filled.str.ends_with("%")
    bare = _numbers(filled.filter(~is_signed), form)
    small = [number for number in bare if number <= 1]
    if not small:
        return PercentDecision()
    telling = _not_surtaxes(small) if is_tax else small
    if is_signed.any():
        return PercentDecision(question=_among_others(small, "values with a percent sign"))
    if len(small) < len(bare):
        return PercentDecision(question=_among_others(telling, "values above 1"))
    high = max(small)
    if is_tax and says_percent and high >= _MOST_TAX:
        text = (
            f"The column's name says percent, and no tax is {_text(high * 100)}%: the values are percentages."
        )
        return PercentDecision(reason=text)
    if is_tax and not says_percent and telling and high < _MOST_TAX:
        example = _text(telling[0])
        text = f"All values are at most {_text(high)}, and no tax is {example}%: {example} is {_text(telling[0] * 100)} percent."
        return PercentDecision(is_fraction=True, reason=text)
    return PercentDecision(is_fraction=not says_percent and high < 1, question=_question(small))


def _numbers(texts: pl.Series, form: NumberForm) -> list[Decimal]:
    """Return the values that are numbers, without signs and without zero."""
    return [abs(number) for number in read_number(texts, form=form, percent=True) if number]


def _question(small: list[Decimal]) -> str:
    low, high = _text(min(small)), _text(max(small))
    span = (
        f"All {counted(len(small), 'value')} are between {low} and {high}"
        if low != high
        else f"All values are {high}"
    )
    return (
        f"Is {high} {high} percent or {_text(max(small) * 100)} percent? {span}."
        " The transform fraction_to_percent reads the latter, none the former."
    )


def _not_surtaxes(numbers: list[Decimal]) -> list[Decimal]:
    """Return the numbers that are no rate below one percent as authorities set them."""
    return [number for number in numbers if number < _MOST_TAX and all(number % step for step in _STEPS)]


def _among_others(small: list[Decimal], neighbours: str) -> str:
    if not small:
        return ""
    example = _text(small[0])
    return (
        f"Is {example} {example} percent or {_text(small[0] * 100)} percent? The column also holds {neighbours}. Correct the file,"
        " or accept the field to read the values as percentages."
    )


def _text(number: Decimal) -> str:
    return f"{number.normalize():f}"
