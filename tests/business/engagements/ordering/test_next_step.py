"""The one next thing of a customer: what is late, then what is due first; ours where nothing is theirs."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select, update

from core.business.billing.tables import Instalment, Payment, PaymentPlan
from core.business.engagements.lookup import today_of
from core.business.engagements.ordering.actions import discard_draft, save_draft, submit_order
from core.business.engagements.ordering.following import next_step
from core.business.engagements.ordering.next_step import NextStep, StepKind, choose, is_near
from core.business.engagements.papers.tables import Feedback
from core.business.engagements.sessions.tables import GuidedSession
from core.business.engagements.tables import Engagement, Task
from core.context import Context
from core.db.session import TenantSession
from core.kit.ids import new_id
from core.platform.access.actions import enter
from tests.business.engagements.ordering.conftest import Schools
from tests.business.engagements.ordering.test_ordering import CHOICE

TODAY = date(2026, 11, 28)
STEPS = st.builds(
    NextStep,
    st.sampled_from([StepKind.PAY, StepKind.TASK, StepKind.SESSION, StepKind.FEEDBACK]),
    st.just("Do it"),
    st.text(max_size=3),
    st.none() | st.dates(date(2026, 11, 1), date(2026, 12, 24)),
    st.booleans(),
)


@given(st.lists(STEPS, max_size=8))
def test_the_step_chosen_is_late_or_nothing_is_and_due_before_all_others_like_it(
    steps: list[NextStep],
) -> None:
    chosen = choose(steps)
    assert (chosen is None) == (steps == [])
    if chosen is None:
        return
    alike = [step for step in steps if step.is_late == chosen.is_late]
    assert chosen.is_late == any(step.is_late for step in steps)
    assert (chosen.due_on or date.max) == min(step.due_on or date.max for step in alike)


def test_a_week_ahead_is_near_and_what_is_over_stays_near() -> None:
    assert [is_near(TODAY + timedelta(days=days), TODAY) for days in (-40, 0, 7, 8)] == [
        True,
        True,
        True,
        False,
    ]


@pytest.fixture
def order(schools: Schools) -> str:
    """An order of school A that is approved, its instalments due far ahead."""
    view = save_draft(schools.a, CHOICE | {"payment_plan": "split"})
    result = submit_order(schools.a, view.id, view.version)
    change(schools.a, update(Engagement).values(state="approved"))
    change(schools.a, update(Instalment).values(due_on=today_of(schools.a) + timedelta(days=90)))
    return result.engagement_id


def change(context: Context, statement: object) -> None:
    """Change rows of the context's tenant as the program does."""
    with TenantSession(context.tenant.id, "", system=True) as session:
        session.execute(statement)
        session.commit()


def add(context: Context, row: object) -> None:
    with TenantSession(context.tenant.id, "", system=True) as session:
        session.add(row)
        session.commit()


def task(context: Context, order_id: str, **values: object) -> Task:
    standard = {
        "tenant_id": context.tenant.id,
        "id": new_id(),
        "created_at": context.now,
        "engagement_id": order_id,
        "title": "Send the register of pupils",
        "kind": "upload",
        "side": "customer",
        "state": "open",
        "details": {},
        "updated_at": context.now,
    }
    return Task(**standard | values)


def shown(context: Context) -> NextStep:
    context.session.rollback()
    step = next_step(context)
    assert step is not None
    return step


def test_who_has_ordered_nothing_chooses_a_package_and_goes_on_with_a_draft(schools: Schools) -> None:
    assert shown(schools.a).kind is StepKind.ORDER
    save_draft(schools.a, {"package": "growth"})
    assert shown(schools.a).kind is StepKind.CONTINUE
    assert shown(schools.b).kind is StepKind.ORDER
    discard_draft(schools.a)
    assert shown(schools.a).kind is StepKind.ORDER


def test_while_we_check_an_order_nothing_is_asked_of_the_customer(schools: Schools) -> None:
    view = save_draft(schools.a, CHOICE)
    number = submit_order(schools.a, view.id, view.version).number
    step = shown(schools.a)
    assert (step.is_waiting, step.text) == (True, f"We check and approve order {number} next")


def test_what_is_to_be_paid_is_what_is_left_of_an_instalment_that_is_due(
    schools: Schools, order: str
) -> None:
    assert shown(schools.a).kind is StepKind.WAIT
    today = today_of(schools.a)
    first = schools.a.session.scalars(select(Instalment).where(Instalment.number == 1)).one()
    change(
        schools.a,
        update(Instalment).where(Instalment.number == 1).values(due_on=today - timedelta(days=3)),
    )
    step = shown(schools.a)
    assert (step.kind, step.is_late, step.engagement_id) == (StepKind.PAY, True, order)
    assert step.text.startswith("$3,750.00 of order OC-")
    pay(schools.a, first, Decimal(1000))
    assert shown(schools.a).text.startswith("$2,750.00")
    pay(schools.a, first, Decimal(2750))
    assert shown(schools.a).kind is StepKind.WAIT


def pay(context: Context, part: Instalment, amount: Decimal) -> None:
    context.session.rollback()
    plan = context.session.scalars(select(PaymentPlan)).one()
    add(
        context,
        Payment(
            tenant_id=context.tenant.id,
            id=new_id(),
            created_at=context.now,
            plan_id=plan.id,
            instalment_id=part.id,
            group_id=new_id(),
            kind="payment",
            amount=amount,
            currency="USD",
            paid_amount=amount,
            paid_currency="USD",
            method="transfer",
            received_on=today_of(context),
            receipt_number=f"R-{new_id()[-6:]}",
        ),
    )


def test_the_half_that_is_due_at_go_live_is_asked_for_then(schools: Schools, order: str) -> None:
    change(
        schools.a,
        update(Instalment).where(Instalment.number == 2).values(due_on=None, due_event="go_live"),
    )
    assert shown(schools.a).kind is StepKind.WAIT
    change(schools.a, update(Engagement).values(state="go_live"))
    step = shown(schools.a)
    assert (step.kind, step.is_late) == (StepKind.PAY, False)


def test_only_open_tasks_of_the_customer_are_theirs(schools: Schools, order: str) -> None:
    for values in ({"side": "operator"}, {"state": "done"}):
        add(schools.a, task(schools.a, order, **values))
    assert shown(schools.a).kind is StepKind.WAIT
    add(schools.a, task(schools.a, order, due_on=today_of(schools.a) - timedelta(days=2)))
    step = shown(schools.a)
    assert (step.kind, step.is_late) == (StepKind.TASK, True)
    assert step.text.startswith("Send the register of pupils, due ")
    change(schools.a, update(Engagement).values(state="cancelled"))
    assert shown(schools.a).kind is StepKind.ORDER


def test_a_session_of_this_week_is_next_before_a_question_without_a_day(schools: Schools, order: str) -> None:
    add(
        schools.a,
        Feedback(
            tenant_id=schools.a.tenant.id,
            id=new_id(),
            created_at=schools.a.now,
            engagement_id=order,
            kind="satisfaction",
            milestone="kickoff",
        ),
    )
    step = shown(schools.a)
    assert (step.kind, step.text) == (StepKind.FEEDBACK, "A question after: Project kickoff")
    add(schools.a, session(schools.a, order))
    step = shown(schools.a)
    assert step.kind is StepKind.SESSION
    assert step.text.endswith("CAT: go live session")


def session(context: Context, order_id: str) -> GuidedSession:
    start = context.now + timedelta(days=2)
    return GuidedSession(
        tenant_id=context.tenant.id,
        id=new_id(),
        created_at=context.now,
        engagement_id=order_id,
        kind="go_live",
        state="booked",
        specialist_id=new_id(),
        specialist_person_id=context.person,
        starts_at=start,
        ends_at=start + timedelta(hours=4),
        zone="Africa/Harare",
        specialist_zone="Africa/Harare",
        uid=new_id(),
        sequence=0,
        agenda=[],
        charged_minutes=0,
        updated_at=context.now,
    )


def test_nothing_of_school_a_is_the_next_step_of_school_b(schools: Schools, order: str) -> None:
    add(schools.a, task(schools.a, order))
    add(schools.a, session(schools.a, order))
    step = shown(schools.b)
    assert (step.kind, step.engagement_id) == (StepKind.ORDER, None)
    with enter(schools.manager, schools.a.tenant.id) as manager:
        assert shown(manager).engagement_id == order
