"""CONTRIBUTING answers where to change what, and each answer names a file that defines what is said."""

from __future__ import annotations

import ast
import re

import pytest

from tests.docs.names import ROOT

QUESTIONS, FILES = 20, 3
DEFINITION = re.compile(r"`([\w/]+\.py)`: `(\w+)`")


def _answers() -> dict[str, list[tuple[str, str]]]:
    """Return the places (file, name) of each question in the table "Where is …?"."""
    section = (ROOT / "CONTRIBUTING.md").read_text().split("## Where is …?")[1].split("\n## ")[0]
    rows = [line.strip("| ").split(" | ") for line in section.splitlines() if line.startswith("| ")][1:]
    return {question: DEFINITION.findall(files) for question, files in rows}


ANSWERS = _answers()


def test_twenty_questions_are_answered_by_at_most_three_files_each():
    assert len(ANSWERS) >= QUESTIONS
    assert {question: len(files) for question, files in ANSWERS.items() if not 1 <= len(files) <= FILES} == {}


@pytest.mark.parametrize("question", ANSWERS)
def test_each_file_defines_what_the_answer_names(question):
    for file, name in ANSWERS[question]:
        tree = ast.parse((ROOT / file).read_text())
        defined = {node.name for node in ast.walk(tree) if isinstance(node, (ast.FunctionDef, ast.ClassDef))}
        for node in tree.body:
            targets = (
                node.targets
                if isinstance(node, ast.Assign)
                else [node.target]
                if isinstance(node, ast.AnnAssign)
                else []
            )
            defined |= {target.id for target in targets if isinstance(target, ast.Name)}
        assert name in defined, f"{file} does not define {name}"
