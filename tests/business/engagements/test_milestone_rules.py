"""Milestones: the plans of the packages, promised days, lateness in words, forecasts from finished orders."""

from __future__ import annotations

from datetime import date, timedelta
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from core.business.catalog.packages import catalogs
from core.business.engagements.milestones.forecasts import (
    APPROVAL,
    MIN_SAMPLE,
    forecasts,
    interval,
    last_reached,
)
from core.business.engagements.milestones.rules import (
    STATE_OF,
    TITLES,
    MilestoneKey,
    MilestonePlan,
    days_late,
    distance,
    milestones_of,
    plan_of,
    plans,
    promised_days,
    status,
)
from core.business.engagements.rules import AT_WORK

TODAY = date(2026, 11, 28)
PLAN = plan_of("restaurant", "professional")


def after(days: int) -> date:
    return TODAY + timedelta(days=days)


def finished_order(start: date, factor: float) -> dict[str, date]:
    """An order that took `factor` times the plan's days."""
    days = {key.value: start + timedelta(days=round(count * factor)) for key, count in PLAN.days.items()}
    return {APPROVAL: start} | days


def test_every_package_that_is_sold_has_a_plan_of_all_ten_milestones() -> None:
    sold = {(domain, package) for domain, offers in catalogs().items() for package in offers.packages}
    planned = {(domain, package) for domain, packages in plans().items() for package in packages}
    assert planned == sold
    assert all(set(plan.days) == set(MilestoneKey) for by in plans().values() for plan in by.values())


def test_a_package_that_is_sold_no_more_has_the_plan_of_the_largest() -> None:
    assert plan_of("school", "gone") == plan_of("school", "enterprise")


def test_a_plan_that_lacks_a_day_or_goes_back_is_refused() -> None:
    days = dict(PLAN.days)
    for wrong in (
        {key: day for key, day in days.items() if key != MilestoneKey.CLOSURE},
        days | {MilestoneKey.CLOSURE: 3},
        days | {MilestoneKey.KICKOFF: -1},
    ):
        with pytest.raises(ValidationError):
            MilestonePlan(assumed=True, days=wrong)


def test_each_milestone_belongs_to_a_state_that_the_team_works_in() -> None:
    assert set(STATE_OF) == set(TITLES) == set(MilestoneKey)
    assert set(STATE_OF.values()) == AT_WORK
    assert milestones_of("go_live") == ["go_live", "closure"]
    assert milestones_of("pending") == []


def test_without_an_agreed_day_the_plan_s_days_are_promised() -> None:
    promised = promised_days(PLAN, TODAY, None)
    assert promised[MilestoneKey.KICKOFF] == after(2)
    assert promised[MilestoneKey.GO_LIVE] == after(28)
    assert promised == promised_days(PLAN, TODAY, TODAY - timedelta(days=1))


def test_an_agreed_go_live_moves_what_precedes_it_in_proportion_and_the_closure_with_it() -> None:
    promised = promised_days(PLAN, TODAY, after(14))
    assert promised[MilestoneKey.GO_LIVE] == after(14)
    assert promised[MilestoneKey.DATA_MIGRATION] == after(7)
    assert promised[MilestoneKey.CLOSURE] == after(28)


@given(st.sampled_from([plan for by in plans().values() for plan in by.values()]), st.integers(-5, 200))
def test_promised_days_keep_their_order_whatever_day_was_agreed(plan, days) -> None:
    promised = promised_days(plan, TODAY, after(days))
    assert list(promised.values()) == sorted(promised.values())
    assert min(promised.values()) >= TODAY
    if days > 0:
        assert promised[MilestoneKey.GO_LIVE] == after(days)


@pytest.mark.parametrize(
    ("promised", "actual", "forecast", "text"),
    [
        (after(-3), None, TODAY, "3 d late"),
        (TODAY, None, TODAY, "Due today"),
        (after(5), None, after(5), "On plan"),
        (after(5), None, after(7), "2 d at risk"),
        (after(5), None, None, "On plan"),
        (None, None, None, "Not promised"),
        (after(-3), after(-4), None, "Reached"),
        (after(-3), after(-1), None, "2 d late"),
        (None, after(-1), None, "Reached"),
    ],
)
def test_how_a_milestone_stands_is_said_in_words(promised, actual, forecast, text) -> None:
    assert status(promised, actual, forecast, TODAY) == text


def test_late_are_days_past_the_promise_and_never_fewer_than_none() -> None:
    assert days_late(after(-3), None, TODAY) == 3
    assert days_late(after(-3), after(-2), TODAY) == 1
    assert days_late(after(3), None, TODAY) == days_late(None, None, TODAY) == 0


def test_how_far_a_day_is_is_said_in_words() -> None:
    assert [distance(after(days), TODAY) for days in (0, 1, 12, -1)] == [
        "today",
        "in 1 day",
        "in 12 days",
        "1 day ago",
    ]


def test_with_fewer_than_five_finished_orders_the_plan_stands_in_and_says_so() -> None:
    history = [finished_order(after(-200), 2.0)] * (MIN_SAMPLE - 1)
    expected = forecasts({APPROVAL: TODAY}, PLAN, history, TODAY)
    kickoff = expected[MilestoneKey.KICKOFF]
    assert (kickoff.day, kickoff.low, kickoff.is_from_history) == (after(2), None, False)
    assert kickoff.basis == "From the plan: 4 of 5 finished orders needed"


def test_from_five_on_the_forecast_is_the_median_with_an_interval_and_its_sample() -> None:
    history = [finished_order(after(-200), factor) for factor in (1.0, 1.5, 2.0, 2.5, 3.0)]
    live = forecasts({APPROVAL: TODAY}, PLAN, history, TODAY)[MilestoneKey.GO_LIVE]
    assert (live.day, live.basis) == (after(56), "Median of 5 finished orders")
    assert live.low is not None
    assert live.high is not None
    assert live.low <= after(28)
    assert live.high >= after(84)


def test_the_forecast_starts_from_the_milestone_that_was_reached_last() -> None:
    history = [finished_order(after(-200), 1.0)] * 6
    reached = {APPROVAL: after(-30), "kickoff": after(-20), "data_collection": after(-4)}
    expected = forecasts(reached, PLAN, history, TODAY)
    assert last_reached(reached) == "data_collection"
    assert set(expected) == set(MilestoneKey) - {"kickoff", "data_collection"}
    assert expected[MilestoneKey.DATA_MIGRATION].day == after(-4 + 9)


def test_no_forecast_lies_in_the_past_and_none_before_the_milestone_that_precedes_it() -> None:
    history = [finished_order(after(-200), 1.0)] * 6
    expected = forecasts({APPROVAL: after(-20)}, PLAN, history, TODAY)
    days = [expected[key].day for key in MilestoneKey]
    assert days == sorted(days)
    assert days[0] == TODAY
    assert all(
        forecast.low <= forecast.day <= forecast.high
        for forecast in expected.values()
        if forecast.low and forecast.high
    )


def test_before_the_approval_there_is_nothing_to_forecast() -> None:
    assert forecasts({}, PLAN, [], TODAY) == {}


def test_an_order_that_reached_two_milestones_the_other_way_round_does_not_count() -> None:
    odd = finished_order(after(-200), 1.0) | {"go_live": after(-300)}
    expected = forecasts({APPROVAL: TODAY}, PLAN, [odd] * 6, TODAY)
    assert expected[MilestoneKey.GO_LIVE].sample == 0
    assert expected[MilestoneKey.KICKOFF].sample == 6


@pytest.mark.parametrize("size", [5, 8, 9, 12, 40])
def test_the_interval_holds_the_next_duration_about_four_times_of_five(size) -> None:
    random, hits, rounds = Random(size), 0, 4000
    for _ in range(rounds):
        days = [round(random.gammavariate(9, 4)) for _ in range(size + 1)]
        low, high = interval(days[:-1])
        hits += low <= days[-1] <= high
    assert 0.76 <= hits / rounds <= 0.88
