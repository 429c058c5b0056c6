"""An order that was placed: its state, the one next thing, what is asked of the customer, and nothing internal."""

from __future__ import annotations

import re
from datetime import timedelta
from decimal import Decimal

import pytest
from sqlalchemy import update

from core.business.billing.payments.methods import NewPayment
from core.business.engagements.documents.actions import upload_document
from core.business.engagements.ordering.actions import save_draft, submit_order
from core.business.engagements.ordering.days import my_milestones, my_sessions
from core.business.engagements.papers.tables import Feedback
from core.business.engagements.payments.actions import record_payment
from core.business.engagements.tables import Engagement, Milestone, Task, TaskDependency
from core.business.engagements.views import orders
from core.context import Context
from core.kit.ids import new_id
from core.platform.access.actions import enter
from tests.business.engagements.ordering.conftest import add_school
from tests.business.engagements.ordering.test_next_step import add, change, session, task
from tests.pages.my_order.conftest import Open
from tests.pages.my_order.test_my_order_screen import WHOLE, press
from tests.pages.parts import text_of
from tests.staff import add_contact, add_staff

PDF = b"%PDF-1.7\n1 0 obj\n<< /Type /Catalog >>\nendobj\ntrailer\n<< /Root 1 0 R >>\n%%EOF\n"
REASON = "The head teacher is difficult"


@pytest.fixture
def order(contact: Context) -> str:
    """An order of the contact's school, in data migration, with a reason that is for the staff alone."""
    view = save_draft(contact, WHOLE)
    result = submit_order(contact, view.id, view.version)
    change(contact, update(Engagement).values(state="data_migration", state_reason=REASON))
    contact.session.rollback()
    return result.engagement_id


def test_the_state_stands_on_the_way_in_the_customer_s_words(
    contact: Context, order: str, screen: Open
) -> None:
    text = text_of(screen(contact))
    for word in ("Received", "Approved", "Started", "**Data**", "Go-live", "Done"):
        assert word in text


@pytest.mark.parametrize(
    ("state", "words"), [("on_hold", "Your project is paused."), ("cancelled", "This order was cancelled.")]
)
def test_a_halt_is_told_without_its_reason(
    contact: Context, order: str, screen: Open, state: str, words: str
) -> None:
    change(contact, update(Engagement).values(state=state))
    for path in ("my_order", "today"):
        text = text_of(screen(contact, path))
        assert REASON not in text
    assert words in text_of(screen(contact))


def test_tasks_of_the_customer_are_listed_and_those_of_the_team_are_not(
    contact: Context, order: str, screen: Open
) -> None:
    add(contact, task(contact, order, due_on=contact.now.date() - timedelta(days=2)))
    add(contact, task(contact, order, title="Watch the head teacher", side="operator"))
    text = text_of(screen(contact))
    assert "What we need from you" in text
    assert "Send the register of pupils" in text
    assert "Watch the head teacher" not in text
    today = text_of(screen(contact, "today"))
    assert "Do what we need from you" in today
    assert "Send the register of pupils" in today


def test_a_task_of_the_customer_is_marked_done_and_then_gone(
    contact: Context, order: str, screen: Open
) -> None:
    row = task(contact, order)
    add(contact, row)
    key = f"my_order_task_{row.id}"
    press(app := screen(contact), key)
    assert "Send the register of pupils" not in text_of(app)
    assert key not in {button.key for button in app.button}
    contact.session.rollback()
    assert contact.session.get_one(Task, (contact.tenant.id, row.id)).state == "done"


def test_a_task_that_waits_for_us_has_no_button(contact: Context, order: str, screen: Open) -> None:
    theirs, ours = task(contact, order), task(contact, order, title="Prepare the sheet", side="operator")
    waits = TaskDependency(
        tenant_id=contact.tenant.id,
        id=new_id(),
        created_at=contact.now,
        task_id=theirs.id,
        waits_for_id=ours.id,
    )
    for row in (theirs, ours, waits):
        add(contact, row)
    app = screen(contact)
    assert "We have something to do before it." in text_of(app)
    assert "Prepare the sheet" not in text_of(app)
    assert f"my_order_task_{theirs.id}" not in {button.key for button in app.button}


def test_a_link_opens_the_very_order_first_and_one_of_somebody_else_nothing(
    contact: Context, order: str, screen: Open
) -> None:
    view = save_draft(contact, WHOLE)
    later = submit_order(contact, view.id, view.version)
    numbers = {row.id: row.number for row in orders(contact)}
    contact.session.rollback()
    for named, other in ((order, later.engagement_id), (later.engagement_id, order)):
        text = text_of(screen(contact, "my_order", order=named))
        assert text.index(f"Order {numbers[named]}") < text.index(f"Order {numbers[other]}")
    refused = screen(contact, "my_order", order=new_id())
    assert "names an order that does not exist or that you may not see" in text_of(refused)
    assert [header.value for header in refused.header] == []


def test_a_question_is_answered_once_and_then_gone(contact: Context, order: str, screen: Open) -> None:
    question = new_id()
    add(
        contact,
        Feedback(
            tenant_id=contact.tenant.id,
            id=question,
            created_at=contact.now,
            engagement_id=order,
            kind="satisfaction",
            milestone="kickoff",
        ),
    )
    app = screen(contact)
    send = f"my_order_feedback_{question}_send"
    assert app.button(key=send).disabled
    app.button_group(key=f"my_order_feedback_{question}_score").set_value(4).run()
    press(app, send)
    assert send not in {button.key for button in app.button}
    contact.session.rollback()
    assert contact.session.get_one(Feedback, (contact.tenant.id, question)).score == 4


def test_shared_documents_are_there_and_internal_ones_are_not(
    contact: Context, order: str, screen: Open
) -> None:
    with enter(add_staff("manager"), contact.tenant.id) as manager:
        upload_document(manager, order, "Agreement.pdf", "contract", PDF)
        upload_document(manager, order, "Margins.pdf", "contract", PDF, visibility="internal")
    text = text_of(screen(contact))
    assert "Agreement.pdf" in text
    assert "Margins.pdf" not in text
    school = add_school("Baobab School")
    with enter(add_contact(school), school) as other:
        assert "Agreement.pdf" not in text_of(screen(other))


def test_a_completed_order_asks_for_no_tasks_any_more(contact: Context, order: str, screen: Open) -> None:
    add(contact, task(contact, order))
    change(contact, update(Engagement).values(state="completed"))
    assert "Send the register of pupils" not in text_of(screen(contact))


def test_payments_show_what_is_paid_and_due_and_the_receipt_of_a_payment(
    contact: Context, order: str, screen: Open
) -> None:
    with enter(add_staff("manager"), contact.tenant.id) as manager:
        number = record_payment(
            manager,
            order,
            NewPayment(Decimal(1000), "USD", "bank_transfer", manager.now.date(), "FT-1"),
        )
    text = text_of(screen(contact))
    assert "Paid in full at signing" in text
    assert "$1,000.00" in text
    labels = [element.proto.label for element in screen(contact).get("download_button")]
    assert [label for label in labels if number in label.replace("\\", "")]


def test_milestones_and_sessions_are_there_without_cancelled_ones_and_nobody_else_s(
    contact: Context, order: str, screen: Open
) -> None:
    add(
        contact,
        Milestone(
            tenant_id=contact.tenant.id,
            id=new_id(),
            created_at=contact.now,
            engagement_id=order,
            key="kickoff",
            position=1,
            promised_on=contact.now.date() - timedelta(days=3),
            updated_at=contact.now,
        ),
    )
    cancelled = session(contact, order)
    cancelled.state, cancelled.kind = "cancelled", "mapping"
    for row in (session(contact, order), cancelled):
        add(contact, row)
    app = screen(contact)
    [shown] = [frame.value for frame in app.dataframe if "Milestone" in frame.value.columns]
    assert shown["Milestone"].tolist() == ["Project kickoff"]
    [[status]] = shown["Status"].tolist()
    assert re.fullmatch(r"[34] days late", status)
    text = text_of(app)
    assert "Go-live session" in text
    assert "Mapping session" not in text
    school = add_school("Baobab School")
    with enter(add_contact(school), school) as other:
        assert my_milestones(other, order) == []
        assert my_sessions(other, order) == []
