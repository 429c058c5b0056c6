"""A console of its own for the journeys: the real server and worker, a fresh database, a real browser."""

from __future__ import annotations

import json
import os
import runpy
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from tests.e2e.tabs import new_tab
from tests.installations import Content, environment, install

FOLDER = Path(__file__).resolve().parent
ROOT = FOLDER.parents[1]
PATIENCE = 300  # seconds a start may take on a busy machine, the demo built included
expect.set_options(timeout=60_000)  # milliseconds; Playwright's own five seconds are too few there
_FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"]


_RUNNING: list[tuple[subprocess.Popen[bytes], Path]] = []
"""Consoles started and not yet stopped: the process of each and its data folder."""


@pytest.hookimpl(trylast=True)
def pytest_runtest_teardown(nextitem: pytest.Item | None) -> None:
    """Stop the consoles after the last journey: an idle one would slow down every test that follows."""
    if nextitem is None or not nextitem.path.is_relative_to(FOLDER):
        while _RUNNING:
            _stop(*_RUNNING.pop())


@dataclass(frozen=True)
class Console:
    address: str
    folder: Path
    root: Path = ROOT

    @property
    def environment(self) -> dict[str, str]:
        return environment(self.folder) | {"PYTHONWARNINGS": "default"}

    def aura(self, *arguments: str) -> str:
        """A command on the console's own database."""
        return self.python("-m", "core.entry.cli", *arguments)

    def python(self, *arguments: str) -> str:
        """What a Python process of its own prints that works on the console's database."""
        done = subprocess.run(
            [sys.executable, *arguments], cwd=ROOT, env=self.environment, check=False, capture_output=True
        )
        assert done.returncode == 0, done.stderr.decode()
        return done.stdout.decode()


@pytest.fixture(scope="session")
def console(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Console]:
    """Serves tenant 'bistro', which Alice manages and which is empty."""
    console = new_console(tmp_path_factory, Content.EMPTY)
    console.aura("tenant", "create", "bistro", "--name", "Bistro Verde")
    yield from served(console)


@pytest.fixture(scope="session")
def demo_console(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Console]:
    """Serves the demo tenants; every test of them shares this console."""
    yield from served(new_console(tmp_path_factory, Content.DEMO), "--demo")


@dataclass(frozen=True)
class Imported:
    """A migration whose Next is open on each step."""

    id: str
    name: str


_FIND = """
import json
from core.engine.runs import views as runs
from core.engine.sources import views as sources
from core.entry.demo import seed_cast
from core.platform.access.actions import enter
with enter(seed_cast()['alice'], 'bella') as context:
    over = next(run for run in runs.runs(context) if run.kind == 'import' and run.state == 'completed')
    print(json.dumps([over.migration_id, sources.migration(context, over.migration_id).name]))
"""


@pytest.fixture(scope="session")
def imported(demo_console: Console) -> Imported:
    """Bella's migration that is imported already."""
    return Imported(*json.loads(demo_console.python("-c", _FIND)))


def new_console(tmp_path_factory: pytest.TempPathFactory, content: Content) -> Console:
    folder = tmp_path_factory.mktemp("console")
    install(folder, content)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    return Console(f"http://127.0.0.1:{port}", folder)


def served(console: Console, *options: str) -> Iterator[Console]:
    """Start `aura serve` with the options, hand the console over when it answers, and stop it afterwards."""
    log = console.folder / "console.log"
    with log.open("wb") as output:
        server = subprocess.Popen(
            _aura("serve", "--port", console.address.rpartition(":")[2], *options),
            cwd=ROOT,
            env=console.environment,
            stdout=output,
            stderr=subprocess.STDOUT,
        )
    _RUNNING.append((server, console.folder))
    try:
        _wait(f"{console.address}/_stcore/health", server, log)
        yield console
    finally:
        if (server, console.folder) in _RUNNING:
            _RUNNING.remove((server, console.folder))
            _stop(server, console.folder)


# Not for the whole session: Playwright keeps an event loop running, which other tests cannot share.
@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    installer = runpy.run_path(str(Path(__file__).with_name("install_browser.py")))
    path = installer["find"]()
    if path is None:
        pytest.fail(f"The journeys need a browser. {installer['MANUAL']}")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=_FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def page(browser: Browser, request: pytest.FixtureRequest) -> Iterator[Page]:
    """A tab of its own; what it showed last is kept in test-results/ when the test fails."""
    tab = new_tab(browser)
    failures = request.session.testsfailed
    yield tab
    if request.session.testsfailed > failures:
        folder = ROOT / "test-results"
        folder.mkdir(exist_ok=True)
        tab.screenshot(path=str(folder / f"{request.node.name}.png"), full_page=True)
    tab.context.close()


def _aura(*arguments: str) -> list[str]:
    return [sys.executable, "-m", "core.entry.cli", *arguments]


def _wait(address: str, server: subprocess.Popen[bytes], log: Path) -> None:
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until and server.poll() is None:
        with suppress(httpx.TransportError):
            if httpx.get(address, timeout=2).is_success:
                return
        time.sleep(0.2)
    pytest.fail(f"The console did not start:\n{log.read_text()[-3000:]}")


def _stop(server: subprocess.Popen[bytes], folder: Path) -> None:
    """The worker is a child of the console; the embedded database stops last."""
    process = subprocess.run(
        ["pgrep", "-P", str(server.pid), "-f", "core.entry.worker"], capture_output=True, check=False
    )
    for child in process.stdout.split():
        with suppress(ProcessLookupError):
            os.kill(int(child), signal.SIGTERM)
    server.terminate()
    try:
        server.wait(30)
    except subprocess.TimeoutExpired:
        server.kill()
        server.wait()
    postmaster = folder / "pg" / "postmaster.pid"
    with suppress(FileNotFoundError, ProcessLookupError):
        os.kill(int(postmaster.read_text().split()[0]), signal.SIGINT)
