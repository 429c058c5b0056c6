"""Documents that have gone stale fail the build."""

import re
import runpy
import shlex
from pathlib import Path

import pytest

from core.entry.cli.arguments import parse

ROOT = Path(__file__).resolve().parents[2]
documents = runpy.run_path(str(Path(__file__).with_name("written.py")))
DOCUMENTS = ("README.md", "CONTRIBUTING.md", "CHANGELOG.md")


def test_the_map_is_what_the_modules_say():
    assert (ROOT / "docs" / "map.md").read_text(encoding="utf-8") == documents["map_document"](), (
        "python tests/docs/written.py"
    )


def test_the_example_of_settings_is_what_the_settings_say():
    assert (ROOT / ".env.example").read_text(encoding="utf-8") == documents["environment"](), (
        "python tests/docs/written.py"
    )


def test_every_module_says_what_it_is_for():
    assert [str(path) for path in documents["modules"]() if not documents["first_sentence"](path)] == []


@pytest.mark.parametrize("document", DOCUMENTS)
def test_every_file_a_document_names_is_there(document):
    text = (ROOT / document).read_text(encoding="utf-8")
    linked = re.findall(r"\]\((?!https?://|#)([^)#]+)", text)
    paths = re.findall(r"`((?:core|adapters|pages|tests|data|mock_data|benchmarks|docs)/[\w./-]+)`", text)
    assert [name for name in linked + paths if not (ROOT / name).exists()] == []


@pytest.mark.parametrize("document", DOCUMENTS)
def test_every_command_a_document_shows_is_understood(document, capsys):
    """Argument names and choices are checked; nothing is run."""
    text = (ROOT / document).read_text(encoding="utf-8")
    for line in re.findall(r"^\./aura (?!--help).+$", text, flags=re.MULTILINE):
        command = shlex.split(line.partition("#")[0])[1:]
        assert parse(command).command, line


def test_make_knows_the_targets_that_documents_name():
    targets = set(
        re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), flags=re.MULTILINE)
    )
    text = "\n".join((ROOT / document).read_text(encoding="utf-8") for document in DOCUMENTS)
    documented_targets = set(re.findall(r"(?:^|`)make ([a-z-]+)", text, flags=re.MULTILINE))
    assert documented_targets <= targets
