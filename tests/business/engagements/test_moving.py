"""Orders move one step at a time: guards hold in the UPDATE, the history says who and why, one of many attempts wins."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import select

from core.business.billing.tables import Instalment, PaymentPlan
from core.business.engagements.history import history, shared_history
from core.business.engagements.milestones.rules import MilestoneKey
from core.business.engagements.rules import WAY, OrderState
from core.business.engagements.states.moving import cancel_order, go_live_with_statement, move_order
from core.business.engagements.states.rules import Event, events_of
from core.business.engagements.tables import Engagement, Task, TeamMember
from core.context import Context
from core.db.session import TenantSession
from core.errors import ConflictError, InvalidInputError, NotAllowedError, NotFoundError
from core.platform.access.actions import enter
from core.platform.audit.tables import AuditLine
from tests.business.engagements.desk import (
    add_imports,
    add_lead,
    add_order,
    add_task_row,
    milestone_days,
    reach_all,
    set_columns,
)
from tests.staff import add_contact


def state_of(context: Context, order_id: str) -> str:
    return context.session.scalars(select(Engagement.state).where(Engagement.id == order_id)).one()


def test_an_order_walks_from_approval_to_completion_with_its_history(alice: Context) -> None:
    order_id = add_order(alice, "approved")
    add_lead(alice, order_id)
    reach_all(alice, order_id, [key for key in MilestoneKey if key not in {"go_live", "closure"}])
    for event in ("start", "migrate_data", "set_up", "train", "test"):
        move_order(alice, order_id, event)
    go_live_with_statement(alice, order_id, "The old system is switched off")
    assert milestone_days(alice, order_id)["go_live"][1] is not None
    with pytest.raises(ConflictError, match="Milestone Project closure must be reached first"):
        move_order(alice, order_id, "complete")
    reach_all(alice, order_id, ["closure"])
    assert move_order(alice, order_id, "complete") == OrderState.COMPLETED
    order = alice.session.get_one(Engagement, (alice.tenant.id, order_id))
    assert (order.completed_at, order.successful) == (alice.now, True)
    moves = [entry for entry in history(alice, order_id) if entry.from_state]
    assert [entry.to_state for entry in reversed(moves)] == list(WAY[1:])
    assert {entry.person for entry in moves} == {"Alice"}
    assert moves[1].reason == "The old system is switched off"
    assert moves[1].details == {"statement": True}


def test_the_audit_log_has_a_line_of_each_move_without_the_reason(alice: Context) -> None:
    order_id = add_order(alice, "training")
    move_order(alice, order_id, "hold", "Ana is ill")
    with TenantSession(alice.tenant.id, "", system=True) as session:
        lines = session.scalars(select(AuditLine).where(AuditLine.action == "order.move")).all()
    assert [line.facts["after"] for line in lines] == ["on_hold"]
    assert "Ana is ill" not in str(lines[0].facts)


@pytest.mark.parametrize("state", [*WAY, OrderState.CANCELLED])
def test_what_the_table_refuses_changes_nothing_in_the_database(alice: Context, state) -> None:
    order_id = add_order(alice, state)
    for event in set(Event) - {Event.CANCEL} - set(events_of(state)):
        with pytest.raises(ConflictError):
            move_order(alice, order_id, event.value, "A reason")
    assert state_of(alice, order_id) == state
    assert [entry.kind for entry in history(alice, order_id)] == ([] if state == "pending" else ["approve"])


def test_nothing_starts_without_a_lead_and_a_reserve_is_none(alice: Context) -> None:
    order_id = add_order(alice, "approved")
    add_lead(alice, order_id, "reserve")
    with pytest.raises(ConflictError, match=r"cannot be started yet\. Assign a lead specialist first"):
        move_order(alice, order_id, "start")
    add_lead(alice, order_id)
    assert move_order(alice, order_id, "start") == "in_progress"


def test_no_data_migration_before_the_kickoff_and_before_data_came_in(alice: Context) -> None:
    order_id = add_order(alice, "in_progress")
    with pytest.raises(ConflictError) as refused:
        move_order(alice, order_id, "migrate_data")
    assert refused.value.facts["missing"] == [
        "Milestone Project kickoff must be reached first",
        "No data of the customer has come in yet",
    ]
    reach_all(alice, order_id, ["kickoff", "data_collection"])
    assert move_order(alice, order_id, "migrate_data") == "data_migration"


@pytest.mark.parametrize(
    ("runs", "is_reconciled"),
    [
        ([], False),
        (["completed"], True),
        (["awaiting_approval"], False),
        (["completed", "failed"], False),
        (["rolled_back", "completed"], True),
    ],
)
def test_the_newest_import_decides_whether_it_is_reconciled(alice: Context, runs, is_reconciled) -> None:
    order_id = add_order(alice, "testing")
    reach_all(alice, order_id, ["system_testing"])
    add_imports(alice, runs)
    if is_reconciled:
        assert move_order(alice, order_id, "go_live") == "go_live"
        return
    with pytest.raises(ConflictError, match="The reconciliation has not passed"):
        move_order(alice, order_id, "go_live")


def test_a_statement_stands_for_the_reconciliation_and_not_for_a_task(alice: Context) -> None:
    order_id = add_order(alice, "testing")
    reach_all(alice, order_id, ["system_testing"])
    add_task_row(alice, order_id, blocks="go_live")
    with pytest.raises(ConflictError, match=r"cannot go live yet. 1 task must be done first\."):
        go_live_with_statement(alice, order_id, "The old system is switched off")
    with pytest.raises(InvalidInputError):
        go_live_with_statement(alice, order_id, "  ")


def test_a_task_of_the_closure_blocks_the_end_and_not_the_go_live(alice: Context) -> None:
    order_id = add_order(alice, "testing")
    reach_all(alice, order_id, ["system_testing", "closure"])
    task = add_task_row(alice, order_id, blocks="closure")
    assert go_live_with_statement(alice, order_id, "Agreed with the owner") == "go_live"
    with pytest.raises(ConflictError, match="1 task must be done first"):
        move_order(alice, order_id, "complete")
    alice.session.get_one(Task, (alice.tenant.id, task)).state = "done"
    alice.session.commit()
    assert move_order(alice, order_id, "complete") == "completed"


@pytest.mark.parametrize("state", ["approved", "training", "go_live"])
def test_a_hold_keeps_the_state_that_the_order_returns_to(alice: Context, state) -> None:
    order_id = add_order(alice, state)
    with pytest.raises(InvalidInputError):
        move_order(alice, order_id, "hold")
    assert move_order(alice, order_id, "hold", "The owner is away") == "on_hold"
    assert move_order(alice, order_id, "resume") == state
    assert alice.session.get_one(Engagement, (alice.tenant.id, order_id)).resumes_to is None


def test_a_cancelled_order_keeps_its_reason_and_its_open_tasks_are_cancelled(alice: Context) -> None:
    order_id = add_order(alice, "data_migration")
    task = add_task_row(alice, order_id)
    with pytest.raises(InvalidInputError):
        cancel_order(alice, order_id, " ")
    assert cancel_order(alice, order_id, "The school closes") == "cancelled"
    order = alice.session.get_one(Engagement, (alice.tenant.id, order_id))
    assert (order.state_reason, order.successful) == ("The school closes", False)
    alice.session.expire_all()
    stored = alice.session.get_one(Task, (alice.tenant.id, task))
    assert (stored.state, stored.closed_reason) == ("cancelled", "The order was cancelled")


@pytest.mark.parametrize("state", ["go_live", "training"])
def test_the_team_ends_with_the_order(alice: Context, state) -> None:
    order_id = add_order(alice, state)
    if state == "go_live":
        reach_all(alice, order_id)
        move_order(alice, order_id, "complete")
    else:
        cancel_order(alice, order_id, "They closed")
    query = select(TeamMember).where(TeamMember.engagement_id == order_id)
    [member] = alice.session.scalars(query.execution_options(populate_existing=True))
    assert member.ends_at is not None
    assert member.ended_reason == ("completed" if state == "go_live" else "cancelled")


def test_the_go_live_makes_its_instalment_due_and_a_cancellation_waives_what_is_open(alice: Context) -> None:
    live, cancelled = add_order(alice, "testing"), add_order(alice, "training")
    reach_all(alice, live, ["system_testing"])
    go_live_with_statement(alice, live, "Agreed with the owner")
    cancel_order(alice, cancelled, "They closed")
    query = select(Instalment).order_by(Instalment.number).execution_options(populate_existing=True)
    plan = select(PaymentPlan.id).where(PaymentPlan.engagement_id == live)
    parts = alice.session.scalars(query.where(Instalment.plan_id.in_(plan))).all()
    assert parts[1].due_on == milestone_days(alice, live)["go_live"][1]
    plan = select(PaymentPlan.id).where(PaymentPlan.engagement_id == cancelled)
    waived = alice.session.scalars(query.where(Instalment.plan_id.in_(plan))).all()
    assert [part.waived_at for part in waived] == [alice.now, alice.now]


def test_who_may_not_decide_or_work_is_refused(alice: Context, bob: Context, sam: Context) -> None:
    order_id = add_order(alice, "training")
    with pytest.raises(NotAllowedError):
        cancel_order(bob, order_id, "Too hard")
    with pytest.raises(NotAllowedError):
        go_live_with_statement(bob, order_id, "Hurry")
    with pytest.raises(NotAllowedError):
        move_order(sam, order_id, "hold", "Later")
    with enter(add_contact(alice.tenant.id), alice.tenant.id) as contact, pytest.raises(NotAllowedError):
        move_order(contact, order_id, "hold", "Later")
    assert move_order(bob, order_id, "hold", "The owner is away") == "on_hold"


def test_a_specialist_cannot_approve_or_cancel_by_the_name_of_the_event(alice: Context, bob: Context) -> None:
    pending, training = add_order(alice), add_order(alice, "training")
    for order_id, event in ((pending, "approve"), (training, "cancel")):
        with pytest.raises(NotAllowedError):
            move_order(bob, order_id, event, "A reason")
    with pytest.raises(InvalidInputError, match="There is no step"):
        move_order(alice, training, "explode")


def test_another_customer_s_order_is_not_found(alice: Context, mallory: Context) -> None:
    order_id = add_order(alice, "training")
    for call in (move_order, history, shared_history):
        with pytest.raises(NotFoundError):
            call(mallory, order_id, *(("hold", "Mine") if call is move_order else ()))


def test_a_contact_sees_what_happened_without_who_and_why(alice: Context) -> None:
    order_id = add_order(alice, "training")
    move_order(alice, order_id, "hold", "They do not pay")
    with enter(add_contact(alice.tenant.id), alice.tenant.id) as contact:
        entries = shared_history(contact, order_id)
        assert [entry.kind for entry in entries] == ["hold", "approve"]
        assert {(entry.person, entry.reason) for entry in entries} == {(None, None)}
        with pytest.raises(NotAllowedError):
            history(contact, order_id)


def test_of_200_attempts_at_once_exactly_one_moves_the_order(alice: Context) -> None:
    order_id = add_order(alice, "approved")
    add_lead(alice, order_id)
    person, tenant = alice.person, alice.tenant.id

    def attempt(_: int) -> str:
        with enter(person, tenant) as context:
            try:
                return str(move_order(context, order_id, "start"))
            except ConflictError as error:
                return error.message

    with ThreadPoolExecutor(max_workers=20) as pool:
        outcomes = list(pool.map(attempt, range(200)))
    assert outcomes.count("in_progress") == 1
    assert set(outcomes) - {"in_progress"} <= {"This order is started already."}
    assert [entry.kind for entry in history(alice, order_id)].count("start") == 1


def test_of_a_hold_and_a_step_at_once_one_wins_and_the_other_is_told(alice: Context) -> None:
    order_id = add_order(alice, "training")
    reach_all(alice, order_id, ["training_delivery"])
    person, tenant = alice.person, alice.tenant.id

    def attempt(event: str) -> bool:
        with enter(person, tenant) as context:
            try:
                move_order(context, order_id, event, "A reason")
            except ConflictError:
                return False
            return True

    for _ in range(10):
        set_columns(alice, order_id, state="training", resumes_to=None)
        with ThreadPoolExecutor(max_workers=2) as pool:
            wins = list(pool.map(attempt, ("hold", "test")))
        # A hold that comes second holds the order in testing; a step that comes second is refused.
        assert wins in ([True, False], [True, True], [False, True])
        order = alice.session.scalars(select(Engagement).where(Engagement.id == order_id)).one()
        alice.session.refresh(order)
        assert (order.state, order.resumes_to) in {
            ("on_hold", "training"),
            ("on_hold", "testing"),
            ("testing", None),
        }
        alice.session.rollback()
