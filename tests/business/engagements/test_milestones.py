"""Milestones of an order as they are promised, reached, opened again and forecast in the database."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest

from core.business.engagements.actions import approve_order
from core.business.engagements.create import create_engagement
from core.business.engagements.history import history
from core.business.engagements.lookup import today_of
from core.business.engagements.milestones.actions import (
    promise_milestone,
    reach_milestone,
    reopen_milestone,
)
from core.business.engagements.milestones.rules import MilestoneKey
from core.business.engagements.milestones.views import MilestoneView, milestones
from core.business.engagements.states.moving import cancel_order, move_order
from core.context import Context
from core.errors import ConflictError, InvalidInputError, NotAllowedError, NotFoundError
from core.platform.access.actions import enter
from tests.business.engagements.desk import add_order, add_task_row, reach_all, set_columns
from tests.business.engagements.test_create import details
from tests.staff import add_contact


def of_key(context: Context, order_id: str, key: str) -> MilestoneView:
    return next(row for row in milestones(context, order_id) if row.key == key)


def test_the_approval_promises_ten_milestones_from_the_plan_and_says_so(alice: Context) -> None:
    order_id = create_engagement(alice.session, details(Decimal(2000)))
    alice.session.commit()
    assert milestones(alice, order_id) == []
    approve_order(alice, order_id)
    rows = milestones(alice, order_id)
    assert [row.key for row in rows] == list(MilestoneKey)
    live = of_key(alice, order_id, "go_live")
    assert live.promised_on == live.first_promised_on == today_of(alice) + timedelta(days=28)
    assert live.forecast is not None
    assert live.forecast.basis.startswith("From the plan: 0 of 5 finished orders")
    assert (live.status, live.late, live.is_assumed) == ("On plan", 0, False)


def test_a_start_promises_nothing_anew(alice: Context) -> None:
    order_id = add_order(alice, "training")
    promise_milestone(alice, order_id, "closure", today_of(alice) + timedelta(days=90), "Holidays")
    set_columns(alice, order_id, state="approved")
    move_order(alice, order_id, "start")
    assert of_key(alice, order_id, "closure").promised_on == today_of(alice) + timedelta(days=90)


def test_a_promise_changes_only_with_a_reason_and_keeps_the_first(alice: Context, bob: Context) -> None:
    order_id = add_order(alice, "in_progress")
    first = of_key(alice, order_id, "go_live").promised_on
    day = today_of(alice) + timedelta(days=60)
    with pytest.raises(InvalidInputError, match="reason is missing"):
        promise_milestone(alice, order_id, "go_live", day, " ")
    with pytest.raises(NotAllowedError):
        promise_milestone(bob, order_id, "go_live", day, "Holidays")
    promise_milestone(alice, order_id, "go_live", day, "The printer comes late")
    milestone = of_key(alice, order_id, "go_live")
    assert (milestone.promised_on, milestone.first_promised_on) == (day, first)
    entry = history(alice, order_id)[0]
    assert (entry.kind, entry.reason) == ("milestone_promised", "The printer comes late")
    assert entry.details == {"milestone": "go_live", "before": str(first), "after": str(day)}


@pytest.mark.parametrize("days", [-1, 1001])
def test_no_day_is_promised_before_the_approval_or_years_ahead(alice: Context, days) -> None:
    order_id = add_order(alice, "in_progress")
    with pytest.raises(InvalidInputError):
        promise_milestone(alice, order_id, "go_live", today_of(alice) + timedelta(days=days), "Why not")


def test_a_specialist_reaches_a_milestone_once_and_its_task_comes_first(alice: Context, bob: Context) -> None:
    order_id = add_order(alice, "in_progress")
    task = add_task_row(alice, order_id, "Invite the owner", blocks="kickoff")
    with pytest.raises(ConflictError, match="1 task must be done first: Invite the owner"):
        reach_milestone(bob, order_id, "kickoff")
    assert task
    set_columns(alice, order_id, state="in_progress")
    reach_milestone(bob, order_id, "data_collection")
    row = of_key(alice, order_id, "data_collection")
    assert (row.reached_on, row.status, row.forecast) == (today_of(alice), "Reached", None)
    with pytest.raises(ConflictError, match="Data collection was reached before"):
        reach_milestone(alice, order_id, "data_collection")
    entry = history(alice, order_id)[0]
    assert (entry.kind, entry.person) == ("milestone_reached", "Bob")


def test_a_milestone_is_reached_between_the_approval_and_today(alice: Context) -> None:
    order_id = add_order(alice, "in_progress")
    for days in (-1, 1):
        with pytest.raises(InvalidInputError):
            reach_milestone(alice, order_id, "kickoff", today_of(alice) + timedelta(days=days))
    with pytest.raises(InvalidInputError, match="There is no milestone"):
        reach_milestone(alice, order_id, "lunch")


@pytest.mark.parametrize(
    ("state", "key", "text"),
    [
        ("approved", "kickoff", "while the order is approved"),
        ("testing", "go_live", "Go-live is reached once the order is live"),
        ("testing", "closure", "Project closure is reached once the order is live"),
        ("completed", "closure", "while the order is completed"),
    ],
)
def test_a_milestone_waits_for_its_time(alice: Context, state, key, text) -> None:
    order_id = add_order(alice, state)
    with pytest.raises(ConflictError, match=text):
        reach_milestone(alice, order_id, key)


def test_what_was_not_reached_after_all_opens_again_until_its_state_is_left(alice: Context) -> None:
    order_id = add_order(alice, "system_setup")
    reach_milestone(alice, order_id, "user_setup")
    reopen_milestone(alice, order_id, "user_setup", "Two accounts are missing")
    assert of_key(alice, order_id, "user_setup").is_open
    assert history(alice, order_id)[0].reason == "Two accounts are missing"
    with pytest.raises(ConflictError, match="User setup is open"):
        reopen_milestone(alice, order_id, "user_setup", "Again")
    with pytest.raises(ConflictError, match="Project kickoff stays as it is: the order is in system setup"):
        reopen_milestone(alice, order_id, "kickoff", "It was another customer's")


def test_late_is_said_in_days_at_the_customer(alice: Context) -> None:
    order_id = add_order(alice, "in_progress")
    for row in milestones(alice, order_id)[:1]:
        assert row.status == "On plan"
    set_columns(alice, order_id, approved_at=alice.now - timedelta(days=30))
    promise_milestone(alice, order_id, "kickoff", today_of(alice) - timedelta(days=3), "As it was agreed")
    late = of_key(alice, order_id, "kickoff")
    assert (late.status, late.late) == ("3 d late", 3)


def test_a_cancelled_order_has_no_forecast_and_is_not_late(alice: Context) -> None:
    order_id = add_order(alice, "in_progress")
    cancel_order(alice, order_id, "The owner sells the restaurant")
    row = of_key(alice, order_id, "go_live")
    assert (row.status, row.late, row.forecast) == ("Not reached", 0, None)


def test_five_finished_orders_give_the_forecast_of_the_sixth(alice: Context) -> None:
    for days in (10, 20, 30, 40, 50):
        finished = add_order(alice, "go_live")
        set_columns(alice, finished, approved_at=alice.now - timedelta(days=days), domain="school")
        reach_all(alice, finished)
    order_id = add_order(alice, "approved")
    set_columns(alice, order_id, domain="school", package="growth")
    kickoff = of_key(alice, order_id, "kickoff").forecast
    assert kickoff is not None
    assert (kickoff.sample, kickoff.is_from_history) == (5, True)
    assert kickoff.day == today_of(alice) + timedelta(days=29)


def test_a_contact_sees_the_milestones_and_changes_none(alice: Context, mallory: Context) -> None:
    order_id = add_order(alice, "in_progress")
    with enter(add_contact(alice.tenant.id), alice.tenant.id) as contact:
        assert len(milestones(contact, order_id)) == 10
        with pytest.raises(NotAllowedError):
            reach_milestone(contact, order_id, "kickoff")
    with pytest.raises(NotFoundError):
        milestones(mallory, order_id)
