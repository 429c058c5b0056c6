"""The files by which processes know of a worker and of a stop, and the tuning of processes; nothing is started."""

from __future__ import annotations

import gc
import os
import subprocess
import sys

import psutil
import pytest

from core.entry import spawn, tuning
from core.errors import ConflictError
from core.settings import settings


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """A data folder of its own, in which no process may be started."""
    monkeypatch.setenv("APP_DATA_DIR", str(tmp_path / "data"))
    settings.cache_clear()
    monkeypatch.setattr(spawn.subprocess, "Popen", lambda *_, **__: pytest.fail("a process was started"))
    yield tmp_path / "data"
    monkeypatch.undo()
    settings.cache_clear()


def write_stop_file(folder, text):
    folder.mkdir(exist_ok=True)
    (folder / "stopping").write_text(text)


def test_a_worker_writes_its_process_id_also_into_a_folder_that_is_not_made_yet(folder):
    spawn.write_pid_file()
    assert (folder / "worker.pid").read_text() == str(os.getpid())


@pytest.mark.parametrize("content", ["", "nonsense", "-1", "1 2", "99999999999999999999"])
def test_a_pid_file_that_cannot_be_read_names_no_worker(folder, content):
    folder.mkdir()
    (folder / "worker.pid").write_text(content)
    assert spawn.coming_up([]) is None


def test_without_a_pid_file_no_worker_comes_up(folder):
    assert spawn.coming_up([]) is None


def test_a_process_of_another_program_is_no_worker_that_comes_up(folder):
    spawn.write_pid_file()  # of the tests' process
    assert spawn.coming_up([]) is None


def test_a_folder_is_being_stopped_inside_the_block_only(folder):
    folder.mkdir()
    assert not spawn.is_stopping()
    with spawn.stopping(folder):
        assert spawn.is_stopping()
    assert not spawn.is_stopping()
    assert not (folder / "stopping").exists()


def test_a_folder_that_does_not_exist_is_not_made_by_a_stop(folder):
    with spawn.stopping(folder):
        assert not folder.exists()


@pytest.mark.parametrize("content", ["", "nonsense", "1", "99999999 0.0"])
def test_a_stop_file_that_cannot_be_read_stops_nobody(folder, content):
    write_stop_file(folder, content)
    assert not spawn.is_stopping()


def test_a_stop_of_a_process_that_was_killed_is_over_although_its_number_is_used_again(folder):
    process = psutil.Process()
    write_stop_file(folder, f"{process.pid} {process.create_time() - 60}")
    assert not spawn.is_stopping()
    write_stop_file(folder, f"{process.pid} {process.create_time()}")
    assert spawn.is_stopping()


def test_while_a_folder_is_being_stopped_no_worker_is_started(folder):
    folder.mkdir()
    with spawn.stopping(folder), pytest.raises(ConflictError, match="being stopped"):
        spawn.spawn()


def test_no_worker_is_prestarted_where_one_seems_to_live_or_the_folder_is_being_stopped(folder):
    folder.mkdir()
    spawn.write_pid_file()
    spawn.prestart_worker()
    (folder / "worker.pid").unlink()
    with spawn.stopping(folder):
        spawn.prestart_worker()
    assert spawn.adopt() is None


def test_no_worker_is_prestarted_beside_a_database_server(folder, monkeypatch):
    monkeypatch.setenv("DATABASE_URL", "postgresql://aura@db.example/aura")
    settings.cache_clear()
    spawn.prestart_worker()
    assert spawn.adopt() is None


def test_to_discard_without_a_prestarted_worker_does_nothing(folder):
    spawn.discard()


def test_the_log_of_workers_lies_in_the_data_folder(folder):
    assert spawn.log_file() == settings().app_data_dir / "logs" / "worker.log"


class Child:
    """A worker that leaves when it is told to, or only when it is killed."""

    def __init__(self, *, has_ended=False, stubborn=False):
        self.pid, self.has_ended, self.stubborn, self.signals = 1, has_ended, stubborn, []

    def poll(self):
        return 0 if self.has_ended else None

    def terminate(self):
        self.signals.append("terminate")

    def kill(self):
        self.signals.append("kill")

    def wait(self, timeout=None):
        if self.stubborn:
            raise subprocess.TimeoutExpired("worker", timeout)
        return 0


@pytest.mark.parametrize(
    ("child", "signals"),
    [
        (Child(), ["terminate"]),
        (Child(stubborn=True), ["terminate", "kill"]),
        (Child(has_ended=True), []),
    ],
)
def test_a_worker_is_told_to_leave_and_killed_where_it_does_not(child, signals):
    spawn.end(child)
    assert child.signals == signals


def test_a_stranger_that_has_gone_is_over_and_takes_no_signal():
    with subprocess.Popen([sys.executable, "-c", ""]) as process:
        stranger = spawn.Stranger(psutil.Process(process.pid))
    assert stranger.poll() == -1
    stranger.terminate()
    stranger.kill()


def test_a_command_collects_garbage_seldom():
    before = gc.get_threshold()
    try:
        tuning.tune_command_gc()
        assert gc.get_threshold()[0] == 100_000
    finally:
        gc.set_threshold(*before)


def test_options_of_jemalloc_in_the_environment_stay(monkeypatch):
    monkeypatch.setenv("_RJEM_MALLOC_CONF", "narenas:4")
    tuning.tune_command_malloc()
    assert os.environ["_RJEM_MALLOC_CONF"] == "narenas:4"
