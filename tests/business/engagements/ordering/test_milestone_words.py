"""Milestones in the customer's words: how each stands, when it is expected, and what that rests on."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from core.business.engagements.milestones.forecasts import Forecast
from core.business.engagements.milestones.rules import days_late, status
from core.business.engagements.milestones.views import MilestoneView, milestones
from core.business.engagements.ordering.days import my_milestones
from core.business.engagements.ordering.milestone_words import expectation_note, expected_text, standing
from core.business.engagements.rules import OrderState
from core.context import Context
from core.platform.access.actions import enter
from tests.business.engagements.desk import add_order
from tests.staff import add_contact

TODAY = date(2026, 12, 10)


def milestone(promised: int | None, reached: int | None = None, forecast: int | None = None) -> MilestoneView:
    """A milestone whose days are counted from today."""
    promised_on, reached_on, expected = (
        None if days is None else TODAY + timedelta(days=days) for days in (promised, reached, forecast)
    )
    return MilestoneView(
        "kickoff",
        "Project kickoff",
        OrderState.IN_PROGRESS,
        promised_on,
        promised_on,
        Forecast(expected, None, None, 0) if expected else None,
        reached_on,
        status(promised_on, reached_on, expected, TODAY),
        days_late(promised_on, reached_on, TODAY),
        is_assumed=False,
    )


@pytest.mark.parametrize(
    ("promised", "reached", "forecast", "words"),
    [
        (-3, -3, None, "Done"),
        (-3, -2, None, "Done, 1 day late"),
        (-9, -2, None, "Done, 7 days late"),
        (None, -2, None, "Done"),
        (-1, None, 2, "1 day late"),
        (-4, None, 2, "4 days late"),
        (0, None, 0, "Today"),
        (3, None, 4, "Likely 1 day late"),
        (3, None, 9, "Likely 6 days late"),
        (3, None, 3, "On time"),
        (3, None, None, "On time"),
        (None, None, 3, "No day yet"),
    ],
)
def test_a_milestone_stands_in_words_without_shorthand(
    promised: int | None, reached: int | None, forecast: int | None, words: str
) -> None:
    assert standing(milestone(promised, reached, forecast), TODAY) == words


def test_the_expected_day_brings_its_interval_where_history_gives_one() -> None:
    low, high = TODAY, TODAY + timedelta(days=40)
    assert expected_text(None, TODAY) is None
    assert expected_text(Forecast(date(2026, 12, 14), None, None, 2), TODAY) == "14 Dec"
    text = expected_text(Forecast(date(2026, 12, 14), low, high, 9), TODAY)
    assert text == "14 Dec (10 Dec to 19 Jan)"
    assert expected_text(Forecast(low, low, low, 9), TODAY) == expected_text(
        Forecast(low, None, None, 9), TODAY
    )


def test_the_note_says_what_the_expectation_rests_on() -> None:
    from_history = Forecast(TODAY, TODAY, TODAY, 12)
    assert expectation_note([]) == expectation_note([None]) == ""
    assert expectation_note([None, from_history]) == (
        "Expected: as long as 12 finished projects took; 4 of 5 fall between the days in brackets."
    )
    assert expectation_note([Forecast(TODAY, None, None, 3)]) == "Expected: as our plan says."


def test_the_contact_sees_what_the_staff_sees_of_promise_and_forecast(alice: Context) -> None:
    order_id = add_order(alice, "training")
    theirs = milestones(alice, order_id)
    with enter(add_contact(alice.tenant.id), alice.tenant.id) as contact:
        mine = my_milestones(contact, order_id)
    assert [(row.title, row.promised_on, row.forecast, row.reached_on) for row in mine] == [
        (row.title, row.promised_on, row.forecast, row.reached_on) for row in theirs
    ]
    assert any(row.forecast for row in mine)
    assert {row.status for row in mine if row.reached_on} == {"Done"}
