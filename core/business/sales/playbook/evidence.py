"""Hold a claim against the measured figures: supported, contradicted, or not yet measured. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

from core.business.sales.figures.measures import MEASURES, PERCENT
from core.business.sales.figures.rules import Figure
from core.business.sales.playbook.models import Claim
from core.kit.money import show
from core.kit.wording import counted

NOT_MEASURED = "Claim, not yet measured"


class Verdict(StrEnum):
    """What the figures say about a claim."""

    SUPPORTED = "supported"
    CONTRADICTED = "contradicted"
    UNMEASURED = "unmeasured"


@dataclass(frozen=True, slots=True)
class Evidence:
    """A claim beside its figure: `measured` is the sentence with sample and date, or that there is none yet."""

    claim: Claim
    verdict: Verdict
    measured: str
    value: Decimal | None = None
    sample: int = 0
    as_of: date | None = None


def evidence(claim: Claim, figures: Mapping[str, Figure]) -> Evidence:
    """Hold a claim against its figure.

    A claim that is meant for most is held against the median, one for all against the end (low or high) that is worse
    for it: what holds for the median and not there is contradicted.
    """
    figure = figures.get(claim.measure or "")
    if figure is None or claim.target is None:
        return Evidence(claim, Verdict.UNMEASURED, NOT_MEASURED)
    if figure.value is None or figure.low is None or figure.high is None:
        note = f"{NOT_MEASURED}: {figure.missing}" if figure.missing else NOT_MEASURED
        return Evidence(claim, Verdict.UNMEASURED, note, None, figure.sample, figure.as_of)
    is_least = claim.comparison == "at_least"
    tail = figure.low if is_least else figure.high
    value = tail if claim.scope == "all" else figure.value
    holds = value >= claim.target if is_least else value <= claim.target
    verdict = Verdict.SUPPORTED if holds else Verdict.CONTRADICTED
    return Evidence(claim, verdict, _sentence(figure), figure.value, figure.sample, figure.as_of)


def _sentence(figure: Figure) -> str:
    """Write 'Measured: elapsed days 3.2 (1.8 to 6.1), 30 migrations, to 20 Nov 2026'."""
    value, low, high = (_amount(figure, number) for number in (figure.value, figure.low, figure.high))
    spread = "" if low == high else f" ({low} to {high})"
    sample = counted(figure.sample, "migration")
    until = f", to {figure.as_of.day} {figure.as_of:%b %Y}" if figure.as_of else ""
    return f"Measured: {figure.title.lower()} {value}{spread}, {sample}{until}"


def _amount(figure: Figure, number: Decimal | None) -> str:
    if number is None:
        return "–"
    text = f"{round(number, 4).normalize():,f}"
    unit = MEASURES[figure.measure].unit
    if unit == PERCENT:
        return f"{text}%"
    return show(number, figure.unit) if figure.unit.isupper() else text
