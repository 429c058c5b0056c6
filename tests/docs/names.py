"""Count bindings whose name is a pronoun or a participle: `python -m tests.docs.names [FOLDER …]` prints them.

A binding is a variable, parameter, attribute of a class, function or class; leading and trailing underscores and case
do not matter. A name must say what it holds: `row`, `message`, `existing_ids`, not `one`, `told`, `known`.
"""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).parents[2]
FOLDERS = ("core", "pages", "adapters", "mock_data", "benchmarks", "scripts", "tests", "app.py")

VAGUE = frozenset((Path(__file__).parent / "vague_names.txt").read_text().split())
"""Pronouns and participles that no binding may be called."""


DEFINITIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.ExceptHandler)


class Binding(NamedTuple):
    path: Path
    line: int
    name: str


def bindings(path: Path) -> Iterator[Binding]:
    """List what a module binds, in no particular order."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            yield Binding(path, node.lineno, node.id)
        elif isinstance(node, ast.arg):
            yield Binding(path, node.lineno, node.arg)
        elif isinstance(node, DEFINITIONS) and node.name:
            yield Binding(path, node.lineno, node.name)


def is_vague(name: str) -> bool:
    return name.strip("_").lower() in VAGUE


def modules(folders: tuple[str, ...] = FOLDERS) -> list[Path]:
    """List the Python files of the folders and files, by path."""
    paths = (ROOT / folder for folder in folders)
    return sorted(path for start in paths for path in ([start] if start.is_file() else start.rglob("*.py")))


def main() -> None:
    total, vague = 0, list[Binding]()
    for path in modules(tuple(sys.argv[1:]) or FOLDERS):
        module_bindings = list(bindings(path))
        total += len(module_bindings)
        vague += [binding for binding in module_bindings if is_vague(binding.name)]
    lines = [f"{binding.path.relative_to(ROOT)}:{binding.line}: {binding.name}" for binding in vague]
    lines.append(f"{len(vague)} of {total} bindings are pronouns or participles: {len(vague) / total:.2%}")
    sys.stdout.write("\n".join(lines) + "\n")


if __name__ == "__main__":
    main()
