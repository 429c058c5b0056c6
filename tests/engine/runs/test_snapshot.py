"""One reading of a run gives its one state, its step, its estimate and its entities."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace

import pytest

from core.engine.runs import actions, snapshot
from core.engine.runs.rules import AWAITING_WORKER, STATES
from core.engine.runs.snapshot import snapshots
from core.engine.runs.worker import steps
from tests.importer import MENU


@pytest.fixture
def newest(alice):
    """newest(migration): the newest run's snapshot as it stands in the database."""

    def newest_snapshot(migration):
        alice.session.rollback()
        return snapshots(alice, migration)[0]

    return newest_snapshot


def test_a_queued_run_has_no_percent_and_waits_for_a_worker(alice, importer, newest):
    migration = importer.prepare(MENU)
    actions.start(alice, migration, "import")
    latest = newest(migration)
    assert (latest.label, latest.percent, latest.step) == ("Queued", None, AWAITING_WORKER)
    assert {entity.state for entity in latest.entities} == {"Waiting"}


def test_a_resumed_run_is_queued_until_a_worker_takes_it_up_and_then_runs(alice, importer, newest):
    migration = importer.prepare(MENU)
    run = actions.start(alice, migration, "import").id
    person, tenant = alice.person, alice.tenant.id
    steps.begin(tenant, person, run)
    alice.session.rollback()
    actions.pause(alice, run)
    assert newest(migration).label == "Paused"
    actions.resume(alice, run)
    snapshot = newest(migration)
    assert (snapshot.run.state, snapshot.label, snapshot.percent) == ("running", "Queued", None)
    tasks = steps.begin(tenant, person, run)
    running = newest(migration)
    assert (running.label, running.step) == ("Running", "Importing category records")
    steps.load(tenant, person, run, tasks)
    steps.finish(tenant, person, run)
    done = newest(migration)
    assert (done.label, done.percent) == ("Completed", 100)
    assert {entity.state for entity in done.entities} == {"Done"}
    assert {entity.percent for entity in done.entities} == {100.0}


def test_the_step_names_the_entity_that_is_written_now(alice, importer, newest):
    migration = importer.prepare(MENU)
    run = actions.start(alice, migration, "import").id
    person, tenant = alice.person, alice.tenant.id
    tasks = steps.begin(tenant, person, run)
    steps.load(tenant, person, run, tasks[:1])
    latest = newest(migration)
    states = {entity.entity: entity.state for entity in latest.entities}
    assert list(states.values())[:2] == ["Done", "Running"]
    assert latest.step == f"Importing {latest.entities[1].label.lower()} records"


def test_a_rolled_back_run_shows_no_percent(importer, newest):
    migration = importer.prepare(MENU)
    run = importer.run(migration)
    importer.roll_back(run.id)
    latest = newest(migration)
    assert (latest.label, latest.percent) == ("Rolled back", None)
    assert {(entity.state, entity.percent) for entity in latest.entities} == {("Rolled back", None)}


def test_runs_are_numbered_by_kind_and_name_who_started_them(alice, importer):
    migration = importer.prepare(MENU)
    importer.run(migration, "dry_run")
    importer.run(migration)
    importer.run(migration)
    alice.session.rollback()
    assert [run.name for run in snapshots(alice, migration)] == ["Import 2", "Import 1", "Dry run 1"]
    assert {run.started_by for run in snapshots(alice, migration)} == {alice.name}


@pytest.mark.parametrize(
    ("percent", "elapsed", "remaining", "words"),
    [
        (4.9, 100.0, 1000.0, "Estimating…"),
        (50.0, 29.0, 30.0, "Estimating…"),
        (50.0, 31.0, 31.0, "less than a minute left"),
        (50.0, 170.0, 170.0, "about 3 min left"),
    ],
)
def test_time_left_is_estimated_from_5_percent_and_30_seconds_on(percent, elapsed, remaining, words):
    run = SimpleNamespace(state="running", percent=percent, elapsed=elapsed, remaining=remaining)
    text, ends_at = snapshot._estimate(run)
    assert text == words
    assert (ends_at is None) == (words == "Estimating…")


@pytest.mark.parametrize("state", sorted(STATES))
def test_every_state_has_one_word_and_only_a_running_run_a_rate(alice, importer, state):
    migration = importer.prepare(MENU)
    importer.run(migration)
    alice.session.rollback()
    latest = snapshots(alice, migration)[0]
    run = replace(latest.run, state=state)
    row = SimpleNamespace(totals={}, plan={"entities": []}, created_by="")
    redrawn = snapshot._snapshot(run, "Import 1", row, "")
    assert redrawn.label in snapshot.STATES_SHOWN
    assert bool(redrawn.rate) <= (state == "running")
    assert redrawn.percent is None or state not in {"queued", "rolled_back", "rolling_back", "draft"}


def test_held_rows_are_shown_by_cause_with_the_amount(alice, importer):
    from core.engine.runs.held import held_causes

    migration = importer.prepare(MENU.replace("16.00", "-16.00").replace("9.25", "nine"))
    run = importer.run(migration)
    alice.session.rollback()
    causes = held_causes(alice, run.id)
    assert sum(cause.rows for cause in causes) == run.errors > 0
    assert all(cause.title and cause.remedy for cause in causes)


def test_no_entity_of_a_half_loaded_import_is_done_while_it_rolls_back(alice, importer, newest):
    migration = importer.prepare(MENU)
    run = actions.start(alice, migration, "import").id
    tasks = steps.begin(alice.tenant.id, alice.person, run)
    steps.load(alice.tenant.id, alice.person, run, tasks[:1])
    alice.session.rollback()
    actions.cancel(alice, run)
    actions.rollback(alice, run)
    latest = newest(migration)
    assert (latest.run.state, latest.percent) == ("rolling_back", None)
    assert {(entity.state, entity.percent) for entity in latest.entities} == {("Rolling back", None)}
