"""Tasks of an order: written, finished and cancelled by people; opened and closed by findings."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from core.business.engagements.history import history
from core.business.engagements.lookup import today_of
from core.business.engagements.states.moving import cancel_order, move_order
from core.business.engagements.tables import Task
from core.business.engagements.tasks import findings as found_tasks
from core.business.engagements.tasks.actions import (
    TaskDetails,
    add_task,
    cancel_task,
    edit_task,
    finish_task,
    wait_for,
    wait_no_more,
)
from core.business.engagements.tasks.findings import sync_tasks
from core.business.engagements.tasks.migrations import name_migration
from core.business.engagements.tasks.rules import leads_back
from core.business.engagements.tasks.stored import dependencies
from core.business.engagements.tasks.views import TaskView, customer_tasks, possible_owners, tasks
from core.context import Context
from core.engine.progress.facts import Facts, RunFacts
from core.engine.sources.tables import Migration
from core.errors import ConflictError, InvalidInputError, NotAllowedError, NotFoundError
from core.kit.ids import new_id
from core.platform.access.actions import enter
from tests.business.engagements.desk import add_certificate, add_imports, add_order, add_task_row
from tests.operators import operator
from tests.staff import add_contact


@pytest.fixture
def order_id(alice: Context) -> str:
    return add_order(alice, "data_migration")


def only_task(context: Context, order_id: str) -> TaskView:
    [task] = tasks(context, order_id)
    return task


def test_a_task_is_written_changed_and_finished_by_who_works_for_the_customer(alice, bob, order_id) -> None:
    day = today_of(alice) + timedelta(days=2)
    details = TaskDetails("Order  the printer", owner_id=bob.person, due_on=day, blocks="user_setup")
    task_id = add_task(bob, order_id, details)
    task = only_task(alice, order_id)
    assert (task.title, task.owner, task.due_on, task.status) == ("Order the printer", "Bob", day, "Open")
    edit_task(alice, task_id, replace(details, title="Order two printers"), task.updated_at)
    assert only_task(alice, order_id).title == "Order two printers"
    finish_task(bob, task_id)
    assert only_task(alice, order_id).status == "Done"
    assert history(alice, order_id)[0].kind == "task_done"
    with pytest.raises(ConflictError, match="This task is done"):
        finish_task(bob, task_id)


def test_of_two_changes_at_once_the_second_is_told(alice, bob, order_id) -> None:
    details = TaskDetails("Order the printer")
    task_id = add_task(alice, order_id, details)
    version = only_task(alice, order_id).updated_at
    with enter(bob.person, alice.tenant.id) as later:
        edit_task(later, task_id, replace(details, title="Order two"), version)
    with pytest.raises(ConflictError, match="Somebody changed this task meanwhile"):
        edit_task(alice, task_id, replace(details, title="Order three"), version)


@pytest.mark.parametrize(
    "details",
    [
        TaskDetails(" "),
        TaskDetails("Call", blocks="lunch"),
        TaskDetails("Call", side="nobody"),
        TaskDetails("Call", owner_id=new_id()),
    ],
)
def test_what_no_task_can_be_is_refused(alice, order_id, details) -> None:
    with pytest.raises(InvalidInputError):
        add_task(alice, order_id, details)


def test_a_task_waits_for_another_until_that_is_done_or_it_waits_no_more(alice, order_id) -> None:
    first, second, third = (add_task(alice, order_id, TaskDetails(name)) for name in ("A", "B", "C"))
    wait_for(alice, second, first)
    wait_for(alice, third, second)
    with pytest.raises(ConflictError, match="waits for this one"):
        wait_for(alice, first, third)
    with pytest.raises(ConflictError, match="1 task must be done first: A"):
        finish_task(alice, second)
    assert {task.title: task.waits_for for task in tasks(alice, order_id)} == {
        "A": (),
        "B": ("A",),
        "C": ("B",),
    }
    wait_no_more(alice, second, first)
    finish_task(alice, second)
    wait_for(alice, second, first)
    finish_task(alice, first)
    finish_task(alice, third)


def test_people_who_let_tasks_wait_for_each_other_at_once_make_no_circle(alice, order_id) -> None:
    names = [add_task(alice, order_id, TaskDetails(name)) for name in "ABCDEF"]
    pairs = [
        *zip(names, [*names[1:], names[0]], strict=True),
        *zip([*names[1:], names[0]], names, strict=True),
    ]
    person, tenant = alice.person, alice.tenant.id

    def attempt(pair: tuple[str, str]) -> str:
        with enter(person, tenant) as context:
            try:
                wait_for(context, *pair)
            except ConflictError as error:
                return error.message
        return ""

    with ThreadPoolExecutor(max_workers=12) as pool:
        outcomes = list(pool.map(attempt, pairs))
    assert set(outcomes) == {"", "The other task waits for this one."}
    edges = dependencies(alice.session, order_id)
    assert not any(leads_back(task, earlier, edges) for task in names for earlier in edges.get(task, ()))


def test_a_task_of_another_order_is_not_waited_for(alice, order_id) -> None:
    elsewhere = add_task(alice, add_order(alice, "training"), TaskDetails("Elsewhere"))
    with pytest.raises(ConflictError, match="two orders"):
        wait_for(alice, add_task(alice, order_id, TaskDetails("Here")), elsewhere)


def test_a_cancelled_task_says_so_and_keeps_its_reason(alice, bob, order_id) -> None:
    task_id = add_task(bob, order_id, TaskDetails("Order the printer"))
    with pytest.raises(NotAllowedError):
        cancel_task(bob, task_id, "Not needed")
    with pytest.raises(InvalidInputError):
        cancel_task(alice, task_id, "")
    cancel_task(alice, task_id, "They have one")
    task = only_task(alice, order_id)
    assert (task.status, task.closed_reason) == ("Cancelled", "They have one")


def test_what_blocks_an_early_milestone_comes_first_and_what_is_closed_last(alice, order_id) -> None:
    today = today_of(alice)
    add_task_row(alice, order_id, "Closed", state="done")
    add_task_row(alice, order_id, "Whenever")
    add_task_row(alice, order_id, "Soon", due_on=today)
    add_task_row(alice, order_id, "For the go-live", blocks="go_live")
    add_task_row(alice, order_id, "For the data", blocks="data_analysis", due_on=today - timedelta(days=2))
    rows = tasks(alice, order_id)
    assert [row.title for row in rows] == ["For the data", "For the go-live", "Soon", "Whenever", "Closed"]
    assert (rows[0].status, rows[0].is_late, rows[2].status) == ("2 d late", True, "Due today")


def test_the_tasks_of_an_order_that_is_over_stay_as_they_are(alice, order_id) -> None:
    task_id = add_task(alice, order_id, TaskDetails("Order the printer"))
    cancel_order(alice, order_id, "They closed")
    for call in (lambda: finish_task(alice, task_id), lambda: add_task(alice, order_id, TaskDetails("More"))):
        with pytest.raises(ConflictError, match="This order is cancelled"):
            call()


def test_a_contact_sees_the_customer_s_tasks_alone_and_no_other_customer_any(
    alice, mallory, order_id
) -> None:
    add_task(alice, order_id, TaskDetails("Our notes"))
    add_task(alice, order_id, TaskDetails("Send the menu", side="customer"))
    with enter(add_contact(alice.tenant.id), alice.tenant.id) as contact:
        assert [task.title for task in customer_tasks(contact, order_id)] == ["Send the menu"]
        with pytest.raises(NotAllowedError):
            tasks(contact, order_id)
    for call in (tasks, customer_tasks, sync_tasks):
        with pytest.raises(NotFoundError):
            call(mallory, order_id)


def test_who_sells_reads_the_tasks_and_owns_none(alice, bob, sam, order_id) -> None:
    add_task(alice, order_id, TaskDetails("Order the printer"))
    assert len(tasks(sam, order_id)) == 1
    assert sam.person not in possible_owners(alice)
    assert {alice.person, bob.person} <= set(possible_owners(alice))
    with pytest.raises(NotAllowedError):
        add_task(sam, order_id, TaskDetails("Sell more"))


Show = Callable[[Facts], None]


@pytest.fixture
def show(alice: Context, monkeypatch: pytest.MonkeyPatch) -> Show:
    """Let the customer's only migration have these facts."""
    migration_id = add_imports(alice, [])
    migration = alice.session.get_one(Migration, (alice.tenant.id, migration_id))

    def set_facts(facts: Facts) -> None:
        monkeypatch.setattr(found_tasks, "all_facts", lambda _: {migration_id: (migration, facts)})

    return set_facts


def open_titles(context: Context, order_id: str) -> list[str]:
    return [task.title for task in tasks(context, order_id) if task.is_open]


def test_findings_open_tasks_that_close_with_them_and_open_again(alice, show, order_id) -> None:
    show(Facts(weak=2, held=16))
    assert sync_tasks(alice, order_id) == 2
    assert sync_tasks(alice, order_id) == 0
    assert open_titles(alice, order_id) == [
        "Decide 2 fields of Bella's move",
        "Correct 16 held rows of Bella's move",
    ]
    show(Facts(held=3))
    assert sync_tasks(alice, order_id) == 2
    assert open_titles(alice, order_id) == ["Correct 3 held rows of Bella's move"]
    show(Facts())
    sync_tasks(alice, order_id)
    assert open_titles(alice, order_id) == []
    show(Facts(weak=1))
    sync_tasks(alice, order_id)
    assert open_titles(alice, order_id) == ["Decide 1 field of Bella's move"]
    assert len(tasks(alice, order_id)) == 2


def test_nobody_ticks_a_finding_and_a_manager_may_cancel_its_task(alice, show, order_id) -> None:
    show(Facts(held=1))
    sync_tasks(alice, order_id)
    task = only_task(alice, order_id)
    assert (task.blocks, task.details["screen"]) == ("data_migration", "reconciliation")
    with pytest.raises(ConflictError, match="closes by itself"):
        finish_task(alice, task.id)
    edit_task(alice, task.id, TaskDetails("Another title", owner_id=alice.person), task.updated_at)
    changed = only_task(alice, order_id)
    assert (changed.title, changed.owner) == (task.title, "Alice")
    cancel_task(alice, task.id, "The row is a test")
    assert sync_tasks(alice, order_id) == 0
    assert only_task(alice, order_id).status == "Cancelled"


def test_a_failed_import_opens_a_task_of_the_reconciliation(alice, show, order_id) -> None:
    show(Facts(imported=RunFacts(new_id(), "failed", current=True)))
    sync_tasks(alice, order_id)
    assert open_titles(alice, order_id) == ["Settle the reconciliation of Bella's move"]


def test_an_order_that_nobody_works_on_opens_no_tasks(alice, show) -> None:
    show(Facts(held=1))
    assert sync_tasks(alice, add_order(alice, "approved")) == 0
    halted = add_order(alice, "training")
    move_order(alice, halted, "hold", "The owner is away")
    assert sync_tasks(alice, halted) == 0


def test_who_only_reads_brings_the_tasks_up_to_date_too(alice, sam, show, order_id) -> None:
    show(Facts(held=2))
    assert sync_tasks(sam, order_id) == 1
    stored = alice.session.scalars(select(Task).where(Task.engagement_id == order_id)).one()
    assert (stored.state, stored.person_id, stored.due_on) == (
        "open",
        None,
        today_of(alice) + timedelta(days=3),
    )


def test_the_job_brings_the_tasks_of_orders_at_work_up_to_date(alice, show, order_id) -> None:
    show(Facts(held=2))
    waiting = add_order(alice, "approved")
    name_migration(alice, order_id, alice.session.scalars(select(Migration.id)).one())
    assert found_tasks.sync_orders_at_work() >= 1
    assert open_titles(alice, order_id) == ["Correct 2 held rows of Bella's move"]
    assert tasks(alice, waiting) == []
    assert history(alice, order_id)[0].person is None


def test_a_certificate_of_the_team_that_expires_soon_opens_a_task(alice, show, order_id) -> None:
    show(Facts())
    operator_id, _ = operator()
    add_certificate(operator_id, alice.person, today_of(alice) + timedelta(days=30))
    sync_tasks(alice, order_id)
    assert open_titles(alice, order_id) == ["Renew the certificate of Alice (Toast)"]
    assert only_task(alice, order_id).blocks is None
    add_certificate(operator_id, alice.person, today_of(alice) + timedelta(days=365))
    sync_tasks(alice, order_id)
    assert open_titles(alice, order_id) == []
