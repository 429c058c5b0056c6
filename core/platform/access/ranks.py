"""Compare roles: the highest that a person holds anywhere outside of demos decides who may touch their account."""

from __future__ import annotations

from sqlalchemy import select

from core.db.session import TenantSession
from core.platform.access.rules import CUSTOMER
from core.platform.access.tables import Membership, TenantRecord

_RANKS = {CUSTOMER: 1, "sales": 2, "partner": 2, "specialist": 2, "manager": 3, "admin": 4}


def rank(role: str | None) -> int:
    """Return how high a role is: admin, manager, other staff, a customer's contact; 0 for no role and an unknown one."""
    return _RANKS.get(role or "", 0)


def highest_role(person_id: str) -> str | None:
    """Return the highest role that a person holds in any tenant that is no demo, active or not; None for none.

    A tenant that the person does not reach now (archived, or the person is not active) counts as no demo.
    """
    query = (
        select(Membership.role)
        .outerjoin(TenantRecord, TenantRecord.id == Membership.tenant_id)
        .where(Membership.person_id == person_id, TenantRecord.is_demo.is_not(True))
    )
    with TenantSession("", person_id) as session:
        roles = session.scalars(query).all()
    return max(roles, key=lambda role: (rank(role), role), default=None)
