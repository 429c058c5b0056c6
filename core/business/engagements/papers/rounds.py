"""Go round the customers of the operator for a job: find by the portfolio where there is something to do, and go there."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import RowMapping, TextClause, func, select

from core.context import Context
from core.db.session import TenantSession
from core.db.types import Id
from core.errors import NotFoundError
from core.kit import clock
from core.platform.access.actions import enter_as_worker
from core.platform.access.rules import SUPERVISORS
from core.platform.events.recipients import people_in_roles


def supervisor() -> str | None:
    """Return a supervisor (id) of the installation's operator, who reaches every customer; None where there is none.

    The program's lines in the audit log stand in the name of a person.
    """
    with TenantSession("", "") as session:
        operator = session.scalar(select(func.operator_tenant(type_=Id)))
    if operator is None:
        return None
    with TenantSession(operator, "", system=True) as session:
        return next(iter(people_in_roles(session, SUPERVISORS)), None)


def portfolio_rows(query: TextClause, params: Callable[[datetime], Mapping[str, Any]]) -> list[RowMapping]:
    """Read rows of portfolio views as a supervisor sees them; `params` are those of the query at a moment. None: no rows."""
    person = supervisor()
    if person is None:
        return []
    with TenantSession("", person) as session:
        return list(session.execute(query, params(clock.now())).mappings())


def contexts_of(customer: str) -> Iterator[Context]:
    """Enter a customer (id) as the program; nothing where it is gone by now."""
    person = supervisor()
    if person is None:
        return
    try:
        with enter_as_worker(customer, person) as context:
            yield context
    except NotFoundError:
        return
