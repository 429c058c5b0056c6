"""Entering the portfolio of a person: the customers they reach, read through `portfolio_` views alone."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Concatenate, ParamSpec, TypeVar

from sqlalchemy import select

from core.context import Portfolio
from core.db.session import TenantSession
from core.errors import NotAllowedError, NotFoundError
from core.kit import clock
from core.platform.access.rules import PERMISSIONS, STAFF, permissions_of
from core.platform.access.sign_in_state import require_session
from core.platform.access.tables import Person
from core.platform.access.views import TenantAccess, reached_tenants
from core.platform.audit.tables import INSTALLATION
from core.platform.audit.writing import append_later

P = ParamSpec("P")
R = TypeVar("R")
Guarded = Callable[Concatenate[Portfolio, P], R]


@contextmanager
def enter_portfolio(person: str, *, sign_in: str | None = None) -> Iterator[Portfolio]:
    """Enter the portfolio of a person (id). NotFoundError for somebody who is active nowhere.

    `sign_in` is the sign-in session (id) of a person at the console; NotSignedInError where it has ended.
    """
    with TenantSession(tenant="", person=person) as session:
        if sign_in is not None:
            require_session(session, sign_in)
        role = _role(reached_tenants(session))
        name = session.scalar(select(Person.name).where(Person.id == person))
        session.rollback()
        if role is None:
            raise NotFoundError("You have no customers.", hint="Ask an administrator for access.")
        yield Portfolio(session, person, name or "", role, permissions_of(role, is_demo=False), clock.now())


def _role(reached: list[TenantAccess]) -> str | None:
    """Choose the role at the operator (the one of a demo last), else the highest in a customer."""
    at_operator = sorted(
        (access for access in reached if access.kind == "operator"), key=lambda access: access.is_demo
    )
    if at_operator:
        return at_operator[0].role
    order = [*STAFF, *sorted({access.role for access in reached} - set(STAFF))]
    return min((access.role for access in reached), key=order.index, default=None)


def portfolio_view(permission: str) -> Callable[[Guarded[P, R]], Guarded[P, R]]:
    """Guard a read across customers; a refusal is noted in the installation's audit log."""
    if permission not in PERMISSIONS:
        raise ValueError(f"{permission!r} is not a permission of any role")

    def decorate(function: Guarded[P, R]) -> Guarded[P, R]:
        @functools.wraps(function)
        def guarded(portfolio: Portfolio, /, *args: P.args, **kwargs: P.kwargs) -> R:
            if not portfolio.may(permission):
                _note_refusal(portfolio, permission)
                raise NotAllowedError(
                    f"Your role ({portfolio.role}) may not do this.",
                    hint="Ask a manager.",
                    permission=permission,
                )
            return function(portfolio, *args, **kwargs)

        guarded.__dict__["portfolio_permission"] = permission  # read by the tests over all views
        return guarded

    return decorate


def _note_refusal(portfolio: Portfolio, permission: str) -> None:
    with TenantSession(INSTALLATION, portfolio.person) as session:
        append_later(
            session,
            "access.refused",
            "permission",
            permission,
            reason=None,
            facts={"role": portfolio.role},
        )
        session.commit()
