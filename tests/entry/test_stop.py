"""Stopping a console stops its worker and its database, with real processes."""

from __future__ import annotations

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from contextlib import suppress

import httpx
import psutil
import pytest

from core.entry import processes
from core.settings import ROOT
from tests.commands import command_line
from tests.installations import Content, environment, install

pytestmark = [pytest.mark.slow, pytest.mark.timeout(240)]
START, LEAVE = 120, 30  # seconds a busy machine may take


class Installation:
    """A data folder, its consoles and commands."""

    def __init__(self, folder):
        self.folder = folder
        self.environment = {
            name: value
            for name, value in environment(folder).items()
            if name not in {"MAKEFLAGS", "MAKELEVEL"}
        }
        self.started = []

    def start(self, *command):
        with (self.folder / "out.log").open("ab") as output:
            self.started.append(
                subprocess.Popen(
                    command,
                    cwd=ROOT,
                    env=self.environment,
                    stdout=output,
                    stderr=subprocess.STDOUT,
                    start_new_session=True,
                )
            )
        return self.started[-1]

    def console(self):
        """A console that answers, and whose worker lives."""
        with socket.create_server(("127.0.0.1", 0)) as free:
            port = free.getsockname()[1]
        server = self.start(sys.executable, "-m", "core.entry.cli", "serve", "--port", str(port))
        until = time.monotonic() + START
        while time.monotonic() < until:
            with suppress(httpx.TransportError):
                if httpx.get(f"http://127.0.0.1:{port}/healthz", timeout=2).is_success:
                    return server
            assert server.poll() is None, self.output()
            time.sleep(0.2)
        pytest.fail(self.output())

    def aura(self, *arguments):
        command = command_line(*arguments)
        return subprocess.run(
            command, cwd=ROOT, env=self.environment, check=True, capture_output=True, text=True, timeout=120
        ).stdout

    def output(self):
        return (self.folder / "out.log").read_text()[-3000:]

    def roles(self):
        return sorted(member.role for member in processes.members(self.folder))

    def remaining(self):
        """Everything that still works on the folder when time is up, PostgreSQL's own processes included."""
        until = time.monotonic() + LEAVE
        while (roles := self.roles()) and time.monotonic() < until:
            time.sleep(0.2)
        servers = [
            process.pid
            for process in psutil.process_iter(["cmdline"])
            if str(self.folder / "pg") in (process.info["cmdline"] or [])
        ]
        return roles + servers


@pytest.fixture
def new_installation(tmp_path):
    """An installation without a database."""
    installation = Installation(tmp_path)
    yield installation
    processes.stop_all(tmp_path)
    for process in installation.started:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()


@pytest.fixture
def installation(new_installation):
    """An installation whose database is current."""
    install(new_installation.folder, Content.EMPTY)
    return new_installation


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_stopped_console_takes_its_worker_and_its_database_along(installation, number):
    console = installation.console()
    assert installation.roles() == ["console", "database", "worker"]
    console.send_signal(number)
    console.wait(LEAVE)
    assert installation.remaining() == []
    assert "Traceback" not in installation.output()


def test_stop_ends_what_a_killed_console_left_behind_and_then_finds_nothing(installation):
    console = installation.console()
    console.kill()
    console.wait()
    assert installation.roles() == ["database", "worker"]
    stopped = json.loads(installation.aura("stop", "--json"))["stopped"]
    assert {"worker", "database"} == {member["role"] for member in stopped}
    assert installation.remaining() == []
    assert "Nothing is running" in installation.aura("stop")


def test_the_database_stops_with_a_later_console_although_an_earlier_was_killed(installation):
    killed = installation.console()
    killed.kill()
    killed.wait()
    later = installation.console()
    later.terminate()
    later.wait(LEAVE)
    assert installation.remaining() == []


def test_a_worker_goes_on_while_another_console_works_on_the_same_database(installation):
    first, second = installation.console(), installation.console()
    first.terminate()
    first.wait(LEAVE)
    time.sleep(1)
    assert installation.roles() == ["console", "database", "worker"]
    assert "on port" in installation.aura("stop")
    second.wait(LEAVE)
    assert installation.remaining() == []


def test_a_console_says_that_its_worker_was_killed_and_starts_another_that_stop_ends_for_good(installation):
    installation.console()
    [killed] = [member for member in processes.members(installation.folder) if member.role == "worker"]
    at = time.monotonic()
    killed.process.kill()
    while f"process {killed.pid}) has ended" not in installation.output() and time.monotonic() < at + START:
        time.sleep(0.1)
    assert time.monotonic() - at < 10
    while "is online and takes up the runs" not in installation.output() and time.monotonic() < at + START:
        time.sleep(0.1)
    assert installation.roles() == ["console", "database", "worker"]
    installation.aura("stop")
    time.sleep(3)  # longer than from one look of a supervisor to the next
    assert installation.remaining() == []


@pytest.mark.parametrize("folder_text", ["", "elsewhere"])
def test_stop_spares_the_worker_of_another_folder_whose_environment_names_none(tmp_path, folder_text):
    checkout, asker = tmp_path / "checkout", tmp_path / "asker"
    (checkout / "core").mkdir(parents=True)
    (checkout / "core" / "settings.py").touch()
    (checkout / ".env").write_text(f"APP_DATA_DIR={folder_text}\n" if folder_text else "")
    environment = {name: value for name, value in os.environ.items() if name != "APP_DATA_DIR"}
    for cwd, folder in (
        (checkout, checkout / (folder_text or "data/local")),
        (ROOT, ROOT / "data" / "local"),
    ):
        command = [sys.executable, "-c", "import time; time.sleep(60)", "core.entry.worker"]
        worker = subprocess.Popen(command, cwd=cwd, env=environment)
        try:
            assert worker.pid not in {member.pid for member in processes.stop_all(asker)}
            assert worker.pid not in {member.pid for member in processes.members()}
            assert worker.poll() is None
            assert worker.pid in {member.pid for member in processes.members(folder)}
        finally:
            worker.kill()
            worker.wait()


@pytest.mark.parametrize("by_environment", [True, False])
def test_stop_spares_another_product_that_runs_with_the_same_interpreter(tmp_path, by_environment):
    project, folder = tmp_path / "other", ROOT / "data" / "local"
    project.mkdir()
    (project / "app.py").touch()
    environment = {name: value for name, value in os.environ.items() if name != "APP_DATA_DIR"}
    environment |= {"APP_DATA_DIR": str(folder)} if by_environment else {}
    interpreter = str(ROOT / ".venv" / "bin" / "python")
    command = [interpreter, "-c", "import time; time.sleep(60)", "streamlit", "run"]
    processes_started = [
        subprocess.Popen([*command, app], cwd=cwd, env=environment)
        for app, cwd in (("app.py", project), (str(project / "app.py"), ROOT), ("app.py", ROOT))
    ]
    try:
        pids = {member.pid for member in processes.members(folder)}
        assert [process.pid in pids for process in processes_started] == [False, False, True]
    finally:
        for process in processes_started:
            process.kill()
            process.wait()


@pytest.mark.parametrize("name", ["app_data_dir", "APP_DATA_DIR"])
def test_the_data_folder_of_a_process_is_that_of_its_environment_in_any_case(tmp_path, name):
    environment = {name: value for name, value in os.environ.items() if name != "APP_DATA_DIR"}
    command = [sys.executable, "-c", "import time; time.sleep(60)", "core.entry.worker"]
    worker = subprocess.Popen(command, cwd=ROOT, env=environment | {name: str(tmp_path)})
    try:
        assert worker.pid in {member.pid for member in processes.members(tmp_path)}
        assert worker.pid not in {member.pid for member in processes.members(ROOT / "data" / "local")}
    finally:
        worker.kill()
        worker.wait()


@pytest.mark.skipif(shutil.which("make") is None, reason="needs make")
def test_make_run_that_is_stopped_while_it_gets_ready_leaves_nothing_behind(new_installation):
    make = new_installation.start("make", "run")
    until = time.monotonic() + START
    while "database" not in new_installation.roles() and time.monotonic() < until:
        time.sleep(0.2)
    time.sleep(2)
    os.killpg(make.pid, signal.SIGINT)
    make.wait(LEAVE)
    assert new_installation.remaining() == []
    assert "Traceback" not in new_installation.output()
