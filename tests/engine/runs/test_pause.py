from __future__ import annotations

import time

import pytest

from core.engine.runs import actions
from core.errors import ConflictError, NotAllowedError, NotFoundError


def test_nothing_is_written_after_pause_has_returned(worker, alice, begin):
    run = begin(alice, chunks=60, seconds=0.03)
    for at in (3, 10, 20):
        run.has_loaded(at)
        actions.pause(alice, run.id)
        loaded = run.chunks
        time.sleep(0.4)
        assert (run.state, run.chunks) == ("paused", loaded)
        actions.resume(alice, run.id)
    assert run.reaches("completed", "failed") == "completed"
    assert run.chunks == 60


def test_a_pause_that_is_refused_leaves_the_run_in_the_queue(worker, alice, begin):
    ahead = begin(alice, chunks=20, seconds=0.05)
    ahead.has_loaded(1)
    second_run = begin(alice, chunks=3)
    with pytest.raises(ConflictError, match="Another run"):
        actions.pause(alice, second_run.id)
    assert second_run.reaches("completed", "failed") == "completed"


def test_a_paused_run_holds_the_tenants_place_at_work(worker, alice, begin):
    paused = begin(alice, chunks=50, seconds=0.03)
    paused.has_loaded(1)
    actions.pause(alice, paused.id)
    second = begin(alice)
    assert second.reaches("failed", "completed") == "failed"
    actions.resume(alice, paused.id)
    assert paused.reaches("completed", "failed") == "completed"
    actions.resume(alice, second.id)
    assert second.reaches("completed", "failed") == "completed"


def test_a_cancelled_run_stops_for_good(worker, alice, begin):
    run = begin(alice, chunks=60, seconds=0.03)
    run.has_loaded(2)
    actions.cancel(alice, run.id)
    loaded = run.chunks
    time.sleep(0.4)
    assert (run.state, run.chunks) == ("cancelled", loaded)
    with pytest.raises(ConflictError):
        actions.resume(alice, run.id)


def test_a_run_that_has_ended_cannot_be_paused(worker, alice, begin):
    run = begin(alice, chunks=1)
    run.reaches("completed")
    with pytest.raises(ConflictError, match="completed") as refused:
        actions.pause(alice, run.id)
    assert refused.value.facts["state"] == "completed"


def test_only_those_who_may_control_runs_pause_them(worker, alice, sam, mallory, begin):
    run = begin(alice, chunks=1)
    with pytest.raises(NotAllowedError):
        actions.pause(sam, run.id)
    with pytest.raises(NotFoundError):
        actions.pause(mallory, run.id)
