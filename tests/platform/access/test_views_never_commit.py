"""A view reads: neither it nor a helper of its module commits. What is written to the audit log is an action's."""

import ast
from pathlib import Path

import core

MODULES = sorted(Path(core.__path__[0]).rglob("*.py"))


def _functions(tree):
    return {node.name: node for node in tree.body if isinstance(node, ast.FunctionDef)}


def _guards(function):
    """Names of the decorators that take arguments: 'view', 'action'."""
    calls = [node.func for node in function.decorator_list if isinstance(node, ast.Call)]
    return {call.id for call in calls if isinstance(call, ast.Name)}


def _commits(function, functions):
    """Whether the function commits, by itself or through functions of its module that are no actions."""
    pending, visited = [function], set()
    while pending:
        node = pending.pop()
        visited.add(node.name)
        calls = [call.func for call in ast.walk(node) if isinstance(call, ast.Call)]
        if any(isinstance(call, ast.Attribute) and call.attr == "commit" for call in calls):
            return True
        helpers = {call.id for call in calls if isinstance(call, ast.Name)} & functions.keys() - visited
        pending += [functions[name] for name in helpers if "action" not in _guards(functions[name])]
    return False


def test_no_view_commits():
    committing = []
    views = 0
    for path in MODULES:
        functions = _functions(ast.parse(path.read_text(encoding="utf-8")))
        for function in functions.values():
            if "view" in _guards(function):
                views += 1
                if _commits(function, functions):
                    committing.append(f"{path.stem}.{function.name}")
    assert views > 40
    assert committing == []
