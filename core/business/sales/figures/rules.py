"""Summarise the values of finished migrations: median, p10 and p90, sample; no value below the minimum sample. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation

from core.business.sales.figures.measures import MEASURES, MONEY, REPORTED, Measure

_HALF, _TENTH, _NINE_TENTHS = Decimal("0.5"), Decimal("0.1"), Decimal("0.9")


@dataclass(frozen=True, slots=True)
class Figure:
    """A measure over finished migrations: median with p10 and p90, in `unit` ('USD' for money), as of the newest one.

    Below the minimum sample the three are None and `missing` says what is wanted: '4 of 10 finished migrations needed'.
    """

    measure: str
    title: str
    value: Decimal | None
    low: Decimal | None
    high: Decimal | None
    unit: str
    sample: int
    as_of: date | None
    missing: str = ""


@dataclass(frozen=True, slots=True)
class Observation:
    """What one finished migration gives: measure -> number. `currency` is that of its amounts."""

    finished_on: date
    values: Mapping[str, Decimal]
    currency: str


def figures_of(observations: Sequence[Observation], currency: str) -> dict[str, Figure]:
    """Return the figure of every measure. Amounts in another currency are left out, never converted; nothing stays 0."""
    return {key: _figure(measure, observations, currency) for key, measure in MEASURES.items()}


def _figure(measure: Measure, observations: Sequence[Observation], currency: str) -> Figure:
    is_money = measure.unit == MONEY
    sample = [
        (observation.values[measure.key], observation.finished_on)
        for observation in observations
        if measure.key in observation.values
        and (not is_money or observation.currency == currency or not observation.values[measure.key])
    ]
    unit = currency if is_money else measure.unit
    as_of = max((finished_on for _, finished_on in sample), default=None)
    if len(sample) < measure.minimum_sample:
        missing = missing_sample(measure, len(sample))
        return Figure(measure.key, measure.title, None, None, None, unit, len(sample), as_of, missing)
    values = sorted(value for value, _ in sample)
    low, value, high = (
        rounded(percentile(values, share), measure.digits) for share in (_TENTH, _HALF, _NINE_TENTHS)
    )
    return Figure(measure.key, measure.title, value, low, high, unit, len(sample), as_of)


def missing_sample(measure: Measure, sample: int) -> str:
    """Say how many finished migrations are missing: '4 of 10 finished migrations needed'."""
    noun = "finished migrations with a report" if measure.origin == REPORTED else "finished migrations"
    return f"{sample} of {measure.minimum_sample} {noun} needed"


def percentile(values: Sequence[Decimal], share: Decimal) -> Decimal:
    """Interpolate the value below which that share of the sorted values lies. ValueError without values."""
    if not values:
        raise ValueError("no values")
    position = share * (len(values) - 1)
    index = int(position)
    if index + 1 == len(values):
        return values[index]
    return values[index] + (position - index) * (values[index + 1] - values[index])


def rounded(value: Decimal, digits: int) -> Decimal:
    """Round half up to so many decimals."""
    return value.quantize(Decimal(1).scaleb(-digits), rounding=ROUND_HALF_UP)


def numbers_of(entries: Mapping[str, object]) -> dict[str, Decimal]:
    """Read stored values of known measures: {measure: '3.5'}, or {measure: {'value': '3.5', …}} of a report."""
    numbers = {}
    for key, entry in entries.items():
        text = entry.get("value") if isinstance(entry, Mapping) else entry
        if key not in MEASURES or text is None:
            continue
        try:
            number = Decimal(str(text))
        except InvalidOperation:
            continue
        if number.is_finite():
            numbers[key] = number
    return numbers


def worst(measure: Measure, values: Iterable[Decimal]) -> Decimal | None:
    """Return the least good of the values, which is what a promise is held against; None without any."""
    listed = sorted(values)
    if not listed:
        return None
    return listed[0] if measure.is_lower_better is False else listed[-1]
