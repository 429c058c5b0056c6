"""A forked command is what a fresh interpreter would be: output, exit code, variables, folder, signals, closed pipes."""

from __future__ import annotations

import os
import signal
import subprocess
import sys

import pytest

from core.settings import ROOT
from tests.commands import command_line

MENU = "Item Name,Price\nSoup,4.50\n"


def run(command, **options):
    environment = os.environ | {"PYTHONPATH": str(ROOT)} | options.pop("environment", {})
    return subprocess.run(command, capture_output=True, env=environment, check=False, timeout=60, **options)


@pytest.mark.parametrize(
    "arguments",
    [("identify", "menu.csv"), ("nonsense",)],
    ids=" ".join,
)
def test_output_and_exit_code_are_those_of_a_fresh_interpreter(tmp_path, arguments):
    (tmp_path / "menu.csv").write_text(MENU, encoding="utf-8")
    new_process = [sys.executable, "-m", "core.entry.cli", *arguments]
    forked, expected = (run(command, cwd=tmp_path) for command in (command_line(*arguments), new_process))
    assert (forked.returncode, forked.stdout, forked.stderr) == (
        expected.returncode,
        expected.stdout,
        expected.stderr,
    )


def test_variables_are_those_of_the_caller(tmp_path):
    answer = run(
        command_line("runs"), cwd=ROOT, environment={"APP_DATA_DIR": str(tmp_path), "DATABASE_URL": "x"}
    )
    assert answer.returncode == 1
    assert b"DATABASE_URL" in answer.stderr
    (tmp_path / "menu.csv").write_text(MENU, encoding="utf-8")
    assert run(command_line("identify", "menu.csv"), cwd=tmp_path).returncode == 0


def test_a_variable_that_python_reads_at_its_start_has_an_interpreter_started(tmp_path):
    answer = run(command_line("nonsense"), cwd=ROOT, environment={"PYTHONVERBOSE": "1"})
    assert b"import 'site'" in answer.stderr
    assert answer.returncode == 2


@pytest.mark.parametrize(
    ("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, -15), (signal.SIGKILL, -9)]
)
def test_a_signal_reaches_the_command(number, code):
    command = command_line("ai-emulator", "--port", "0")
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as process:
        process.stdout.readline()
        process.send_signal(number)
        assert process.stdout.read().count(b"Traceback") == 0  # it ends where the command has ended
        assert process.wait(10) == code
