"""Data folders to start from: one whose database is current and empty, one with the demo in it.

Each is built once in a run of the suite, by the product's own commands on an empty folder, and copied for every test
that wants a console of its own.
"""

from __future__ import annotations

import os
import subprocess
import sys
from enum import StrEnum
from pathlib import Path

import pytest
from fasteners import InterProcessLock

ROOT = Path(__file__).resolve().parent.parent


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


def install(folder: Path, content: Content, temporary: pytest.TempPathFactory) -> None:
    """Copy a data folder with this content to `folder`; nobody works on it yet."""
    base = temporary.getbasetemp()
    shared = base.parent if os.environ.get("PYTEST_XDIST_WORKER") else base
    original = shared / f"installation-{content}"
    with InterProcessLock(shared / f"{original.name}.lock"):
        if not original.exists():
            _build(original, content)
    folder.mkdir(parents=True, exist_ok=True)
    _copy(original, folder)


def _build(original: Path, content: Content) -> None:
    """Have the product make the content, in a process of its own: at its end the database stops in good order."""
    unfinished = original.with_name(f"{original.name}-unfinished")
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
