"""Say how a milestone stands, and when it is expected, in the words of the customer who waits for it. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from core.business.engagements.milestones.forecasts import COVERAGE, Forecast
from core.business.engagements.milestones.views import MilestoneView
from core.kit.wording import counted, day

_OF_FIVE = COVERAGE // 20


def standing(row: MilestoneView, today: date) -> str:
    """Word how a milestone stands: 'Done', 'Done, 3 days late', '2 days late', 'Likely 2 days late', 'On time'."""
    if row.reached_on is not None:
        return f"Done, {counted(row.late, 'day')} late" if row.late else "Done"
    if row.status == "Not reached" or row.promised_on is None:
        return row.status if row.promised_on else "No day yet"
    if row.late:
        return f"{counted(row.late, 'day')} late"
    if row.promised_on == today:
        return "Today"
    if row.forecast is not None and row.forecast.day > row.promised_on:
        return f"Likely {counted((row.forecast.day - row.promised_on).days, 'day')} late"
    return "On time"


def expected_text(forecast: Forecast | None, today: date) -> str | None:
    """Write when a milestone is expected, with the days between which it falls: '12 Dec (10 Dec to 16 Dec)'."""
    if forecast is None:
        return None
    text = day(forecast.day, today)
    if forecast.low is None or forecast.high is None or forecast.low == forecast.high:
        return text
    return f"{text} ({forecast.low:%-d %b} to {forecast.high:%-d %b})"


def expectation_note(forecasts: Iterable[Forecast | None]) -> str:
    """Say where the expected days come from; '' where nothing is expected any more."""
    forecast = next(filter(None, forecasts), None)
    if forecast is None:
        return ""
    if forecast.is_from_history:
        projects = counted(forecast.sample, "finished project")
        return f"Expected: as long as {projects} took; {_OF_FIVE} of 5 fall between the days in brackets."
    return "Expected: as our plan says."
