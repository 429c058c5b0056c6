from __future__ import annotations

import signal
import sys
import time

import pytest
from sqlalchemy import insert, text

from core.db.base import app_engine
from core.engine.runs import views
from core.engine.runs.tables import WorkerBeat
from core.engine.runs.worker import heartbeat, queue
from core.engine.runs.worker.heartbeat import Heartbeat
from core.kit.ids import new_id
from tests.engine.runs.conftest import add_run
from tests.engine.runs.processes import forking_workers

TIMEOUT = 2.0
PATIENT = (
    40.0  # seconds after which a silent worker is given up here: what comes earlier did not wait for that
)


def report(line):
    """Print a measured figure, shown with pytest -s."""
    sys.stdout.write(f"{line}\n")


@pytest.fixture
def patient(mother):
    """Start workers that do not give up a silent one for long."""
    with forking_workers(mother, HEARTBEAT_TIMEOUT_SECONDS=str(PATIENT)) as start:
        yield start


def owner(run):
    workflows = queue.client().list_workflows(workflow_id_prefix=f"{run.id}:", status="PENDING")
    return workflows[0].executor_id if workflows else None


def carried_by(run, workers):
    """Return the worker that has the run, and the others."""
    process = next(beat.process for beat in heartbeat.workers() if beat.executor_id == owner(run))
    mine = next(worker for worker in workers if worker.process.pid == process)
    return mine, [worker for worker in workers if worker is not mine]


def test_a_frozen_workers_run_is_taken_over_and_no_chunk_is_loaded_twice(spawn, alice, begin):
    workers = [spawn(), spawn()]
    time.sleep(TIMEOUT)  # until the other beats steadily
    run = begin(alice, chunks=60, seconds=0.1)
    run.has_loaded(3)
    frozen, _ = carried_by(run, workers)
    frozen.signal(signal.SIGSTOP)
    at, loaded = time.monotonic(), run.chunks
    run.has_loaded(loaded + 2)
    report(f"taken over from a frozen worker after {time.monotonic() - at:.1f} s (time-out {TIMEOUT} s)")
    frozen.signal(signal.SIGCONT)
    assert run.reaches("completed", "failed", seconds=60) == "completed"
    assert run.chunks == 60


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM])
def test_a_worker_that_ends_hands_over_without_a_time_out(patient, alice, begin, number):
    workers = [patient(), patient()]
    run = begin(alice, chunks=60, seconds=0.1)
    run.has_loaded(3)
    leaving, _ = carried_by(run, workers)
    leaving.signal(number)
    leaving.process.wait(timeout=60)
    at, loaded = time.monotonic(), run.chunks
    run.has_loaded(loaded + 1)
    took = time.monotonic() - at
    report(f"taken over after {number.name} within {took:.1f} s")
    assert took < PATIENT / 2
    assert run.reaches("completed", "failed", seconds=60) == "completed"
    assert run.chunks == 60


def test_the_next_worker_to_start_goes_on_with_what_a_killed_one_left(spawn, alice, begin):
    first = spawn()
    run = begin(alice, chunks=30, seconds=0.05)
    run.has_loaded(3)
    first.kill()
    loaded = run.chunks
    spawn()
    at = time.monotonic()
    run.has_loaded(loaded + 1)
    report(f"first commit {time.monotonic() - at:.1f} s after the restarted worker's first beat")
    assert run.reaches("completed", "failed") == "completed"
    assert run.chunks == 30
    warnings = [event.data["message"] for event in views.events(alice, run.id) if event.type == "warning"]
    assert warnings == ["The worker has ended. Another one goes on with the run."]


def test_a_claim_whose_answer_the_worker_never_got_is_carried_out_all_the_same(spawn, alice, begin, probe):
    """As after a stop of the database between the commit of a claim and its answer."""
    worker = spawn()
    executor = next(beat.executor_id for beat in heartbeat.workers() if beat.process == worker.process.pid)
    assert begin(alice, chunks=1).reaches("completed") == "completed"  # what it does at its start is over
    run_id = add_run(alice, chunks=5)
    attempt = queue.enqueue(alice.session, "run_import", alice.person, run_id)
    alice.session.execute(
        text(
            """update dbos.workflow_status set status = 'PENDING', executor_id = :executor, owner_xid = 'lost'
            where workflow_uuid = :attempt"""
        ),
        {"executor": executor, "attempt": attempt},
    )
    alice.session.commit()
    run = probe(alice, run_id)
    assert run.reaches("completed", "failed", seconds=30) == "completed"
    assert run.chunks == 5
    assert worker.beats


@pytest.fixture
def silent(database):
    """The heartbeat of a worker on another machine, an hour old."""
    executor_id = new_id()
    with app_engine().begin() as connection:
        connection.execute(
            insert(WorkerBeat).values(
                executor_id=executor_id,
                host="elsewhere",
                process=1,
                process_started=0.0,
                started_at=text("now() - interval '2 hours'"),
                beat_at=text("now() - interval '1 hour'"),
            )
        )
    yield executor_id
    with app_engine().begin() as connection:
        connection.execute(text("delete from worker_beat"))


@pytest.fixture
def recovered(monkeypatch):
    executors = []
    monkeypatch.setattr(queue, "recover", lambda executor: executors.append(executor) or 0)
    return executors


def test_silence_counts_only_for_a_worker_that_was_itself_steady_for_as_long(silent, recovered):
    heart = Heartbeat(new_id())
    heart.beat()
    assert silent not in heart.take_over()
    heart.steady_since -= 3600
    assert silent in heart.take_over()
    assert recovered.count(silent) == 1
    assert silent not in heart.take_over()


def test_a_gap_in_its_own_beats_makes_a_worker_doubt_itself(silent, recovered):
    heart = Heartbeat(new_id())
    heart.beat()
    heart.steady_since -= 3600
    heart.last -= 3600
    heart.beat()
    assert silent not in heart.take_over()


def test_a_process_number_given_again_is_not_taken_for_the_worker():
    import psutil

    me = psutil.Process()
    born = me.create_time()
    host = heartbeat.host()
    assert not heartbeat.Worker("x", host, me.pid, born, 0.0).is_gone()
    assert heartbeat.Worker("x", host, me.pid, born - 100, 0.0).is_gone()
    assert not heartbeat.Worker("x", "elsewhere", me.pid, born - 100, 0.0).is_gone()
