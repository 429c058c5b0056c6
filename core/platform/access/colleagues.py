"""Tell who else reaches a customer, who of them may do something there, and where one person is enough."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Text, column, func, select

from core.context import Context
from core.db.types import Id
from core.platform.access.refusals import could
from core.platform.access.rules import STAFF, permissions_of


@dataclass(frozen=True, slots=True)
class Colleague:
    """One of the operator's people with the role held at a customer."""

    person_id: str
    name: str
    role: str


def who_may(context: Context, permission: str) -> list[Colleague]:
    """List other people of the staff who have a permission in the context's tenant, by role and name.

    Active people who reach the tenant, and whom the person sees.
    """
    reached = func.people_reaching().table_valued(
        column("person_id", Id), column("name", Text), column("role", Text)
    )
    rows = context.session.execute(select(reached.c.person_id, reached.c.name, reached.c.role)).all()
    colleagues = [Colleague(row.person_id, row.name, row.role) for row in rows if row.role in STAFF]
    return sorted(
        (
            colleague
            for colleague in colleagues
            if colleague.person_id != context.person
            and permission in permissions_of(colleague.role, is_demo=context.tenant.is_demo)
        ),
        key=lambda colleague: (STAFF.index(colleague.role), colleague.name),
    )


def who_could(people: Sequence[Colleague]) -> str:
    """Word who could do what somebody may not: 'Alice Moreau (manager) can.'; '' for nobody."""
    return could([(colleague.name, colleague.role) for colleague in people])


DEMO, ALONE = "demo", "alone"
"""Why one person completed what takes two: it was a demo, or nobody else of the staff may."""


def single_person(context: Context, permission: str) -> str | None:
    """Tell why one person may complete what takes a second one with the permission: DEMO, ALONE; None where not.

    It is asked once in a session; the second time the answer is that of the first.
    """
    if context.tenant.is_demo:
        return DEMO
    if not context.may(permission):
        return None
    known: dict[str, str | None] = context.session.info.setdefault("single_person", {})
    if permission not in known:
        known[permission] = None if who_may(context, permission) else ALONE
    return known[permission]
