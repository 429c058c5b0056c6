"""Sizes, folders, names, exceptions and suppressions stay within the limits of the house."""

from __future__ import annotations

import ast
import re
from collections import Counter
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from core.engine.mapping.bands import AMBER_FROM, GREEN_ABOVE
from tests.docs.names import ROOT, Binding, bindings, is_vague, modules

PRODUCT = ("core", "pages", "adapters", "mock_data", "app.py")
ALL_FOLDERS = (*PRODUCT, "benchmarks", "scripts", "tests")

FILE_LINES, PAGE_LINES, FUNCTION_LINES, FOLDER_FILES = 400, 150, 50, 20
VAGUE_SHARE = 0.005
SUPPRESSIONS = 101
"""As many as there were before the house had rules."""
TEST_SHARE = 0.6

BROAD = {
    "core/engine/runs/worker/heartbeat.py": "the worker's heartbeat, which may never stop",
    "core/engine/runs/worker/queue.py": "the worker's loop: a run says why it failed",
    "core/engine/runs/worker/retries.py": "a step's failure loses the values it names",
    "core/platform/access/actions.py": "the guard of every action: whatever is raised, its transaction is rolled back",
    "core/entry/cli/__init__.py": "the command line's outermost handler",
    "core/entry/supervise.py": "the supervisor's loop, which may never stop",
    "core/entry/web/routes.py": "the API's outermost handler",
    "pages/ui/frame.py": "the frame of every page",
}
"""Where `except Exception` stands, and why."""


def _relative(path: Path) -> str:
    return str(path.relative_to(ROOT))


@cache
def _trees(folders: tuple[str, ...]) -> list[tuple[Path, ast.Module]]:
    return [(path, ast.parse(path.read_text())) for path in modules(folders)]


def test_no_file_is_longer_than_its_kind_may_be():
    def limit(path: Path) -> int:
        return PAGE_LINES if _relative(path).startswith("pages/") else FILE_LINES

    lengths = {path: len(path.read_text().splitlines()) for path in modules(ALL_FOLDERS)}
    too_long = {_relative(path): lines for path, lines in lengths.items() if lines > limit(path)}
    assert {path: lines for path, lines in too_long.items() if "/migrations/versions/" not in path} == {}


def test_no_function_is_longer_than_fifty_lines():
    long_functions = {
        f"{_relative(path)}:{node.lineno} {node.name}": node.end_lineno - node.lineno + 1
        for path, tree in _trees(PRODUCT)
        for node in ast.walk(tree)
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef))
        and node.end_lineno is not None
        and node.end_lineno - node.lineno + 1 > FUNCTION_LINES
    }
    assert {
        place: lines for place, lines in long_functions.items() if "/migrations/versions/" not in place
    } == {}


def test_no_folder_has_more_than_twenty_modules():
    counts = Counter(path.parent for path in modules(ALL_FOLDERS) if path.name != "__init__.py")
    assert {
        _relative(folder): count
        for folder, count in counts.items()
        if count > FOLDER_FILES and folder.name != "versions"
    } == {}


def test_names_are_nouns_and_verbs_not_pronouns_or_participles():
    bound: list[Binding] = [binding for path in modules(ALL_FOLDERS) for binding in bindings(path)]
    vague = [binding for binding in bound if is_vague(binding.name)]
    share = len(vague) / len(bound)
    assert share < VAGUE_SHARE, f"{share:.2%}; python -m tests.docs.names lists them"


def test_broad_exceptions_stand_where_a_loop_or_an_outermost_handler_is():
    broad = {
        _relative(path)
        for path, tree in _trees(PRODUCT)
        for node in ast.walk(tree)
        if isinstance(node, ast.ExceptHandler)
        and (
            node.type is None
            or (isinstance(node.type, ast.Name) and node.type.id in {"Exception", "BaseException"})
        )
    }
    assert broad == set(BROAD)


def test_there_are_no_more_suppressions_than_before():
    suppressing = re.compile(r"#\s*(noqa|type:\s*ignore)")
    lines = [
        f"{_relative(path)}:{number}"
        for path in modules(ALL_FOLDERS)
        for number, line in enumerate(path.read_text().splitlines(), start=1)
        if suppressing.search(line) and path != Path(__file__)
    ]
    assert len(lines) <= SUPPRESSIONS, f"{len(lines)} suppressions"


def test_the_tests_are_as_long_as_the_code_asks_for():
    def lines(folders: tuple[str, ...]) -> int:
        return sum(len(path.read_text().splitlines()) for path in modules(folders))

    assert lines(("tests",)) / lines(("core", "pages", "adapters", "app.py")) >= TEST_SHARE


def _guarded(tree: ast.Module, decorator: str) -> Iterator[ast.FunctionDef]:
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef):
            names = [part.func if isinstance(part, ast.Call) else part for part in node.decorator_list]
            if any(isinstance(name, ast.Name) and name.id == decorator for name in names):
                yield node


def test_a_view_never_commits():
    committing = [
        f"{_relative(path)} {function.name}"
        for path, tree in _trees(("core",))
        for function in _guarded(tree, "view")
        for node in ast.walk(function)
        if isinstance(node, ast.Attribute) and node.attr == "commit"
    ]
    assert committing == []


@pytest.mark.parametrize("limit", [GREEN_ABOVE, AMBER_FROM])
def test_the_limits_of_the_bands_are_written_in_one_place(limit):
    elsewhere = [
        f"{_relative(path)}:{node.lineno}"
        for path, tree in _trees(("core", "pages"))
        for node in ast.walk(tree)
        if isinstance(node, ast.Compare)
        and "confidence" in ast.unparse(node)
        and any(isinstance(part, ast.Constant) and part.value == limit for part in node.comparators)
    ]
    assert elsewhere == []
