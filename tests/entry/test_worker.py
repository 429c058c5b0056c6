from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import psutil
import pytest
from sqlalchemy import select, text

from core.db.base import app_engine
from core.engine.runs.tables import Run
from core.engine.runs.worker import heartbeat, queue
from core.engine.sources.tables import Migration
from core.entry import jobs, spawn, worker
from core.entry.cli import main
from core.kit import clock
from core.kit.ids import new_id
from core.settings import ROOT, settings


@pytest.fixture
def no_workers(database):
    """No worker before, none after."""

    def end_all():
        for beat in heartbeat.workers():
            if not beat.is_gone():
                os.kill(beat.process, signal.SIGKILL)
        for child in spawn.children:
            child.kill()
            child.wait()
        spawn.children.clear()
        (settings().app_data_dir / "worker.pid").unlink(missing_ok=True)
        with app_engine().begin() as connection:
            connection.execute(text("delete from worker_beat"))

    end_all()
    yield
    end_all()


@pytest.fixture
def run(alice):
    """A run of Alice's that says it is running, with nobody working on it."""
    migration = Migration(
        tenant_id=alice.tenant.id,
        id=new_id(),
        created_at=alice.now,
        name="Move",
        source="toast",
        phase="import",
        settings={},
        created_by=alice.person,
    )
    alice.session.add(migration)
    alice.session.flush()
    run = Run(
        tenant_id=alice.tenant.id,
        id=new_id(),
        created_at=alice.now,
        migration_id=migration.id,
        validation_id=new_id(),
        kind="import",
        state="running",
        phase="import",
        step="",
        plan={},
        plan_hash="",
        rows_total=1,
        rows_done=0,
        totals={},
        checksums={},
        worked_seconds=0.0,
        created_by=alice.person,
        updated_at=alice.now,
    )
    alice.session.add(run)
    alice.session.flush()
    alice.session.commit()
    return run


def state(context, run):
    context.session.rollback()
    return context.session.scalar(select(Run.state).where(Run.id == run.id))


def test_one_worker_is_started_however_many_ask_and_a_dead_one_is_replaced(no_workers):
    with ThreadPoolExecutor(3) as pool:
        list(pool.map(lambda _: worker.ensure_worker(), range(3)))
    (first,) = heartbeat.workers()
    assert first.is_live()

    os.kill(first.process, signal.SIGKILL)
    while not first.is_gone():
        time.sleep(0.01)
    worker.ensure_worker()
    second = next(beat for beat in heartbeat.workers() if beat.is_live())
    assert second.process != first.process

    os.kill(second.process, signal.SIGTERM)
    psutil.wait_procs([psutil.Process(second.process)], timeout=10)
    assert all(beat.process != second.process for beat in heartbeat.workers())


def test_a_worker_that_was_started_early_is_the_one_that_works(no_workers):
    spawn.prestart_worker()
    worker.ensure_worker()
    spawn.discard()  # it was claimed
    (beat,) = heartbeat.workers()
    assert [child.pid for child in spawn.children] == [beat.process]
    assert spawn.children[0].poll() is None


def test_nobody_starts_early_where_a_worker_lives(no_workers):
    worker.ensure_worker()
    spawn.prestart_worker()
    assert len(spawn.children) == 1


def test_the_mark_of_a_worker_that_is_gone_keeps_nobody_from_starting(no_workers):
    process = subprocess.Popen([sys.executable, "-c", ""])
    process.wait()
    (settings().app_data_dir / "worker.pid").write_text(str(process.pid))
    spawn.prestart_worker()
    assert len(spawn.children) == 1


def test_an_early_worker_leaves_where_another_one_turns_out_to_live(no_workers):
    worker.ensure_worker()
    (settings().app_data_dir / "worker.pid").unlink()
    spawn.prestart_worker()
    worker.ensure_worker()
    assert [child.poll() is None for child in spawn.children] == [True, False]


def test_a_refused_command_leaves_no_worker_behind(no_workers, people, tmp_path, capsys):
    (tmp_path / "guests.csv").write_text("First Name,Last Name\nAda,Lovelace\n")
    assert main(["import", str(tmp_path / "guests.csv"), "--tenant", "nowhere"]) == 1
    assert "nowhere" in capsys.readouterr().err
    assert [child.poll() is None for child in spawn.children] == [False]


def test_only_one_holds_the_lead_and_it_passes_on(database):
    first, second = jobs.Lead(), jobs.Lead()
    assert first.is_held()
    assert not second.is_held()
    assert first.is_held()
    first.connection.invalidate()
    first.connection.close()
    first.connection = None
    assert second.is_held()
    second.connection.invalidate()
    second.connection.close()


def test_a_run_that_lost_its_place_in_the_queue_is_failed_and_can_be_resumed(alice, run):
    queue.enqueue(alice.session, "run_import", alice.person, run.id)
    alice.session.commit()
    jobs.fail_orphaned_runs()  # also those that other tests have left behind
    assert state(alice, run) == "running"
    queue.withdraw(run.id)  # … and then the process dies before the state changes
    jobs.fail_orphaned_runs()
    assert state(alice, run) == "running"  # it may only be about to change
    with clock.frozen(clock.now() + timedelta(minutes=2)):
        jobs.fail_orphaned_runs()
    assert state(alice, run) == "failed"


def test_a_resumed_run_is_no_orphan(alice, run):
    for _ in range(2):
        queue.enqueue(alice.session, "run_import", alice.person, run.id)
        alice.session.commit()
    first, second = sorted(
        workflow.workflow_id for workflow in queue.client().list_workflows(workflow_id_prefix=run.id)
    )
    queue.client().cancel_workflow(first)
    with clock.frozen(clock.now() + timedelta(minutes=2)):
        jobs.fail_orphaned_runs()
    assert state(alice, run) == "running"
    queue.client().cancel_workflow(second)


def test_the_queue_forgets_what_ended_long_ago(alice, run):
    queue.enqueue(alice.session, "run_import", alice.person, run.id)
    alice.session.commit()
    queue.withdraw(run.id)
    jobs.purge_finished()
    assert queue.client().list_workflows(workflow_id_prefix=run.id)
    with clock.frozen(clock.now() + timedelta(days=31)):
        assert jobs.purge_finished() >= 1
    assert not queue.client().list_workflows(workflow_id_prefix=run.id)


LEAVING = """
import threading
from core.engine.runs.worker.heartbeat import Heartbeat
from core.entry import worker
threading.Thread(target=threading.Event().wait).start()  # as a step that waits for the database
worker.leave(Heartbeat("gone"))
"""


def test_a_worker_leaves_though_the_database_is_away_and_a_step_waits_for_it(tmp_path):
    environment = os.environ | {
        "APP_DATA_DIR": str(tmp_path),
        "DATABASE_URL": "postgresql://nobody@127.0.0.1:1/none",
        "PYTHONPATH": str(ROOT),
    }
    process = subprocess.run(
        [sys.executable, "-c", LEAVING],
        cwd=ROOT,
        env=environment,
        check=False,
        capture_output=True,
        timeout=60,
    )
    assert process.returncode == 0, process.stderr
    assert b"Traceback" not in process.stderr
