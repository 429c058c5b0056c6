"""The first start on an empty data folder, by eight processes at once: every one of them answers.

`python -m pytest tests/entry/test_first_start.py --rounds 20` tries it as often as that, each time on a new folder.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from contextlib import suppress

import pytest
from sqlalchemy import text

from core.db import turns
from core.db.base import app_engine
from core.db.turns import FileLock, Turn, advisory_lock
from core.entry import processes, tenants
from core.entry.cli.session import sign_in
from core.errors import ConflictError
from core.settings import ROOT
from tests.conftest import TOAST_SAMPLE
from tests.installations import environment

AURA = (sys.executable, "-m", "core.entry.cli")
WORKER = (*AURA, "worker")
COMMANDS = (
    (*AURA, "import", str(TOAST_SAMPLE), "--tenant", "bella"),
    (*AURA, "runs"),
    (*AURA, "tenant", "create", "bistro", "--name", "Bistro Verde"),
    (*AURA, "validate", str(TOAST_SAMPLE)),
    (*AURA, "coach", "--help"),
    (*AURA, "costs", "--tenant", "bella"),
    WORKER,
    (sys.executable, "-c", "from core.entry.serve import prepare; prepare(demo=False)"),
)
ANSWER = 60  # seconds eight processes may take together, initdb included
LOCK = 7_999_001


@pytest.fixture
def rounds(request):
    return request.config.getoption("--rounds")


def begin(command, folder, output):
    return subprocess.Popen(
        command,
        cwd=ROOT,
        env=environment(folder),
        stdin=subprocess.DEVNULL,
        stdout=output,
        stderr=subprocess.STDOUT,
        start_new_session=True,
    )


def is_ready(output):
    return "is ready" in output.read_text()


def all_answer(folder):
    """Start every command at once; the seconds until each has answered, and what the others said of one that has not."""
    folder.mkdir()
    logs = [folder / f"{number}.log" for number in range(len(COMMANDS))]
    children, since = [], time.monotonic()
    try:
        for command, log in zip(COMMANDS, logs, strict=True):
            with log.open("wb") as output:
                children.append(begin(command, folder, output))
        unready = dict(zip(children, zip(COMMANDS, logs, strict=True), strict=True))
        while unready and time.monotonic() - since < ANSWER:
            for process, (command, log) in list(unready.items()):
                code = process.poll()
                if code is not None:
                    assert code == 0, f"{command[1:]} ended with {code}: {log.read_text()[-3000:]}"
                    del unready[process]
                elif command == WORKER and is_ready(log):
                    del unready[process]
            time.sleep(0.1)
        silent = {command[1:]: log.read_text()[-500:] for command, log in unready.values()}
        assert not silent
        return time.monotonic() - since
    finally:
        processes.stop_all(folder)
        for process in children:
            with suppress(ProcessLookupError):
                os.killpg(process.pid, 9)
            process.wait()


@pytest.mark.slow
@pytest.mark.timeout(1500)
def test_eight_processes_at_once_on_an_empty_folder_all_answer(tmp_path, rounds):
    took = [all_answer(tmp_path / f"round-{number}") for number in range(rounds)]
    sys.stdout.write(f"{rounds} rounds of {len(COMMANDS)} processes: {min(took):.1f} to {max(took):.1f} s\n")


@pytest.fixture
def two(database):
    """Two connections in autocommit, as two processes have."""
    with app_engine().connect() as first, app_engine().connect() as second:
        yield (
            first.execution_options(isolation_level="AUTOCOMMIT"),
            second.execution_options(isolation_level="AUTOCOMMIT"),
        )


def test_waiting_for_another_process_ends_and_says_for_what(two, monkeypatch, caplog):
    monkeypatch.setattr(turns, "_SILENT_SECONDS", 0.1)
    first, second = two
    holder = first.scalar(text("select pg_backend_pid()"))
    turn = Turn("is counting the spoons", patience=0.5)
    with (
        advisory_lock(first, LOCK, turn),
        pytest.raises(ConflictError, match="is counting the spoons") as caught,
        advisory_lock(second, LOCK, turn),
    ):
        pytest.fail("two at once")
    assert caught.value.facts == {"postgres_process": holder}
    assert "aura stop" in caught.value.hint
    assert [record.getMessage() for record in caplog.records if record.name == "aura.start"] == [
        "Waiting up to 0 seconds: another process is counting the spoons."
    ]
    with advisory_lock(second, LOCK, turn):
        pass  # it is free again


def test_who_waits_for_another_process_has_no_transaction_open(two):
    first, second = two
    backend_id = second.scalar(text("select pg_backend_pid()"))
    turn = Turn("is counting the spoons", patience=0.5)
    with (
        advisory_lock(first, LOCK, turn),
        pytest.raises(ConflictError),
        advisory_lock(second, LOCK, turn),
    ):
        pytest.fail("two at once")
    state = first.execute(
        text("select state, xact_start from pg_stat_activity where pid = :pid"), {"pid": backend_id}
    ).one()
    assert tuple(state) == ("idle", None)


def test_a_file_that_another_process_holds_is_not_waited_for_without_end(tmp_path):
    path, turn = tmp_path / "lock", Turn("is starting the kettle", patience=0.3)
    held = "import sys, fasteners; lock = fasteners.InterProcessLock(sys.argv[1]); lock.acquire(); print(flush=True); input()"
    with subprocess.Popen(
        [sys.executable, "-c", held, str(path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as second:
        second.stdout.readline()
        with pytest.raises(ConflictError, match="is starting the kettle"), FileLock(path, turn):
            pytest.fail("two at once")
        second.kill()
    with FileLock(path, turn):
        pass


def test_a_command_waits_for_the_cast_that_another_process_is_seeding(two, people, monkeypatch):
    """Else the first person would be there, and her tenants would not."""
    monkeypatch.setattr(tenants, "_SEEDING", Turn("is seeding the demo's people", patience=0.2))
    with (
        advisory_lock(two[0], tenants.SEED_LOCK, Turn("", patience=1)),
        pytest.raises(ConflictError, match="seeding"),
    ):
        sign_in("alice")
    assert sign_in("alice") == people["alice"]
