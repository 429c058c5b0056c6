"""Find and stop the processes that work on one data folder: consoles, workers, commands, the embedded database.

They are found by the machine's own list of processes, by command line and environment: nothing has to be written
down that a killed process would leave behind.
"""

from __future__ import annotations

import itertools
import os
import signal
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import psutil
from pydantic_settings import DotEnvSettingsSource

from core.entry import spawn
from core.settings import Settings, settings

CONSOLE, WORKER, HAND_WORKER, COMMAND, DATABASE = "console", "worker", "aura worker", "command", "database"
STOP_SECONDS = 20.0
"""How long a process may take to leave before it is killed."""

_DATABASE_SIGNALS = (signal.SIGINT, signal.SIGQUIT)
"""PostgreSQL's fast shutdown; if that hangs, the immediate one."""


@dataclass(frozen=True, slots=True)
class Member:
    """A process of the data folder. `role` is one of the names above; `detail` is a port or a command."""

    role: str
    process: psutil.Process
    detail: str = ""

    @property
    def pid(self) -> int:
        return int(self.process.pid)

    def __str__(self) -> str:
        return f"{self.role}{f' {self.detail}' if self.detail else ''} (process {self.pid})"


def members(folder: Path | None = None) -> list[Member]:
    """List the processes of this user that work on the data folder (default: that of the settings), but not this one."""
    folder = (folder or settings().app_data_dir).resolve()
    return [*_programs(folder), *_database(folder)]


def stop_all(folder: Path | None = None) -> list[Member]:
    """Stop the console, then workers and commands, then the embedded database; list what was stopped.

    Meanwhile no supervisor starts a worker again.
    """
    with spawn.stopping(folder or settings().app_data_dir):
        return _stop_all(folder)


def _stop_all(folder: Path | None) -> list[Member]:
    running = members(folder)
    for roles in ((CONSOLE,), (COMMAND, WORKER, HAND_WORKER)):
        _stop([member for member in running if member.role in roles], signal.SIGTERM)
    # Whoever was last to leave may have stopped the database already; it still counts as stopped by us.
    _stop([member for member in running if member.role == DATABASE], *_DATABASE_SIGNALS)
    late = members(folder)  # started while the others ended
    _stop([member for member in late if member.role != DATABASE], signal.SIGTERM)
    _stop([member for member in late if member.role == DATABASE], *_DATABASE_SIGNALS)
    return [*running, *late]


def leave() -> None:
    """End the workers that were started for this data folder, unless another console or command works on it."""
    running = list(_programs(settings().app_data_dir.resolve()))
    if not any(member.role in {CONSOLE, COMMAND} for member in running):
        _stop([member for member in running if member.role == WORKER], signal.SIGTERM)


def _programs(folder: Path) -> Iterator[Member]:
    for process in psutil.process_iter(["cmdline"]):
        if process.pid == os.getpid() or not process.info["cmdline"]:
            continue
        role, detail = _role(process.info["cmdline"])
        if role:
            with suppress(psutil.Error, OSError):
                if _folder_of(process) == folder:
                    yield Member(role, process, detail)


def _database(folder: Path) -> Iterator[Member]:
    """Find the embedded server's first process; it ends the others."""
    with suppress(OSError, ValueError, IndexError, psutil.Error):
        process = psutil.Process(int((folder / "pg" / "postmaster.pid").read_text().split()[0]))
        if str(folder / "pg") in process.cmdline():
            yield Member(DATABASE, process)


def _role(command: Sequence[str]) -> tuple[str, str]:
    """Tell the role of a process by its command line: ('console', 'on port 8501'); ('', '') where it is none of ours."""
    if "python" not in Path(command[0]).name:  # a wrapper such as `timeout` carries the same words
        return "", ""
    if "core.entry.worker" in command:
        return WORKER, ""
    if "streamlit" in command and any(Path(part).name == "app.py" for part in command):
        return CONSOLE, _port(command)
    name = next((at for at, part in enumerate(command) if _is_command(at, part, command)), None)
    if name is None:
        return "", ""
    verb = next(iter(command[name + 1 :]), "")
    roles = {"serve": CONSOLE, "worker": HAND_WORKER, "stop": ""}
    return roles.get(verb, COMMAND), "" if verb in roles else verb  # `stop` needs neither worker nor database


def _is_command(at: int, part: str, command: Sequence[str]) -> bool:
    if part == "core.entry.cli":
        return command[at - 1] == "-m"
    # `aura` as Python runs it; the shell script of that name becomes this.
    return at == 1 and Path(part).name == "aura"


def _port(command: Sequence[str]) -> str:
    after = dict(itertools.pairwise(command))
    return f"on port {after['--server.port']}" if "--server.port" in after else ""


def _folder_of(process: psutil.Process) -> Path | None:
    """Return the data folder a process works on: that of its environment, else the default of its checkout."""
    cwd = Path(process.cwd())
    if _is_foreign(cwd, process.info["cmdline"]):
        return None
    # In any case, as the settings read it; an empty one is the folder it works in.
    environment = {name.upper(): str(value) for name, value in process.environ().items()}
    if "APP_DATA_DIR" in environment:
        return Path(cwd, environment["APP_DATA_DIR"]).resolve()
    paths = [cwd, *(Path(part) for part in process.info["cmdline"] if part.startswith("/"))]
    above = (folder for path in paths for folder in (path, *path.parents))
    checkout = next((folder for folder in above if (folder / "core" / "settings.py").is_file()), None)
    return Path(cwd, _default_folder(checkout)).resolve() if checkout else None


def _is_foreign(cwd: Path, command: Sequence[str]) -> bool:
    """Return whether it is another product's Streamlit: an app.py without our settings beside it."""
    app = next((part for part in command if Path(part).name == "app.py"), None)
    if app is None or "streamlit" not in command:
        return False
    return not (Path(cwd, app).parent / "core" / "settings.py").is_file()


def _default_folder(checkout: Path) -> Path:
    """Return where a checkout's processes work by default: by its `.env`, else data/local."""
    folder = DotEnvSettingsSource(Settings, env_file=checkout / ".env")().get("app_data_dir")
    return Path(str(folder)) if folder else checkout / "data" / "local"


def _stop(running: Iterable[Member], number: signal.Signals, harder: signal.Signals = signal.SIGKILL) -> None:
    """Signal, wait, and signal harder what has not ended by then."""
    processes = [member.process for member in running]
    for process in processes:
        with suppress(psutil.Error):
            process.send_signal(number)
    for process in _wait(processes):
        with suppress(psutil.Error):
            process.send_signal(harder)
    _wait(processes)


def _wait(processes: Sequence[psutil.Process]) -> list[psutil.Process]:
    """Wait at most STOP_SECONDS; the processes that still run. One whose parent has not asked for its end has ended."""
    until = time.monotonic() + STOP_SECONDS
    while (alive := [process for process in processes if _runs(process)]) and time.monotonic() < until:
        time.sleep(0.05)
    return alive


def _runs(process: psutil.Process) -> bool:
    with suppress(psutil.Error):
        return bool(process.is_running() and process.status() != psutil.STATUS_ZOMBIE)
    return False
