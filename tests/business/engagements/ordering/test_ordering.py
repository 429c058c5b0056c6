"""A school's contact drafts and submits an order: once, at the price that was shown, seen by nobody of another school."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from decimal import Decimal

import pytest
from sqlalchemy import func, select

from core.business.billing.tables import Instalment, PaymentPlan
from core.business.engagements.ordering.actions import discard_draft, save_draft, submit_order
from core.business.engagements.ordering.draft import Draft
from core.business.engagements.ordering.views import my_draft
from core.business.engagements.rules import submission_number
from core.business.engagements.tables import Engagement, EngagementDraft
from core.business.engagements.views import orders
from core.context import Context
from core.db.session import TenantSession
from core.errors import ConflictError, InvalidInputError, NotAllowedError, NotFoundError
from core.kit.ids import new_id
from core.platform.access.actions import enter
from core.platform.audit.tables import AuditLine
from core.platform.events.tables import Notification, OutboxEvent
from core.settings import settings
from tests.business.engagements.ordering.conftest import Schools
from tests.business.engagements.ordering.test_questions import SCHOOL
from tests.staff import add_contact

CHOICE = {
    "step": "review",
    "package": "growth",
    "assessment": SCHOOL,
    "add_ons": ["rush"],
    "payment_plan": "extended",
    "months": 7,
}


def submit(context: Context, **changes: object):
    view = save_draft(context, CHOICE | changes)
    return submit_order(context, view.id, view.version)


def count(context: Context, table: type) -> int:
    return context.session.scalar(select(func.count()).select_from(table)) or 0


def test_a_draft_is_there_again_at_the_next_visit_and_each_field_is_changed_alone(schools: Schools) -> None:
    assert my_draft(schools.a) is None
    first = save_draft(schools.a, {"package": "growth"})
    save_draft(schools.a, {"assessment": {"pupils": 640}, "step": "assessment"})
    with enter(schools.a.person, schools.a.tenant.id) as later:
        view = my_draft(later)
    assert view is not None
    assert (view.id, view.version) == (first.id, 2)
    assert view.draft == Draft("assessment", "growth", {"pupils": 640})


def test_saving_what_is_there_already_is_no_change(schools: Schools) -> None:
    save_draft(schools.a, {"package": "growth"})
    assert save_draft(schools.a, {"package": "growth"}).version == 1


def test_what_cannot_be_chosen_leaves_the_draft_as_it_was(schools: Schools) -> None:
    save_draft(schools.a, {"package": "growth"})
    with pytest.raises(InvalidInputError):
        save_draft(schools.a, {"package": "starter"})
    view = my_draft(schools.a)
    assert view is not None
    assert view.draft.package == "growth"


def test_a_submitted_draft_is_a_pending_order_at_the_price_shown(schools: Schools) -> None:
    result = submit(schools.a)
    [order] = orders(schools.a)
    assert (order.id, order.number, order.state) == (result.engagement_id, result.number, "pending")
    assert (order.total, order.package_title, order.ordered_by) == (Decimal(7500), "Growth", "A Contact")
    assert [(line.item, line.amount) for line in order.lines] == [
        ("growth", Decimal(6500)),
        ("rush", Decimal(1000)),
    ]
    assert len(order.instalments) == 7
    assert sum(part.amount for part in order.instalments) == order.total
    stored = schools.a.session.scalars(select(Engagement)).one()
    assert (stored.quote_id, stored.prospect_id, stored.assessment) == (None, None, SCHOOL)
    assert b"A Contact" not in stored.ordered_by
    assert my_draft(schools.a) is None


def test_full_payment_takes_its_discount_as_a_line(schools: Schools) -> None:
    submit(schools.a, payment_plan="full", add_ons=[])
    [order] = orders(schools.a)
    assert (order.total, order.lines[-1].item) == (Decimal("6175.00"), "plan_discount")
    assert [part.amount for part in order.instalments] == [Decimal("6175.00")]


def test_a_second_click_returns_the_order_of_the_first(schools: Schools) -> None:
    view = save_draft(schools.a, CHOICE)
    first = submit_order(schools.a, view.id, view.version)
    second = submit_order(schools.a, view.id, view.version)
    assert (first.is_new, second.is_new) == (True, False)
    assert second.number == first.number
    assert [count(schools.a, table) for table in (Engagement, PaymentPlan, Instalment)] == [1, 1, 7]


def test_of_twenty_clicks_at_once_one_makes_the_order_and_all_get_its_number(schools: Schools) -> None:
    view = save_draft(schools.a, CHOICE)

    def click(_: int):
        with enter(schools.a.person, schools.a.tenant.id) as context:
            return submit_order(context, view.id, view.version)

    with ThreadPoolExecutor(10) as pool:
        results = list(pool.map(click, range(20)))
    assert len({result.number for result in results}) == 1
    assert [result.is_new for result in results].count(True) == 1
    assert count(schools.a, Engagement) == 1
    assert count(schools.a, OutboxEvent) == 2


def test_a_draft_that_another_tab_changed_is_shown_again_before_it_is_ordered(schools: Schools) -> None:
    stale = save_draft(schools.a, CHOICE)
    save_draft(schools.a, {"package": "enterprise"})
    with pytest.raises(ConflictError, match="changed in another tab"):
        submit_order(schools.a, stale.id, stale.version)
    assert orders(schools.a) == []


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"package": None}, "No package is chosen"),
        ({"package": "foundation"}, "Foundation holds up to 200 pupils; you have 640"),
        ({"payment_plan": None}, "No payment plan is chosen"),
        ({"assessment": {"pupils": None}}, "Not answered yet: Pupils"),
    ],
)
def test_what_is_missing_is_named_and_nothing_is_ordered(
    schools: Schools, changes: dict[str, object], message: str
) -> None:
    save_draft(schools.a, CHOICE)
    view = save_draft(schools.a, changes)
    with pytest.raises(InvalidInputError, match=message):
        submit_order(schools.a, view.id, view.version)
    assert orders(schools.a) == []


def test_while_an_order_waits_for_approval_a_colleague_submits_no_second_one(schools: Schools) -> None:
    first = submit(schools.a)
    with enter(add_contact(schools.a.tenant.id), schools.a.tenant.id) as colleague:
        assert my_draft(colleague) is None
        with pytest.raises(ConflictError, match=f"Order {first.number} waits for approval"):
            submit(colleague)
    assert count(schools.a, Engagement) == 1


def test_a_discarded_draft_is_gone_and_cannot_be_ordered(schools: Schools) -> None:
    view = save_draft(schools.a, CHOICE)
    discard_draft(schools.a)
    assert my_draft(schools.a) is None
    with pytest.raises(ConflictError, match="discarded"):
        submit_order(schools.a, view.id, view.version)
    with pytest.raises(NotFoundError):
        discard_draft(schools.a)


def test_managers_and_the_owner_are_told_and_the_contact_gets_a_confirmation(schools: Schools) -> None:
    result = submit(schools.a)

    def told(person: str) -> list[tuple[str, str]]:
        with TenantSession(schools.a.tenant.id, person) as session:
            rows = session.scalars(select(Notification).where(Notification.person_id == person))
            return [(row.kind, row.facts["order"]) for row in rows]

    for person in (schools.manager, schools.owner):
        assert told(person) == [("order_submitted", result.number)]
    assert told(schools.a.person) == [("order_received", result.number)]


def test_every_step_leaves_its_line_in_the_log(schools: Schools) -> None:
    submit(schools.a)
    save_draft(schools.a, {"package": "growth"})
    discard_draft(schools.a)
    with TenantSession(schools.a.tenant.id, "", system=True) as session:
        lines = session.scalars(select(AuditLine.action).order_by(AuditLine.seq)).all()
    kept = [line for line in lines if line.startswith("order.")]
    assert kept == ["order.draft", "order.create", "order.draft", "order.discard"]


def test_school_b_has_nothing_of_school_a(schools: Schools) -> None:
    view = save_draft(schools.a, CHOICE)
    assert my_draft(schools.b) is None
    with pytest.raises(NotFoundError):
        submit_order(schools.b, view.id, view.version)
    with pytest.raises(NotFoundError):
        discard_draft(schools.b)
    submit_order(schools.a, view.id, view.version)
    assert orders(schools.b) == []
    assert [count(schools.b, table) for table in (Engagement, EngagementDraft, OutboxEvent)] == [0, 0, 0]
    with pytest.raises(NotFoundError), enter(schools.b.person, schools.a.tenant.id):
        pass


def test_a_colleague_s_draft_is_not_shown_and_not_submitted_by_another(schools: Schools) -> None:
    view = save_draft(schools.a, CHOICE)
    with enter(add_contact(schools.a.tenant.id), schools.a.tenant.id) as colleague:
        with pytest.raises(NotFoundError):
            submit_order(colleague, view.id, view.version)
        save_draft(colleague, {"package": "enterprise"})
    mine = my_draft(schools.a)
    assert mine is not None
    assert mine.draft.package == "growth"


def test_staff_do_not_order_for_a_customer(schools: Schools) -> None:
    with enter(schools.manager, schools.a.tenant.id) as manager:
        for call in (lambda: save_draft(manager, CHOICE), lambda: my_draft(manager)):
            with pytest.raises(NotAllowedError):
                call()


def test_nothing_is_ordered_where_the_services_are_switched_off(schools: Schools, monkeypatch) -> None:
    view = save_draft(schools.a, CHOICE)
    monkeypatch.setenv("MIGRATION_SERVICES_ENABLED", "false")
    settings.cache_clear()
    try:
        with pytest.raises(NotAllowedError, match="Migration services are switched off"):
            submit_order(schools.a, view.id, view.version)
        assert orders(schools.a) == []
    finally:
        monkeypatch.undo()
        settings.cache_clear()


def test_a_customer_that_is_archived_orders_nothing(schools: Schools) -> None:
    archived = replace(schools.a, permissions=frozenset({"order.read"}))
    with pytest.raises(NotAllowedError):
        save_draft(archived, CHOICE)


def test_numbers_of_submissions_differ_and_can_be_read_out() -> None:
    numbers = {submission_number(new_id()) for _ in range(500)}
    assert len(numbers) == 500
    assert all(len(number) == 9 and not set(number[3:]) & set("ILOU") for number in numbers)
