"""A run is carried out by one try at a time: what an earlier one still wants to write is refused."""

from __future__ import annotations

import pytest

from core.engine.runs import actions, checksums, rollback, views
from core.engine.runs.gate import RunStoppedError
from core.engine.runs.tables import Run
from core.engine.runs.worker import steps


@pytest.fixture
def running_import(importer):
    """(tenant, person, run) of an import in the queue."""
    run = actions.start(importer.context, importer.prepare(MENU), "import").id
    return importer.context.tenant.id, importer.context.person, run


MENU = "Item ID,Item Name,Category,Price,SKU\ni1,Margherita,Pizza,14.50,P-1\ni2,Diavola,Pizza,16.00,P-2\n"


def attempt(context, run):
    context.session.rollback()
    return context.session.get_one(Run, (context.tenant.id, run), populate_existing=True).attempt


def test_a_try_from_before_a_pause_writes_nothing_after_the_run_was_resumed(running_import, alice):
    first = attempt(alice, running_import[2])
    tasks = steps.begin(*running_import, attempt=first)
    for steer in (actions.pause, actions.resume) * 2:
        steer(alice, running_import[2])
    for late in (
        lambda: steps.load(*running_import, tasks, attempt=first),
        lambda: steps.begin(*running_import, attempt=first),
        lambda: steps.finish(*running_import, attempt=first),
        lambda: steps.fail(*running_import, "Too late.", attempt=first),
        lambda: steps.dry_run(*running_import, lambda: False, attempt=first),
    ):
        with pytest.raises(RunStoppedError):
            late()
    assert views.run(alice, running_import[2]).state == "running"
    latest = attempt(alice, running_import[2])
    assert latest != first
    assert steps.load(*running_import, steps.begin(*running_import, attempt=latest), attempt=latest) == len(
        tasks
    )
    steps.finish(*running_import, attempt=latest)
    assert views.run(alice, running_import[2]).state == "completed"


def test_a_second_rollback_leaves_the_first_without_work(running_import, alice):
    steps.load(*running_import, steps.begin(*running_import))
    steps.finish(*running_import)
    actions.rollback(alice, running_import[2])
    with pytest.raises(RunStoppedError):
        rollback.roll_back(*running_import, None, [], attempt="an earlier one")
    rollback.roll_back(*running_import, None, [], attempt=attempt(alice, running_import[2]))
    assert views.run(alice, running_import[2]).state == "rolled_back"


def test_a_run_that_was_cancelled_before_it_began_rolls_back_to_equal_checksums(running_import, alice):
    checksums_before = checksums.table_checksums(alice)
    actions.cancel(alice, running_import[2])
    actions.rollback(alice, running_import[2])
    rollback.roll_back(*running_import, None, [])
    checksums_of_run = alice.session.get_one(
        Run, (alice.tenant.id, running_import[2]), populate_existing=True
    ).checksums
    assert checksums_of_run["before"] == checksums_of_run["after"] == checksums_before


def test_a_run_that_was_resumed_says_what_it_does_once_a_worker_has_it(running_import, alice):
    steps.begin(*running_import)
    actions.pause(alice, running_import[2])
    actions.resume(alice, running_import[2])
    assert views.run(alice, running_import[2]).step == "Waiting for a worker"
    steps.begin(*running_import)
    assert views.run(alice, running_import[2]).step == "Importing records"
