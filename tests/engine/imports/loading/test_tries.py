"""A run is carried out by one try at a time: what an earlier one still wants to write is refused."""

from __future__ import annotations

import pytest

from core.engine.runs import actions, checksums, rollback, views
from core.engine.runs.gate import RunStoppedError
from core.engine.runs.tables import Run
from core.engine.runs.worker import steps


@pytest.fixture
def started(importer):
    """(tenant, person, run) of an import in the queue."""
    run = actions.start(importer.context, importer.prepare(MENU), "import").id
    return importer.context.tenant.id, importer.context.person, run


MENU = "Item ID,Item Name,Category,Price,SKU\ni1,Margherita,Pizza,14.50,P-1\ni2,Diavola,Pizza,16.00,P-2\n"


def attempt(context, run):
    context.session.rollback()
    return context.session.get_one(Run, (context.tenant.id, run), populate_existing=True).attempt


def test_a_try_from_before_a_pause_writes_nothing_after_the_run_was_resumed(started, alice):
    first = attempt(alice, started[2])
    tasks = steps.begin(*started, attempt=first)
    for steer in (actions.pause, actions.resume) * 2:
        steer(alice, started[2])
    for late in (
        lambda: steps.load(*started, tasks, attempt=first),
        lambda: steps.begin(*started, attempt=first),
        lambda: steps.finish(*started, attempt=first),
        lambda: steps.fail(*started, "Too late.", attempt=first),
        lambda: steps.dry_run(*started, lambda: False, attempt=first),
    ):
        with pytest.raises(RunStoppedError):
            late()
    assert views.run(alice, started[2]).state == "running"
    latest = attempt(alice, started[2])
    assert latest != first
    assert steps.load(*started, steps.begin(*started, attempt=latest), attempt=latest) == len(tasks)
    steps.finish(*started, attempt=latest)
    assert views.run(alice, started[2]).state == "completed"


def test_a_second_rollback_leaves_the_first_without_work(started, alice):
    steps.load(*started, steps.begin(*started))
    steps.finish(*started)
    actions.rollback(alice, started[2])
    with pytest.raises(RunStoppedError):
        rollback.roll_back(*started, None, [], attempt="an earlier one")
    rollback.roll_back(*started, None, [], attempt=attempt(alice, started[2]))
    assert views.run(alice, started[2]).state == "rolled_back"


def test_a_run_that_was_cancelled_before_it_began_rolls_back_to_equal_checksums(started, alice):
    standing = checksums.table_checksums(alice)
    actions.cancel(alice, started[2])
    actions.rollback(alice, started[2])
    rollback.roll_back(*started, None, [])
    checksums_of_run = alice.session.get_one(
        Run, (alice.tenant.id, started[2]), populate_existing=True
    ).checksums
    assert checksums_of_run["before"] == checksums_of_run["after"] == standing


def test_a_run_that_was_resumed_says_what_it_does_once_a_worker_has_it(started, alice):
    steps.begin(*started)
    actions.pause(alice, started[2])
    actions.resume(alice, started[2])
    assert views.run(alice, started[2]).step == "Waiting for a worker"
    steps.begin(*started)
    assert views.run(alice, started[2]).step == "Importing records"
