"""The matrix of roles and actions: each action and view is called as each role, in the own customer, another and the operator.

What is expected stands in matrix.yaml, written by hand; nothing of it is read from the product.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from fnmatch import fnmatchcase
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml

from core.context import Context
from core.engine.progress.portfolio import portfolio_migrations
from core.errors import NotAllowedError, NotFoundError
from core.platform.access.actions import enter, enter_as_worker
from core.platform.access.portfolio import enter_portfolio
from core.platform.access.rules import PERMISSIONS, ROLES, TABLE
from tests.platform.access.test_isolation import GUARDED
from tests.staff import add_contact, add_staff, assign, give_to, operator

STAFF = ("sales", "specialist", "partner", "manager", "admin")
EVERYWHERE = ("manager", "admin")
"""Roles that reach every customer; the others reach their own, those assigned, or their own company."""


@cache
def _table() -> list[dict[str, Any]]:
    return list(yaml.safe_load((Path(__file__).parent / "matrix.yaml").read_text(encoding="utf-8")))


@cache
def _row(name: str) -> dict[str, Any]:
    """The one row in which a function stands."""
    rows = [row for row in _table() if any(fnmatchcase(name, pattern) for pattern in row["functions"])]
    assert len(rows) == 1, f"{name} stands in {len(rows)} rows of matrix.yaml: say who may call it, once"
    return rows[0]


def _expected(role: str, *, demo: bool = False) -> dict[str, bool]:
    return {
        name: role in _row(name)["roles"] or (demo and role in _row(name).get("demo", ())) for name in GUARDED
    }


class _StoppedError(Exception):
    """The call was let through, and would now be written."""


@contextmanager
def _writing_nothing(context: Context) -> Iterator[None]:
    def stop() -> None:
        raise _StoppedError

    context.session.__dict__["commit"] = stop
    try:
        yield
    finally:
        del context.session.__dict__["commit"]


def _is_allowed(context: Context, function: Callable[..., object]) -> bool:
    """Whether the guard lets the call through; what becomes of senseless arguments does not matter."""
    permission = function.__dict__["permission"]
    parameters = list(inspect.signature(inspect.unwrap(function)).parameters.values())[1:]
    needed = [parameter for parameter in parameters if parameter.default is inspect.Parameter.empty]
    keywords = {p.name: object() for p in needed if p.kind is inspect.Parameter.KEYWORD_ONLY}
    allowed = True
    with suppress(Exception), _writing_nothing(context):  # past the guard anything may happen
        try:
            function(context, *[object() for p in needed if p.name not in keywords], **keywords)
        except NotAllowedError as error:
            allowed = error.facts.get("permission") != permission
    context.session.rollback()
    context.session.info.clear()
    return allowed


def _person(role: str, tenant: str) -> str:
    """A new person of the role who reaches the tenant."""
    if role == "customer":
        return add_contact(tenant)
    person = add_staff(role)
    if role == "sales":
        give_to(tenant, person)
    if role in {"specialist", "partner"}:
        assign(tenant, person)
    return person


def _cells(context: Context) -> dict[str, bool]:
    return {name: _is_allowed(context, function) for name, function in GUARDED.items()}


def _differing(context: Context, *, demo: bool = False) -> list[str]:
    expected = _expected(context.role, demo=demo)
    return [name for name, allowed in _cells(context).items() if allowed is not expected[name]]


def test_every_action_and_view_stands_in_one_row_and_every_row_names_some():
    rows = {_row(name)["row"] for name in GUARDED}
    assert {row["row"] for row in _table()} == rows
    unused = [
        pattern
        for row in _table()
        for pattern in row["functions"]
        if not any(fnmatchcase(name, pattern) for name in GUARDED)
    ]
    assert unused == []


@pytest.mark.parametrize("role", [*STAFF, "customer"])
def test_in_the_own_customer_a_role_may_call_what_is_written_and_nothing_else(tenants, role):
    with enter(_person(role, tenants["bella"]), tenants["bella"]) as context:
        assert context.role == role
        assert _differing(context) == []


@pytest.mark.parametrize("role", [*STAFF, "customer"])
def test_in_another_customer_only_those_who_reach_every_one_may_call_anything(tenants, role):
    person = _person(role, tenants["bella"])
    if role not in EVERYWHERE:
        with pytest.raises(NotFoundError), enter(person, tenants["coffee"]):
            pass
        return
    with enter(person, tenants["coffee"]) as context:
        assert _differing(context) == []


@pytest.mark.parametrize("role", [*STAFF, "customer"])
def test_at_the_operator_its_staff_may_call_what_is_written_and_a_contact_does_not_enter(tenants, role):
    person = _person(role, tenants["bella"])
    if role == "customer":
        with pytest.raises(NotFoundError), enter(person, operator()):
            pass
        return
    with enter(person, operator()) as context:
        assert context.tenant.kind == "operator"
        assert _differing(context) == []


@pytest.mark.demo
@pytest.mark.parametrize("role", STAFF)
def test_in_a_demo_a_role_may_call_what_is_written_for_demos(tenants, role):
    with enter(_person(role, tenants["bella"]), tenants["bella"]) as context:
        assert context.role == role
        assert _differing(context, demo=True) == []


def test_the_worker_may_call_what_is_written(people, tenants):
    with enter_as_worker(tenants["bella"], people["alice"]) as context:
        assert _differing(context) == []


@pytest.mark.parametrize("role", [*STAFF, "customer"])
def test_staff_has_a_portfolio_and_a_contact_has_none(tenants, role):
    with enter_portfolio(_person(role, tenants["bella"])) as portfolio:
        if role == "customer":
            with pytest.raises(NotAllowedError):
                portfolio_migrations(portfolio)
        else:
            assert portfolio_migrations(portfolio) is not None


def test_no_role_but_those_of_the_matrix_exists_and_no_permission_is_held_by_nobody():
    assert ROLES.keys() == {*STAFF, "customer", "worker"}
    assert frozenset().union(*ROLES.values()) == PERMISSIONS == TABLE.keys()


@pytest.mark.parametrize("role", ["specialist", "partner"])
def test_starting_an_import_asks_for_more_than_its_row(tenants, role):
    """`start` stands for dry runs and imports alike: the second question of an import is for the same roles."""
    assert {"run.dry", "run.start"} <= ROLES[role]
    assert not {"run.dry", "run.start"} & (ROLES["sales"] | ROLES["admin"] | ROLES["customer"])
