"""Every command of the delivery desk answers as JSON, and its --help shows examples that are right usage."""

from __future__ import annotations

import importlib
import shlex

import pytest

from core.entry.cli.arguments import parse
from core.entry.cli.delivery.examples import EXAMPLES


@pytest.mark.parametrize("function", EXAMPLES)
def test_an_example_is_right_usage_of_its_command_and_of_its_json(function: str) -> None:
    module, _, name = function.partition(":")
    assert callable(getattr(importlib.import_module(f"core.entry.cli.{module}"), name))
    for example in EXAMPLES[function]:
        program, *words = shlex.split(example)
        assert program == "aura"
        assert parse(words).command == function
        assert parse([*words, "--json"]).json


def test_help_ends_with_examples_and_the_meaning_of_exit_codes(capsys: pytest.CaptureFixture[str]) -> None:
    for command in (["order", "feedback"], ["rate", "add"], ["reports"]):
        with pytest.raises(SystemExit) as end:
            parse([*command, "--help"])
        assert end.value.code == 0
        text = capsys.readouterr().out
        assert f"examples:\n  aura {' '.join(command)}" in text
        assert "1 refused" in text
