"""Data folders to start from: one whose database is current and empty, one with the demo in it.

Each is built once in a run of the suite, by the product's own commands on an empty folder, and copied for every test
that wants a console of its own.
"""

from __future__ import annotations

import atexit
import os
import shutil
import subprocess
import sys
import tempfile
from enum import StrEnum
from pathlib import Path

from fasteners import InterProcessLock

ROOT = Path(__file__).resolve().parent.parent
_SHARED = "AURA_TESTS_FOLDER"
"""The variable that names the folder of the originals; the suite's parallel processes inherit it."""


class Content(StrEnum):
    """What a data folder has: a database without tenants, or the demo's tenants."""

    EMPTY = "empty"
    DEMO = "demo"


_BUILD = {
    Content.EMPTY: "from core.db.migrate import migrate; migrate()",
    Content.DEMO: "from core.entry.serve import prepare; prepare(demo=True)",
}


def environment(folder: Path) -> dict[str, str]:
    """The environment of a process that works on the data folder, on its embedded database."""
    inherited = {
        name: value for name, value in os.environ.items() if name not in {"DATABASE_URL", "AURA_PERSON"}
    }
    return inherited | {"APP_DATA_DIR": str(folder), "PYTHONPATH": str(ROOT)}


def make_shared_folder() -> None:
    """Make the folder of the originals, in the first process of the suite; it goes with that process."""
    if _SHARED not in os.environ:
        # Not below pytest's own, which every other pytest of this user closes to the database's user.
        os.environ[_SHARED] = tempfile.mkdtemp(prefix="aura-tests-")
        atexit.register(shutil.rmtree, os.environ[_SHARED], ignore_errors=True)


def install(folder: Path, content: Content) -> None:
    """Copy a data folder with this content to `folder`; nobody works on it yet."""
    original = Path(os.environ[_SHARED]) / content
    with InterProcessLock(original.with_suffix(".lock")):
        if not original.exists():
            _build(original, content)
    folder.mkdir(parents=True, exist_ok=True)
    _copy(original, folder)


def _build(original: Path, content: Content) -> None:
    """Have the product make the content, in a process of its own: at its end the database stops in good order."""
    unfinished = original.with_name(f"{original.name}-unfinished")
    shutil.rmtree(unfinished, ignore_errors=True)  # of a build that failed
    unfinished.mkdir()
    subprocess.run(
        [sys.executable, "-c", _BUILD[content]],
        cwd=ROOT,
        env=environment(unfinished),
        check=True,
        timeout=300,
    )
    assert not (unfinished / "pg" / "postmaster.pid").exists()
    unfinished.rename(original)


def _copy(original: Path, folder: Path) -> None:
    """Owners are copied too: under root the database belongs to a user of its own."""
    sparing = ["--reflink=auto"] if sys.platform == "linux" else []
    subprocess.run(["cp", "-a", *sparing, f"{original}/.", str(folder)], check=True)
