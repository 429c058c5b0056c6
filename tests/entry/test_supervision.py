"""A worker that dies while somebody waits for it is noticed and replaced, and the person is told; with real processes."""

from __future__ import annotations

import os
import signal
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack

import pytest

from core.engine.runs import actions
from core.engine.runs.worker import heartbeat
from core.entry import spawn, supervise, worker
from core.entry.cli import importing, main, runs, watching
from core.entry.supervise import Supervisor, supervised
from core.errors import ConflictError
from core.settings import settings
from tests.conftest import TOAST_SAMPLE
from tests.entry.test_worker import no_workers  # noqa: F401  (a fixture)

NOTICED = 10.0  # seconds within which a death is noticed
pytestmark = pytest.mark.usefixtures("no_workers")


def online():
    return [beat.process for beat in heartbeat.workers() if beat.is_live()]


def until(condition, seconds=30.0):
    end = time.monotonic() + seconds
    while not (reached := condition()) and time.monotonic() < end:
        time.sleep(0.05)
    assert reached
    return reached


def kill_workers():
    for process in online():
        os.kill(process, signal.SIGKILL)
    until(lambda: not online())


def test_a_killed_worker_is_replaced_twice_in_a_row_by_one_however_many_supervise():
    worker.ensure_worker()
    messages = [], [], []
    with ExitStack() as stack:
        for sentences in messages:
            stack.enter_context(supervised(sentences.append))
        [first] = online()
        at = time.monotonic()
        os.kill(first, signal.SIGKILL)
        until(lambda: any(f"process {first}) has ended" in line for lines in messages for line in lines))
        assert time.monotonic() - at < NOTICED
        [second] = until(online)
        os.kill(second, signal.SIGKILL)
        until(lambda: set(online()) - {second})
        time.sleep(supervise.LOOK_EVERY)  # until each of them has looked again
    assert len(online()) == 1
    assert len(spawn.children) == 3
    assert any("is online and takes up the runs" in line for lines in messages for line in lines)


def test_a_frozen_worker_is_replaced(monkeypatch):
    monkeypatch.setenv("HEARTBEAT_TIMEOUT_SECONDS", "2")
    settings.cache_clear()
    try:
        worker.ensure_worker()
        [frozen] = online()
        os.kill(frozen, signal.SIGSTOP)
        with supervised([].append):
            until(lambda: set(online()) - {frozen})
    finally:
        monkeypatch.undo()
        settings.cache_clear()


def test_silence_that_is_met_once_starts_nobody(monkeypatch):
    """After a machine has slept, everybody's last beat is old."""
    starts = []
    monkeypatch.setattr(supervise, "ensure_worker", lambda **_: starts.append(1))
    silent = heartbeat.Worker("x", "elsewhere", 1, 0.0, 3600.0)
    monkeypatch.setattr(heartbeat, "workers", lambda: [silent])
    supervisor = Supervisor([].append)
    supervisor.look()
    assert not starts
    supervisor.look()
    assert starts


@pytest.fixture
def broken(monkeypatch):
    """Workers end before they beat; pauses between tries pass at once."""
    monkeypatch.setattr(spawn, "_MODULE", "core.entry.no_such_worker")
    clock = [0.0]
    real = time.monotonic
    monkeypatch.setattr(supervise.time, "monotonic", lambda: real() + clock[0])
    return clock


def test_a_worker_that_never_comes_up_is_tried_ever_more_rarely_and_then_said_not_to_start(broken):
    messages = []
    supervisor = Supervisor(messages.append)
    while supervisor.failure is None:
        supervisor.look()
        tries = len(spawn.children)
        supervisor.look()
        assert len(spawn.children) <= max(tries, 1)  # not before the pause is over
        broken[0] += 30
    assert len(spawn.children) == 3
    assert "does not start: 3 tries have failed" in supervisor.failure.message
    assert str(spawn.log_file()) in supervisor.failure.hint
    assert [line for line in messages if "next try is in 5 seconds" in line]
    assert [line for line in messages if "next try is in 20 seconds" in line]


def test_a_waiting_command_ends_when_the_worker_does_not_start(monkeypatch):
    class Hopeless(Supervisor):
        def begin(self):
            self.failure = ConflictError("The worker does not start.", hint="See its log.")

    monkeypatch.setattr(supervise, "Supervisor", Hopeless)
    monkeypatch.setattr(watching.views, "state_of", lambda *_: "queued")
    with pytest.raises(ConflictError, match=r"does not start.*aura runs"):
        watching.watch(None, "a-run")


def test_no_worker_is_started_while_everything_is_being_stopped():
    with spawn.stopping(settings().app_data_dir), pytest.raises(ConflictError, match="being stopped"):
        worker.ensure_worker()
    worker.ensure_worker()
    assert online()


def test_a_worker_whose_starter_was_killed_is_waited_for_and_not_started_twice():
    stranger = spawn.spawn()
    spawn.children.clear()
    worker.ensure_worker()
    assert online() == [stranger.pid]
    stranger.kill()
    stranger.wait()


def test_a_supervisor_that_ends_leaves_no_worker_that_it_was_starting():
    with supervised([].append):
        until(lambda: spawn.children)
    assert [child.poll() is None for child in spawn.children] == [False]


@pytest.fixture
def tenant(people):
    from core.entry import tenants
    from core.kit.ids import new_id

    slug = f"kept-{new_id()}"
    tenants.create_tenant(people["alice"], slug, "Kept")
    return slug


def dies_after(monkeypatch, module, name):
    """The worker is killed as soon as the action has put the run in the queue, and nothing but the wait starts another."""
    act = getattr(module, name)

    def killing(*args, **more):
        result = act(*args, **more)
        kill_workers()
        monkeypatch.setattr(importing, "ensure_worker", lambda: None)
        monkeypatch.setattr(runs, "ensure_worker", lambda: None)
        return result

    monkeypatch.setattr(module, name, killing)


@pytest.mark.slow
def test_a_command_goes_on_with_another_worker_when_its_worker_is_killed(monkeypatch, tenant, capsys):
    for command, action in (("dry-run", "start"), ("import", "start"), ("rollback", "rollback")):
        args = ["latest"] if command == "rollback" else [str(TOAST_SAMPLE)]
        with monkeypatch.context() as patch:
            dies_after(patch, actions, action)
            assert main([command, *args, "--tenant", tenant]) == 0
        output = capsys.readouterr()
        assert "has ended. Starting another." in output.err
        assert "is online and takes up the runs" in output.err
    assert "the checksums are equal" in output.out


@pytest.mark.slow
def test_many_who_want_a_worker_while_they_supervise_get_one(monkeypatch):
    with supervised([].append), supervised([].append), ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda _: worker.ensure_worker(), range(4)))
        time.sleep(supervise.LOOK_EVERY * 2)
    assert len(spawn.children) == 1
