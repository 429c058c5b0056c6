from __future__ import annotations

import pytest

from core.engine.runs import actions
from core.engine.runs.tables import Run
from core.errors import ConflictError


def test_a_failed_run_goes_on_where_it_was(worker, alice, begin):
    run = begin(alice, chunks=20, seconds=0.01, fault="app")
    run.reaches("failed")
    actions.resume(alice, run.id)
    assert run.reaches("completed", "failed") == "completed"
    assert (run.chunks, run.look(Run.error)) == (20, None)


def test_a_run_paused_before_it_began_waits_for_resume(spawn, alice, begin):
    run = begin(alice, chunks=3)
    actions.pause(alice, run.id)
    spawn()
    assert run.state == "paused"
    actions.resume(alice, run.id)
    assert run.reaches("completed", "failed") == "completed"


def test_a_run_that_is_at_work_has_nothing_to_resume(worker, alice, begin):
    run = begin(alice, chunks=40, seconds=0.05)
    run.has_loaded(1)
    with pytest.raises(ConflictError, match="running"):
        actions.resume(alice, run.id)
    actions.cancel(alice, run.id)


def test_time_spent_paused_is_not_counted_as_work(worker, alice, begin):
    import time

    run = begin(alice, chunks=8, seconds=0.05)
    run.has_loaded(1)
    actions.pause(alice, run.id)
    time.sleep(2)
    actions.resume(alice, run.id)
    run.reaches("completed", "failed")
    assert 0.2 < run.look(Run.worked_seconds) < 2
