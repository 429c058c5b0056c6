"""The list of orders across customers: whose are seen, how late they are, and what filters choose."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest

from core.business.engagements.lookup import today_of
from core.business.engagements.milestones.actions import promise_milestone
from core.business.engagements.portfolio import (
    ACTIVE,
    NOBODY,
    OrderFilter,
    OrderRow,
    all_orders,
    by_state,
    matching,
)
from core.business.engagements.states.moving import move_order
from core.context import Context
from core.errors import NotAllowedError
from core.platform.access.portfolio import enter_portfolio
from tests.business.engagements.desk import add_order, add_task_row, set_columns
from tests.staff import add_contact, add_staff, assign, end_assignments


def rows_of(person: str) -> dict[str, OrderRow]:
    with enter_portfolio(person) as portfolio:
        return {row.engagement_id: row for row in all_orders(portfolio)}


def make_late(context: Context, order_id: str, days: int) -> None:
    set_columns(context, order_id, approved_at=context.now - timedelta(days=60))
    day = today_of(context) - timedelta(days=days)
    promise_milestone(context, order_id, "training_delivery", day, "As it was agreed")


def test_a_row_tells_lead_next_milestone_tasks_and_lateness(alice: Context) -> None:
    order_id = add_order(alice, "training")
    make_late(alice, order_id, 3)
    add_task_row(alice, order_id, due_on=today_of(alice) - timedelta(days=1))
    add_task_row(alice, order_id, state="done")
    row = rows_of(alice.person)[order_id]
    assert (row.lead, row.next_text, row.late) == ("Alice", "Training delivery", 3)
    assert (row.open_tasks, row.late_tasks, row.state_text) == (1, 1, "Training")
    assert (row.total, row.currency, row.slug) == (Decimal(2000), "USD", alice.tenant.slug)


def test_an_order_on_hold_or_over_is_not_late(alice: Context) -> None:
    order_id = add_order(alice, "training")
    make_late(alice, order_id, 3)
    move_order(alice, order_id, "hold", "The owner is away")
    assert rows_of(alice.person)[order_id].late == 0


def test_a_specialist_sees_the_orders_of_a_customer_as_long_as_assigned(alice: Context) -> None:
    order_id, specialist = add_order(alice, "training"), add_staff("specialist")
    assert order_id not in rows_of(specialist)
    assign(alice.tenant.id, specialist)
    assert order_id in rows_of(specialist)
    end_assignments(alice.tenant.id, specialist)
    assert order_id not in rows_of(specialist)


def test_a_manager_of_another_customer_sees_none_and_a_contact_may_not_look(
    alice: Context, mallory: Context
) -> None:
    order_id = add_order(alice, "training")
    assert order_id not in rows_of(mallory.person)
    with enter_portfolio(add_contact(alice.tenant.id)) as portfolio, pytest.raises(NotAllowedError):
        all_orders(portfolio)


@pytest.fixture
def rows(alice: Context) -> list[OrderRow]:
    """Four orders of Alice's: in training and late, approved, completed, and one of a school on hold."""
    late = add_order(alice, "training")
    make_late(alice, late, 2)
    later = add_order(alice, "training")
    make_late(alice, later, 9)
    add_order(alice, "approved")
    add_order(alice, "completed")
    school = add_order(alice, "testing")
    set_columns(alice, school, domain="school", state="on_hold", resumes_to="testing")
    return [row for row in rows_of(alice.person).values() if row.slug == alice.tenant.slug]


def test_filters_choose_by_state_line_lead_lateness_and_text(alice: Context, rows: list[OrderRow]) -> None:
    def states(**fields: object) -> list[str]:
        return sorted(row.state for row in matching(rows, OrderFilter(**fields)))

    assert states(state="approved") == ["approved"]
    assert states(state=ACTIVE) == ["approved", "on_hold", "training", "training"]
    assert states(domain="school") == ["on_hold"]
    assert states(lead_id=NOBODY) == ["approved"]
    assert len(states(lead_id=alice.person)) == 4
    assert [row.late for row in matching(rows, OrderFilter(is_late=True))] == [9, 2]
    assert len(states(text=alice.tenant.name.upper())) == 5
    assert states(text="no such order") == []
    assert len(states(text=rows[0].number.lower())) >= 1


def test_the_board_has_a_column_of_each_state_on_the_way_and_of_holds(rows: list[OrderRow]) -> None:
    columns = by_state(rows)
    assert next(iter(columns)) == "pending"
    assert list(columns)[-2:] == ["go_live", "on_hold"]
    assert {state: len(cards) for state, cards in columns.items() if cards} == {
        "approved": 1,
        "training": 2,
        "on_hold": 1,
    }
