from __future__ import annotations

from core.engine.runs import views
from core.engine.runs.tables import Run
from core.engine.runs.worker import queue

FAKE_STEPS, FAKE_STRIDE = 20, 64  # see fake_worker.py


def test_a_run_is_carried_out_chunk_by_chunk_to_its_end(worker, alice, begin):
    run = begin(alice, chunks=30, seconds=0.0)
    assert run.reaches("completed", "failed") == "completed"
    assert run.chunks == 30


def test_a_committed_run_starts_by_itself(worker, alice, begin):
    assert begin(alice).reaches("running", "completed", "failed") != "failed"


def test_what_is_rolled_back_never_reaches_the_queue(worker, alice):
    queue.enqueue(alice.session, "run_import", alice.person, "01980000-0000-7000-8000-000000000000")
    alice.session.rollback()
    prefix = "01980000-0000-7000-8000-000000000000:"
    assert queue.client().list_workflows(workflow_id_prefix=prefix) == []


def test_runs_of_one_tenant_follow_each_other(worker, alice, begin):
    first, second = begin(alice, chunks=10, seconds=0.05), begin(alice, chunks=5)
    assert [first.reaches("completed", "failed"), second.reaches("completed", "failed")] == ["completed"] * 2
    assert second.look(Run.started_at) >= first.look(Run.finished_at)


def test_runs_of_two_tenants_go_on_side_by_side(worker, alice, mallory, begin):
    long = begin(alice, chunks=40, seconds=0.1)
    long.has_loaded(1)
    short = begin(mallory, chunks=2)
    assert short.reaches("completed")
    assert long.state == "running"
    assert long.reaches("completed", "failed") == "completed"


def test_a_known_fault_ends_the_run_with_its_own_words(worker, alice, begin):
    run = begin(alice, fault="app")
    run.reaches("failed")
    assert run.look(Run.error) == "The file is not what it was. Upload it again."


def test_a_foreign_fault_is_named_by_its_kind_alone(worker, alice, begin):
    run = begin(alice, fault="foreign")
    run.reaches("failed")
    assert "KeyError" in run.look(Run.error)
    assert "guest@example.com" not in run.look(Run.error)
    (workflow,) = queue.client().list_workflows(workflow_id_prefix=f"{run.id}:")
    assert "guest@example.com" not in repr(workflow) + repr(
        queue.client().list_workflow_steps(workflow.workflow_id)
    )


def test_a_database_that_is_away_for_a_moment_is_waited_for(worker, alice, begin):
    run = begin(alice, fault="away", faults=2)
    assert run.reaches("completed", "failed") == "completed"


def test_a_full_disk_is_told_waited_for_and_the_run_goes_on_by_itself(worker, alice, begin):
    run = begin(alice, fault="disk", faults=2)
    assert run.reaches("completed", "failed") == "completed"
    messages = [event.data["message"] for event in views.events(alice, run.id) if event.type == "warning"]
    assert messages[0].startswith(
        "Paused: the database's disk is full. The run goes on by itself when 256 MB"
    )
    assert run.look(Run.error) is None


def test_a_long_run_stays_within_the_steps_that_can_be_replayed(worker, alice, begin):
    run = begin(alice, chunks=FAKE_STRIDE * FAKE_STEPS + 9, seconds=0.0)
    assert run.reaches("completed", "failed") == "completed"
    workflows = queue.client().list_workflows(workflow_id_prefix=f"{run.id}:", load_input=False)
    assert len(queue.client().list_workflow_steps(workflows[0].workflow_id)) <= FAKE_STEPS + 3
