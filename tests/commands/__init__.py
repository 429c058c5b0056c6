"""Commands of the command line for tests: each a process, forked from one that has imported it."""

from __future__ import annotations

import atexit
import functools
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

_FOLDER = Path(__file__).parent
ROOT = _FOLDER.parents[1]


def command_line(*arguments: str) -> list[str]:
    """Build the command that does what `python -m core.entry.cli ARGUMENTS` does, without its second of imports.

    The process that is started stands for the command: it takes its signals and ends with its exit code. It is not
    listed among the processes of a data folder: a test about those starts `python -m core.entry.cli` itself.
    """
    return [sys.executable, "-I", "-S", str(_FOLDER / "relay.py"), _server(), *arguments]


@functools.cache
def _server() -> str:
    """Start the server of this test process; returns the path of its socket."""
    folder = tempfile.mkdtemp(prefix="aura-commands-")
    path = f"{folder}/socket"
    process = subprocess.Popen(
        [sys.executable, str(_FOLDER / "server.py"), path],
        cwd=ROOT,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )

    def end() -> None:
        process.communicate(timeout=10)
        shutil.rmtree(folder, ignore_errors=True)

    atexit.register(end)
    assert process.stdout
    assert process.stdout.readline() == "ready\n"
    return path
