"""Every command the README shows works exactly as printed, from a fresh shell in the project's folder."""

from __future__ import annotations

import os
import re
import shutil
import signal
import socket
import subprocess
import time

import pytest

from core.entry import processes
from core.settings import ROOT

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]

BLOCKS = re.findall(
    r"^```bash\n(.*?)^```", (ROOT / "README.md").read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL
)
COMMANDS = [line.partition(" #")[0].strip() for block in BLOCKS for line in block.splitlines()]
NOT_RUN = {"make test"}  # would run this test
SERVES = {"make run": "127.0.0.1", "./aura ai-emulator --port 8601": "AI_BASE_URL"}
"""Commands that run until they are stopped, and what they print once they are ready."""


@pytest.fixture(scope="module")
def shell(tmp_path_factory):
    """The environment of a fresh shell, with a data folder and a port of its own."""
    folder = tmp_path_factory.mktemp("readme")
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    environment = {name: os.environ[name] for name in ("HOME", "PATH", "LANG") if name in os.environ}
    yield environment | {"APP_DATA_DIR": str(folder), "APP_PORT": str(port)}
    processes.stop_all(folder)
    shutil.rmtree(folder, ignore_errors=True)


def start(command, shell):
    return subprocess.Popen(
        ["bash", "--noprofile", "--norc", "-c", command],
        cwd=ROOT,
        env=shell,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )


def test_the_readme_starts_with_the_commands_people_need():
    assert {"make run", "make test", "make stop"} <= set(COMMANDS)
    assert NOT_RUN | set(SERVES) <= set(COMMANDS)


@pytest.mark.parametrize("command", [command for command in COMMANDS if command not in NOT_RUN])
def test_a_command_of_the_readme_works_as_printed(shell, command):
    process = start(command, shell)
    if command not in SERVES:
        output, _ = process.communicate(timeout=240)
        assert process.returncode == 0, output
        assert "Traceback" not in output
        return
    since = time.monotonic()
    output = ""
    while SERVES[command] not in output:
        line = process.stdout.readline()
        assert line, output
        output += line
        assert time.monotonic() - since < 240, output
    os.killpg(process.pid, signal.SIGINT)
    output, _ = process.communicate(timeout=60)
    assert "Traceback" not in output


def test_aura_works_from_any_folder_and_through_a_link(shell, tmp_path):
    (tmp_path / "aura").symlink_to(ROOT / "aura")
    (tmp_path / "json.py").write_text("raise RuntimeError('a file of the folder was imported')")
    done = subprocess.run(
        ["./aura", "stop", "--json"], cwd=tmp_path, env=shell, capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stderr) == (0, "")
