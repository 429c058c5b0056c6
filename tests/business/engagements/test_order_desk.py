"""What the page of an order offers: the next step and what is missing before it, and what else each role may do."""

from __future__ import annotations

from itertools import product

import pytest
from sqlalchemy import select, text

from core.business.engagements.history import history
from core.business.engagements.milestones.rules import MilestoneKey
from core.business.engagements.rules import WAY, OrderState
from core.business.engagements.states.moving import cancel_order, move_order
from core.business.engagements.states.rules import Event
from core.business.engagements.states.views import order_desk
from core.business.engagements.tables import Engagement, TeamMember
from core.context import Context
from core.errors import ConflictError, NotAllowedError, NotFoundError
from core.platform.access.actions import enter
from tests.business.engagements.desk import (
    add_imports,
    add_lead,
    add_order,
    add_task_row,
    reach_all,
    set_columns,
)
from tests.staff import add_contact

NEXT = {
    "pending": "Approve order",
    "approved": "Start project",
    "in_progress": "Begin data migration",
    "data_migration": "Begin system setup",
    "system_setup": "Begin training",
    "training": "Begin testing",
    "testing": "Go live",
    "go_live": "Complete order",
}


@pytest.mark.parametrize("state", [*WAY, OrderState.CANCELLED])
def test_the_next_step_is_that_of_the_state_and_none_at_an_end(alice: Context, state) -> None:
    order_id = add_order(alice, state)
    step = order_desk(alice, order_id).next_step
    assert (step and step.label) == NEXT.get(state)
    if step and state != "pending":
        assert not step.is_possible
        assert step.help


def test_a_step_that_nothing_hinders_has_no_help_and_happens(alice: Context) -> None:
    order_id = add_order(alice, "training")
    reach_all(alice, order_id, ["training_delivery"])
    step = order_desk(alice, order_id).next_step
    assert step is not None
    assert (step.is_possible, step.help, step.may_state) == (True, "", False)
    assert move_order(alice, order_id, step.event) == "testing"


def test_each_role_is_offered_what_it_may_do(alice: Context, bob: Context, sam: Context) -> None:
    order_id = add_order(alice, "training")

    def offered(context: Context) -> list[str]:
        return [step.label for step in order_desk(context, order_id).more]

    assert offered(alice) == ["Put on hold", "Cancel order"]
    assert offered(bob) == ["Put on hold"]
    assert offered(sam) == []
    reach_all(alice, order_id, ["training_delivery"])
    step = order_desk(sam, order_id).next_step
    assert step is not None
    assert (step.is_possible, step.help) == (False, "Your role may not do this")


def test_only_a_manager_may_state_and_only_where_nothing_else_is_missing(
    alice: Context, bob: Context
) -> None:
    order_id = add_order(alice, "testing")

    def may_state(context: Context) -> bool:
        step = order_desk(context, order_id).next_step
        return step is not None and step.may_state

    assert not may_state(alice)  # the milestone of the tests is missing too
    reach_all(alice, order_id, ["system_testing"])
    assert may_state(alice)
    assert not may_state(bob)
    add_imports(alice, ["completed"])
    assert not may_state(alice)


def test_an_order_on_hold_says_why_and_where_it_returns_to(alice: Context) -> None:
    order_id = add_order(alice, "testing")
    move_order(alice, order_id, "hold", "The owner is away")
    desk = order_desk(alice, order_id)
    assert (desk.state, desk.reason, desk.resumes_to) == ("on_hold", "The owner is away", "testing")
    assert desk.next_step is not None
    assert desk.next_step.event == Event.RESUME
    assert [step.label for step in desk.more] == ["Cancel order"]


def test_a_contact_is_offered_nothing_and_another_customer_finds_nothing(alice, mallory) -> None:
    order_id = add_order(alice, "training")
    with enter(add_contact(alice.tenant.id), alice.tenant.id) as contact, pytest.raises(NotAllowedError):
        order_desk(contact, order_id)
    with pytest.raises(NotFoundError):
        order_desk(mallory, order_id)


CASES = list(product([False, True], repeat=4))


@pytest.mark.parametrize(("is_tested", "is_reconciled", "blocks_testing", "blocks_closure"), CASES)
def test_what_the_page_says_is_missing_is_what_the_update_refuses(
    alice: Context, is_tested, is_reconciled, blocks_testing, blocks_closure
) -> None:
    """The words come from one query and the guard of the UPDATE from another: they never disagree."""
    order_id = add_order(alice, "testing")
    if is_tested:
        reach_all(alice, order_id, ["system_testing"])
    if is_reconciled:
        add_imports(alice, ["completed"])
    if blocks_testing:
        add_task_row(alice, order_id, blocks="system_testing")
    if blocks_closure:
        add_task_row(alice, order_id, blocks="closure")
    step = order_desk(alice, order_id).next_step
    assert step is not None
    assert step.is_possible is (is_tested and is_reconciled and not blocks_testing)
    if step.is_possible:
        assert move_order(alice, order_id, "go_live") == "go_live"
        return
    with pytest.raises(ConflictError) as refused:
        move_order(alice, order_id, "go_live")
    assert refused.value.facts["missing"] == list(step.missing)


def test_a_lead_whose_time_is_over_leads_no_more(alice: Context) -> None:
    order_id = add_order(alice, "approved")
    add_lead(alice, order_id)
    member = alice.session.scalars(select(TeamMember).where(TeamMember.engagement_id == order_id)).one()
    member.ends_at = alice.now
    alice.session.commit()
    with pytest.raises(ConflictError, match="Assign a lead specialist first"):
        move_order(alice, order_id, "start")


def test_an_order_counts_only_the_imports_of_its_own_migration(alice: Context) -> None:
    order_id = add_order(alice, "testing")
    reach_all(alice, order_id, ["system_testing"])
    own_migration = add_imports(alice, ["completed"])
    add_imports(alice, ["failed"], name="Another move")
    step = order_desk(alice, order_id).next_step
    assert step is not None
    assert not step.is_possible
    set_columns(alice, order_id, migration_id=own_migration)
    assert move_order(alice, order_id, "go_live") == "go_live"


def test_an_order_cancelled_before_its_start_is_neither_success_nor_failure(alice: Context) -> None:
    for state, is_success in (("pending", None), ("approved", None), ("training", False)):
        order_id = add_order(alice, state)
        cancel_order(alice, order_id, "They changed their mind")
        order = alice.session.scalars(select(Engagement).where(Engagement.id == order_id)).one()
        assert order.successful is is_success
        assert "cancelled" in {entry.to_state for entry in history(alice, order_id)}


def test_the_spans_of_milestones_tell_nothing_of_whose_they_are(alice: Context, mallory: Context) -> None:
    order_id = add_order(alice, "go_live")
    reach_all(alice, order_id, list(MilestoneKey))
    rows = mallory.session.execute(text("select * from milestone_spans('restaurant')")).mappings().all()
    assert rows
    assert {tuple(row) for row in rows} == {("finished", "key", "days")}
    assert alice.tenant.id not in str(rows)
    assert mallory.session.execute(text("select * from milestone_spans('bakery')")).all() == []


def test_nobody_but_the_program_lists_the_orders_at_work(alice: Context) -> None:
    add_order(alice, "training")
    assert alice.session.execute(text("select * from orders_at_work()")).all() == []
