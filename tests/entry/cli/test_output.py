"""What the command line writes, as a shell sees it: into a pipe that closes, past a hostile name, on Ctrl-C."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import time

import pytest

from core.settings import ROOT
from tests.commands import command_line

TOAST = "mock_data/toast/toast_sample.json"
HOSTILE = "menu\x1b[2J\r\x07\x9b\u202e"


def aura(*arguments, **more):
    return subprocess.Popen(
        command_line(*arguments),
        cwd=ROOT,
        env={name: value for name, value in os.environ.items() if name != "PYTHONUNBUFFERED"}
        | {"PYTHONPATH": str(ROOT)},
        **{"stdout": subprocess.PIPE, "stderr": subprocess.PIPE} | more,
    )


@pytest.mark.parametrize(
    "command",
    [
        ("identify", TOAST),
        ("suggest", TOAST),
        ("suggest", TOAST, "--json"),
        ("validate", TOAST),
        ("runs",),
        ("export", "--tenant", "nowhere", "--entity", "order"),
        ("recipe", "list", "--tenant", "nowhere"),
        ("costs", "--tenant", "nowhere"),
        ("coach", "--tenant", "nowhere"),
        ("stop",),
        ("--help",),
        ("nonsense",),
    ],
    ids=" ".join,
)
def test_a_reader_that_closes_the_pipe_gets_no_traceback(people, command, monkeypatch, tmp_path):
    if command == ("stop",):
        monkeypatch.setenv("APP_DATA_DIR", str(tmp_path))  # not the database of the tests
    reading, writing = os.pipe()
    os.close(reading)
    with aura(*command) as first, aura(*command, stdout=writing) as reader:
        os.close(writing)
        _, expected = first.communicate(timeout=60)
        _, errors = reader.communicate(timeout=60)
    assert b"Traceback" not in errors
    assert b"BrokenPipe" not in errors
    assert b"Exception ignored" not in errors
    assert errors == expected
    assert reader.returncode in {0, first.returncode, 141}


def test_ctrl_c_ends_a_command_without_a_traceback(people):
    with aura("ai-emulator", "--port", "0") as emulator:
        time.sleep(0.1)
        emulator.stdout.readline()
        emulator.send_signal(signal.SIGINT)
        _, errors = emulator.communicate(timeout=30)
    assert b"Traceback" not in errors
    assert emulator.returncode == 130


@pytest.fixture
def hostile(tmp_path):
    """A file whose name, columns and values try to steer the terminal."""
    path = tmp_path / f"{HOSTILE}.json"
    rows = [{f"Item{HOSTILE}": f"Soup{HOSTILE}", f"Price{HOSTILE}": f"-1.0{HOSTILE}"}, {"Item": "Salad"}]
    path.write_text(json.dumps({f"Menu{HOSTILE}": rows}), encoding="utf-8")
    return path


@pytest.mark.parametrize("command", ["identify", "suggest", "validate"])
def test_names_and_values_of_a_file_cannot_steer_the_terminal(people, hostile, command):
    with aura(command, str(hostile)) as run:
        out, errors = run.communicate(timeout=60)
    text = (out + errors).decode()
    assert not [character for character in text if character != "\n" and not character.isprintable()]
    assert "\\x1b[2J" in text or command == "suggest"  # which shows cleaned names only


@pytest.mark.parametrize("command", ["identify", "suggest", "validate"])
def test_a_document_about_hostile_names_is_valid_and_keeps_them(people, hostile, command):
    with aura(command, str(hostile), "--json") as run:
        out, errors = run.communicate(timeout=60)
    assert run.returncode == 0, errors
    assert "\\u202e" in out.decode()
    assert "\u202e" not in out.decode()
    assert "\u202e" in json.dumps(json.loads(out), ensure_ascii=False)


def test_a_refusal_about_a_hostile_name_is_one_line_that_steers_nothing(people):
    with aura("identify", "no\n\x1b]0;such\x07file.csv") as run:
        _, errors = run.communicate(timeout=60)
    assert errors.decode().count("\n") == 1
    assert "\\x1b" in errors.decode()
