"""In a demo, and nowhere else, sales may show the whole product; no page can make a customer a demo."""

from __future__ import annotations

import ast
import importlib
import inspect
import pkgutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DatabaseError

import core
from core.context import Context
from core.db.session import TenantSession
from core.engine.progress.portfolio import portfolio_migrations
from core.engine.runs import views
from core.engine.runs.actions import _KINDS, rollback
from core.engine.runs.tables import Run
from core.engine.sources.actions import create_migration
from core.errors import NotAllowedError
from core.kit.ids import new_id
from core.platform.access.actions import enter
from core.platform.access.refusals import refusal
from core.platform.access.rules import DEMO_ROLES, PERMISSIONS, ROLES, permissions_of

ROOT = Path(__file__).resolve().parents[3]
SHOWING = {
    "migration.write",
    "mapping.edit",
    "ai.ask",
    "validation.run",
    "run.dry",
    "run.start",
    "run.control",
    "run.rollback",
    "personal.read",
}


@pytest.fixture
def imported_by() -> Callable[..., str]:
    """Gives an import in a state that a person started; its id."""

    def add(context: Context, state: str) -> str:
        migration = create_migration(context, "Move").id
        run = Run(
            tenant_id=context.tenant.id,
            id=new_id(),
            created_at=context.now,
            migration_id=migration,
            validation_id=new_id(),
            kind="import",
            state=state,
            phase="completion",
            step="Done",
            plan={"domain": "restaurant", "source": "toast", "entities": []},
            plan_hash="",
            rows_total=0,
            rows_done=0,
            totals={},
            checksums={},
            worked_seconds=0.0,
            created_by=context.person,
            updated_at=context.now,
        )
        context.session.add(run)
        context.session.commit()
        return run.id

    return add


def _guarded() -> Iterator[Callable[..., object]]:
    """Every action and view of the product, once."""
    checked = set()
    for module in pkgutil.walk_packages(core.__path__, "core."):
        if ".migrations" in module.name or module.name.endswith("__main__"):
            continue
        for function in vars(importlib.import_module(module.name)).values():
            if callable(function) and getattr(function, "permission", None) in PERMISSIONS:
                name = f"{function.__module__}.{function.__qualname__}"
                if name not in checked:
                    checked.add(name)
                    yield function


def _refused(context: Context, function: Callable[..., object]) -> bool:
    """Whether the guard turns the call away; what an allowed call makes of senseless arguments does not matter."""
    positional, keywords = [], {}
    for parameter in list(inspect.signature(inspect.unwrap(function)).parameters.values())[1:]:
        if parameter.default is not inspect.Parameter.empty:
            continue
        if parameter.kind is inspect.Parameter.KEYWORD_ONLY:
            keywords[parameter.name] = object()
        else:
            positional.append(object())
    try:
        function(context, *positional, **keywords)
    except NotAllowedError:
        return True
    except Exception:  # noqa: BLE001  (the guard let it through, which is the question)
        return False
    finally:
        context.session.rollback()
    return False


def _permissions_refused(context: Context) -> set[str]:
    """The permissions of the actions and views that turn the person away; each must do so for all of its functions."""
    outcome: dict[str, set[bool]] = {}
    for function in _guarded():
        permission = str(function.__dict__["permission"])
        outcome.setdefault(permission, set()).add(_refused(context, function))
    assert all(len(answers) == 1 for answers in outcome.values()), outcome
    return {permission for permission, answers in outcome.items() if answers == {True}}


def test_every_permission_is_asked_for_somewhere() -> None:
    permissions = {function.permission for function in _guarded()}
    permissions.add(portfolio_migrations.__dict__["portfolio_permission"])
    permissions |= {
        permission for _, permission in _KINDS.values()
    }  # starting a run asks for that of its kind
    for path in (ROOT / "core").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "require":
                permissions |= {word.value for word in node.args if isinstance(word, ast.Constant)}
    assert sorted(PERMISSIONS - permissions) == []


def test_a_rollback_of_others_imports_needs_more_than_a_start() -> None:
    may_start = {role for role, permissions in ROLES.items() if "run.start" in permissions}
    assert {role for role, permissions in ROLES.items() if "run.rollback" in permissions} == may_start
    assert {role for role, permissions in ROLES.items() if "run.rollback_any" in permissions} < may_start


def test_a_specialist_rolls_back_the_imports_of_the_specialist_and_a_manager_any(
    alice: Context, bob: Context, imported_by: Callable[..., str]
) -> None:
    hers, his = imported_by(alice, "awaiting_approval"), imported_by(bob, "awaiting_approval")
    assert "rollback" not in views.run(bob, hers).can
    with pytest.raises(NotAllowedError):
        rollback(bob, hers)
    assert (
        refusal(views.run(bob, hers).undo_permission)
        == "Your role cannot roll back an import that somebody else started; ask a manager."
    )
    assert "rollback" in views.run(bob, his).can
    assert "rollback" in views.run(alice, his).can
    assert rollback(bob, his).state == "rolling_back"


@pytest.mark.demo
def test_sales_in_a_demo_may_show_the_whole_way_and_no_more(sam: Context) -> None:
    assert sam.permissions == ROLES["sales"] | SHOWING | {"run.rollback_any"}
    assert not sam.permissions & {
        "run.approve",
        "settings.edit",
        "ai.prices",
        "audit.read",
        "export.personal",
    }
    refused = _permissions_refused(sam)
    assert not refused & SHOWING
    assert {"run.approve", "settings.edit", "ai.prices"} <= refused


def test_sales_at_a_customer_that_is_no_demo_may_none_of_it(sam: Context) -> None:
    assert sam.permissions == ROLES["sales"]
    assert SHOWING - {"run.start"} <= _permissions_refused(sam)  # starting asks for run.dry first


@pytest.mark.demo
@pytest.mark.parametrize("handle", ["alice", "bob"])
def test_other_roles_may_in_a_demo_what_they_may_anywhere(
    handle: str, join: Callable[[str], Context]
) -> None:
    context = join(handle)
    assert context.permissions == ROLES[context.role]


@pytest.mark.parametrize("is_demo", [True, False])
@pytest.mark.parametrize("role", ROLES)
def test_a_demo_adds_to_a_role_and_never_takes(role: str, *, is_demo: bool) -> None:
    extra = DEMO_ROLES.get(role, frozenset()) if is_demo else frozenset()
    assert permissions_of(role, is_demo=is_demo) == ROLES[role] | extra
    assert DEMO_ROLES.keys() <= ROLES.keys()


@pytest.mark.parametrize("is_demo", [True, False])
def test_the_database_keeps_a_customer_from_becoming_a_demo_and_the_reverse(
    people: dict[str, str], *, is_demo: bool
) -> None:
    from core.entry.tenants import create_tenant

    slug = f"kept-{new_id()}"
    tenant = create_tenant(people["alice"], slug, slug, is_demo=is_demo)
    change = text("update tenant set is_demo = not is_demo where id = :tenant")
    with TenantSession(tenant, people["alice"]) as session, pytest.raises(DatabaseError, match="is_demo"):
        session.execute(change, {"tenant": tenant})
    with TenantSession(tenant, people["alice"]) as session:
        session.execute(text("update tenant set name = 'Renamed' where id = :tenant"), {"tenant": tenant})
        session.commit()
    with enter(people["alice"], slug) as context:
        assert (context.tenant.name, context.tenant.is_demo) == ("Renamed", is_demo)


def test_no_page_makes_tenants_members_or_demos() -> None:
    for path in sorted((ROOT / "pages").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ImportFrom):
                names = {f"{node.module}.{alias.name}" for alias in node.names} | {str(node.module)}
                assert not names & {"core.entry.tenants", "core.platform.access.tables"}, path
            if isinstance(node, ast.Call) and "is_demo" in {keyword.arg for keyword in node.keywords}:
                assert ast.unparse(node.func) == "permissions_of", path  # looked up, not made
