"""Rows of a generated order agree with each other: state, history, milestones, team, plan and payments."""

from __future__ import annotations

import itertools
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.business.billing.tables import Instalment
from core.business.engagements.milestones.rules import STATE_OF, MilestoneKey
from core.business.engagements.rules import AT_WORK, FINAL, WAY, OrderState
from core.business.engagements.tables import EngagementEvent, EngagementLine, Milestone, Task, TeamMember
from core.entry.demo_delivery.shapes import OrderShape, order_shapes
from core.entry.demo_delivery.teams import Team
from core.entry.demo_delivery.writing import OrderWriter
from core.platform.access.tables import Assignment

ANCHOR = date(2026, 11, 28)
SHAPES = order_shapes(ANCHOR)
NUMBERS = st.integers(0, len(SHAPES) - 1)


def writer(
    shape: OrderShape, *, lead: str | None = "lead", reviewer: str | None = None, zone: str = "Africa/Harare"
) -> OrderWriter:
    return OrderWriter("tenant", shape, "OC-7001", zone, "manager", Team(lead, reviewer))


def rows(order_writer: OrderWriter, table: type) -> list[object]:
    return [row for row in order_writer.details() if isinstance(row, table)]


def events(order_writer: OrderWriter) -> list[EngagementEvent]:
    return [row for row in order_writer.details() if isinstance(row, EngagementEvent)]


def shape_in(state: OrderState) -> OrderShape:
    return next(shape for shape in SHAPES if writer(shape).state == state)


@given(NUMBERS)
def test_the_history_ends_in_the_state_of_the_order_and_each_entry_begins_where_the_last_ended(
    number: int,
) -> None:
    order_writer = writer(SHAPES[number])
    history = events(order_writer)
    if order_writer.state == OrderState.PENDING:
        assert history == []
        return
    assert history[0].from_state == OrderState.PENDING
    assert history[-1].to_state == order_writer.state
    for before, after in itertools.pairwise(history):
        assert before.to_state == after.from_state
        assert before.created_at <= after.created_at


@given(NUMBERS)
def test_states_are_passed_in_their_order_and_none_is_left_out(number: int) -> None:
    state_names = [event.to_state for event in events(writer(SHAPES[number]))]
    on_the_way = [state for state in state_names if state in WAY[1:8]]
    assert on_the_way == [state.value for state in WAY[1 : 1 + len(on_the_way)]]


@given(NUMBERS)
def test_milestones_of_passed_states_are_reached_and_those_to_come_are_open(number: int) -> None:
    order_writer = writer(SHAPES[number])
    milestones = [row for row in order_writer.details() if isinstance(row, Milestone)]
    state = order_writer.state
    assert len(milestones) == (0 if state == OrderState.PENDING else len(MilestoneKey))
    if state in AT_WORK:
        for milestone in milestones:
            if WAY.index(STATE_OF[milestone.key]) < WAY.index(state):
                assert milestone.reached_on is not None
    if state == OrderState.COMPLETED:
        assert all(milestone.reached_on for milestone in milestones)


@given(NUMBERS)
def test_whoever_leads_an_order_has_access_as_long_as_they_lead_it(number: int) -> None:
    order_writer = writer(SHAPES[number])
    leads = [row for row in order_writer.details() if isinstance(row, TeamMember)]
    access = [row for row in order_writer.details() if isinstance(row, Assignment)]
    if order_writer.state in {OrderState.PENDING, OrderState.APPROVED}:
        assert (leads, access) == ([], [])
        return
    (lead,), (assignment,) = leads, access
    assert lead.assignment_id == assignment.id
    assert (lead.starts_at, lead.ends_at) == (assignment.starts_at, assignment.ends_at)
    assert (lead.ends_at is not None) == (order_writer.state in FINAL)


@given(NUMBERS)
def test_lines_and_instalments_sum_to_the_total_and_what_is_paid_is_never_more(number: int) -> None:
    order_writer, shape = writer(SHAPES[number]), SHAPES[number]
    lines = [row.amount for row in order_writer.details() if isinstance(row, EngagementLine)]
    parts = list(order_writer.plan_parts())
    paid = sum((payment.amount for payment in order_writer.payments()), Decimal(0))
    assert sum(lines) == shape.total == sum(part.amount for part in parts)
    assert paid <= shape.total
    assert (paid == shape.total) == (shape.live_on is not None and shape.ending != "cancelled")


@given(NUMBERS)
def test_each_payment_belongs_to_an_instalment_that_was_due_and_has_a_receipt_of_its_own(number: int) -> None:
    order_writer = writer(SHAPES[number])
    parts: dict[str, Instalment] = {part.id: part for part in order_writer.plan_parts()}
    payments = list(order_writer.payments())
    for payment in payments:
        assert parts[payment.instalment_id].due_on == payment.received_on
        assert payment.amount == parts[payment.instalment_id].amount
    assert len({payment.receipt_number for payment in payments}) == len(payments)


def test_a_cancelled_order_owes_nothing_more() -> None:
    order_writer = writer(shape_in(OrderState.CANCELLED))
    (waived,) = [part for part in order_writer.plan_parts() if part.waived_at is not None]
    assert waived.due_event == "go_live"
    assert waived.waived_reason == "The order was cancelled."
    assert all(payment.instalment_id != waived.id for payment in order_writer.payments())


def test_an_order_on_hold_knows_where_it_goes_on() -> None:
    order_writer = writer(shape_in(OrderState.ON_HOLD))
    order = order_writer.order(b"signer")
    assert order.state == OrderState.ON_HOLD
    assert order.resumes_to in AT_WORK | {OrderState.APPROVED}
    assert order.state_reason
    assert events(order_writer)[-1].reason == order.state_reason


@pytest.mark.parametrize("state", [OrderState.COMPLETED, OrderState.CANCELLED])
def test_an_ended_order_says_when_and_whether_it_succeeded(state: OrderState) -> None:
    shape = shape_in(state)
    order = writer(shape).order(b"signer")
    assert order.successful == (state == OrderState.COMPLETED)
    assert (order.completed_at is not None) == (state == OrderState.COMPLETED)
    assert order.state_since is not None
    assert order.state_since.date() == shape.ended_on


def test_every_generated_order_is_marked_as_generated() -> None:
    assert all(writer(shape).order(b"signer").is_generated for shape in SHAPES)


def test_moments_are_those_of_the_customers_day_in_utc() -> None:
    shape = shape_in(OrderState.COMPLETED)
    order = writer(shape, zone="America/Chicago").order(b"signer")
    assert order.ordered_at.utcoffset() == timedelta(0)
    ordered_on = shape.ordered_on
    morning = datetime(ordered_on.year, ordered_on.month, ordered_on.day, tzinfo=UTC)
    assert timedelta(hours=14) <= order.ordered_at - morning <= timedelta(hours=15)


def test_ids_differ_within_an_order_and_between_customers() -> None:
    shape = shape_in(OrderState.COMPLETED)
    first, second = (
        writer(shape),
        OrderWriter("another", shape, "OC-1", "Africa/Harare", "manager", Team("lead")),
    )
    ids = [(type(row), vars(row)["id"]) for row in first.details()]
    assert len(set(ids)) == len(ids)
    assert first.id != second.id
    assert first.id == writer(shape).id


def test_an_order_that_nobody_leads_has_no_team() -> None:
    order_writer = writer(shape_in(OrderState.COMPLETED), lead=None)
    assert rows(order_writer, TeamMember) == []
    assert rows(order_writer, Assignment) == []


@given(NUMBERS)
def test_orders_that_are_worked_on_have_tasks_of_both_sides_and_others_have_none(number: int) -> None:
    order_writer = writer(SHAPES[number])
    tasks = list(order_writer.tasks(ANCHOR))
    assert bool(tasks) == (order_writer.state in AT_WORK)
    for task in tasks:
        assert (task.owner_id is None) == (task.side == "customer")
        assert (task.state == "done") == (task.due_on is None) == (task.closed_at is not None)
        assert task.created_at <= datetime.combine(ANCHOR, datetime.max.time(), UTC)
    assert len({task.id for task in tasks}) == len(tasks)
    assert list(writer(SHAPES[number], lead=None).tasks(ANCHOR)) == []


def test_a_live_order_has_a_task_that_is_late() -> None:
    tasks: list[Task] = list(writer(shape_in(OrderState.GO_LIVE)).tasks(ANCHOR))
    assert [task.kind for task in tasks if task.due_on and task.due_on < ANCHOR] == ["call_after_go_live"]


def test_a_reviewer_has_access_of_their_own_beside_the_lead() -> None:
    order_writer = writer(shape_in(OrderState.TESTING), reviewer="reviewer")
    members = rows(order_writer, TeamMember)
    access = {row.id: row.person_id for row in rows(order_writer, Assignment)}
    assert [(member.role, member.person_id) for member in members] == [
        ("lead", "lead"),
        ("reviewer", "reviewer"),
    ]
    assert [access[member.assignment_id] for member in members] == ["lead", "reviewer"]
