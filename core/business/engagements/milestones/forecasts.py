"""Forecast the milestones of an order from how long finished orders took between the same two milestones. Pure.

The anchor is the milestone reached last (or the approval); what counts is the time from there to each open milestone in
finished orders of the same line of business: its median, and an interval that the next one falls into four times of five.
With fewer than five such orders the plan's days stand in, without an interval.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from math import ceil, floor, sqrt
from statistics import mean, median, quantiles, stdev

from core.business.engagements.milestones.rules import MilestoneKey, MilestonePlan
from core.kit.wording import counted, plural

MIN_SAMPLE = 5
"""Finished orders that a forecast from history needs."""

APPROVAL = "approval"
"""The anchor where no milestone is reached yet."""

COVERAGE = 80
"""Percent of the cases that the interval is meant to hold."""

_STUDENT: Mapping[int, float] = {5: 1.533, 6: 1.476, 7: 1.440, 8: 1.415}
"""Size of the sample -> the 90% point of Student's t with one degree of freedom less."""

History = Sequence[Mapping[str, date]]
"""Per finished order: the day of its approval and of each milestone that it reached."""


@dataclass(frozen=True, slots=True)
class Forecast:
    """When a milestone is expected. `low` and `high` are the interval, None without history; `sample` finished orders."""

    day: date
    low: date | None
    high: date | None
    sample: int

    @property
    def is_from_history(self) -> bool:
        return self.low is not None

    @property
    def basis(self) -> str:
        """Where it comes from: 'Median of 12 finished orders', 'From the plan: 3 of 5 finished orders needed'."""
        if self.is_from_history:
            return f"Median of {counted(self.sample, 'finished order')}"
        return f"From the plan: {self.sample:,} of {MIN_SAMPLE} finished {plural('order')} needed"


def forecasts(
    reached: Mapping[str, date], plan: MilestonePlan, history: History, today: date
) -> dict[MilestoneKey, Forecast]:
    """Forecast every milestone that is open. `reached` has the day of each that is not, and of the approval.

    No day lies before today. Empty before the approval. The days never go back from one milestone to the next.
    """
    if APPROVAL not in reached:
        return {}
    anchor = last_reached(reached)
    result: dict[MilestoneKey, Forecast] = {}
    earliest = today
    for key in MilestoneKey:
        if key in reached:
            continue
        forecast = _forecast(key, anchor, reached[anchor], plan, history, today)
        if forecast.day < earliest:
            forecast = replace(forecast, day=earliest, high=forecast.high and max(forecast.high, earliest))
        result[key] = forecast
        earliest = forecast.day
    return result


def last_reached(reached: Mapping[str, date]) -> str:
    """Return the milestone reached last, by its day, then by the order of milestones; APPROVAL for none."""
    ranks = {APPROVAL: -1} | {key.value: rank for rank, key in enumerate(MilestoneKey)}
    return max((key for key in reached if key in ranks), key=lambda key: (reached[key], ranks[key]))


def durations(history: History, anchor: str, key: str) -> list[int]:
    """List the days from the anchor to the milestone in finished orders that reached both in that order."""
    spans = ((order[key] - order[anchor]).days for order in history if key in order and anchor in order)
    return sorted(span for span in spans if span >= 0)


def interval(days: Sequence[int]) -> tuple[int, int]:
    """Return between which whole days the next duration falls with 80% probability; needs MIN_SAMPLE durations.

    Fewer than nine have no tenth and no nine tenths among them: there it is Student's interval of the next value.
    """
    if spread := _STUDENT.get(len(days)):
        reach = spread * stdev(days) * sqrt(1 + 1 / len(days))
        return max(0, floor(mean(days) - reach)), ceil(mean(days) + reach)
    tenths = quantiles(days, n=10, method="exclusive")
    return max(0, floor(tenths[0])), ceil(tenths[-1])


def _forecast(
    key: MilestoneKey, anchor: str, start: date, plan: MilestonePlan, history: History, today: date
) -> Forecast:
    days = durations(history, anchor, key)
    if len(days) < MIN_SAMPLE:
        planned_anchor = plan.days[MilestoneKey(anchor)] if anchor != APPROVAL else 0
        expected = start + timedelta(days=max(0, plan.days[key] - planned_anchor))
        return Forecast(max(today, expected), None, None, len(days))
    low, high = interval(days)
    expected = start + timedelta(days=ceil(median(days)))
    day = max(today, expected)
    return Forecast(
        day,
        min(day, max(today, start + timedelta(days=low))),
        max(day, start + timedelta(days=high)),
        len(days),
    )
