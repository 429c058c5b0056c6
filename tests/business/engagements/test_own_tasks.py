"""Tasks of the customer's own: their contact finishes them, the staff sees it, and nobody else's are touched."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlalchemy import select, update

from core.business.engagements.history import history
from core.business.engagements.ordering.following import my_tasks
from core.business.engagements.tables import TeamMember
from core.business.engagements.tasks.actions import TaskDetails, add_task, cancel_task, finish_task, wait_for
from core.business.engagements.tasks.own import finish_own_task
from core.business.engagements.tasks.views import tasks
from core.context import Context
from core.db.session import TenantSession
from core.errors import ConflictError, NotAllowedError, NotFoundError
from core.platform.access.actions import enter
from core.platform.audit.tables import AuditLine
from core.platform.delivery.notifications import notifications
from core.platform.events.tables import OutboxEvent
from tests.business.engagements.desk import add_order, set_columns
from tests.staff import add_contact, add_staff


@pytest.fixture
def order_id(alice: Context) -> str:
    return add_order(alice, "data_migration")


@pytest.fixture
def contact(alice: Context, order_id: str) -> Iterator[Context]:
    with enter(add_contact(alice.tenant.id), alice.tenant.id) as context:
        yield context


def add_own(context: Context, order_id: str, title: str = "Send the menu") -> str:
    return add_task(context, order_id, TaskDetails(title, side="customer"))


def test_a_task_that_the_contact_finishes_is_done_for_the_staff_too_and_the_lead_is_told(
    alice: Context, contact: Context, order_id: str
) -> None:
    task_id = add_own(alice, order_id)
    [shown] = my_tasks(contact, order_id)
    assert (shown.id, shown.waits, shown.by_itself) == (task_id, False, False)
    finish_own_task(contact, task_id)
    assert my_tasks(contact, order_id) == []
    [task] = tasks(alice, order_id)
    assert task.status == "Done"
    entry = history(alice, order_id)[0]
    assert (entry.kind, entry.person) == ("task_done", contact.name)
    [newest] = [notice for notice in notifications(alice, limit=1_000) if notice.order_id == order_id]
    assert (newest.kind, newest.path) == ("customer_task_done", "orders")
    assert "finished a task of order" in newest.text
    with TenantSession(alice.tenant.id, "", system=True) as session:
        query = select(AuditLine.person_id).where(AuditLine.action == "order.task_done")
        assert list(session.scalars(query)) == [contact.person]
    with pytest.raises(ConflictError, match="This task is done already"):
        finish_own_task(contact, task_id)


def test_without_a_lead_the_managers_are_told(alice: Context, contact: Context, order_id: str) -> None:
    alice.session.execute(update(TeamMember).values(ends_at=alice.now))
    alice.session.commit()
    manager = add_staff("manager")
    finish_own_task(contact, add_own(alice, order_id))
    with enter(manager, alice.tenant.id) as context:
        assert [notice.kind for notice in notifications(context)] == ["customer_task_done"]


def test_a_task_of_the_staff_is_none_of_the_contact_s(
    alice: Context, contact: Context, order_id: str
) -> None:
    task_id = add_task(alice, order_id, TaskDetails("Check the invoice"))
    with pytest.raises(NotFoundError, match="no such task"):
        finish_own_task(contact, task_id)
    with pytest.raises(NotAllowedError):
        finish_task(contact, task_id)
    [task] = tasks(alice, order_id)
    assert task.is_open


def test_a_task_that_waits_for_one_of_ours_says_so_without_naming_it(
    alice: Context, contact: Context, order_id: str
) -> None:
    ours = add_task(alice, order_id, TaskDetails("Secret preparation"))
    task_id = add_own(alice, order_id)
    wait_for(alice, task_id, ours)
    assert my_tasks(contact, order_id)[0].waits
    with pytest.raises(ConflictError, match="something to do before it") as refused:
        finish_own_task(contact, task_id)
    assert "Secret" not in f"{refused.value} {refused.value.hint}"
    finish_task(alice, ours)
    assert not my_tasks(contact, order_id)[0].waits
    finish_own_task(contact, task_id)


def test_a_cancelled_task_and_one_of_an_order_that_is_over_stay_as_they_are(
    alice: Context, contact: Context, order_id: str
) -> None:
    cancelled, open_one = add_own(alice, order_id), add_own(alice, order_id, "Send the logo")
    cancel_task(alice, cancelled, "Not needed")
    with pytest.raises(ConflictError, match="This task is cancelled"):
        finish_own_task(contact, cancelled)
    set_columns(alice, order_id, state="completed")
    with pytest.raises(ConflictError, match="This order is completed"):
        finish_own_task(contact, open_one)
    contact.session.rollback()
    events = contact.session.scalars(select(OutboxEvent.kind).where(OutboxEvent.kind == "customer_task_done"))
    assert list(events) == []


def test_a_contact_finishes_nothing_of_another_customer(
    alice: Context, order_id: str, tenants: dict[str, str]
) -> None:
    task_id = add_own(alice, order_id)
    other = next(tenant for tenant in tenants.values() if tenant != alice.tenant.id)
    with enter(add_contact(other), other) as stranger, pytest.raises(NotFoundError):
        finish_own_task(stranger, task_id)
    [task] = tasks(alice, order_id)
    assert task.is_open
