"""Context: who acts, for which tenant, when, in which transaction. The first argument of every action and view.

Portfolio stands in its place where figures of all customers of a person are read.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from zoneinfo import ZoneInfo

from core.db.session import TenantSession


@dataclass(frozen=True, slots=True)
class Tenant:
    """The tenant a context works for. `zone` is IANA, `currency` ISO 4217, `country` ISO 3166-1 alpha-2.

    `kind` is 'operator' for the company that runs the console, 'customer' for those it moves.
    An archived customer can be read and not be changed.
    """

    id: str
    name: str
    slug: str
    domain: str
    is_demo: bool
    zone: str
    currency: str
    country: str
    kind: str = "customer"
    is_archived: bool = False


@dataclass(frozen=True, slots=True)
class Context:
    """`now` is the moment the context was made, in UTC; it stays the same for everything done under it.

    `sign_in` is the sign-in session (id) of a person at the console: what is written asks whether it still holds.
    """

    session: TenantSession
    tenant: Tenant
    person: str
    name: str
    role: str
    permissions: frozenset[str]
    now: datetime
    facts: Mapping[str, str] = field(default_factory=dict)
    sign_in: str | None = None

    @property
    def today(self) -> date:
        """Return the present day at the tenant: between midnight there and midnight in UTC it is not the day in UTC."""
        return self.day_of(self.now)

    def day_of(self, moment: datetime) -> date:
        """Return the day of a moment at the tenant."""
        return moment.astimezone(ZoneInfo(self.tenant.zone)).date()

    def may(self, permission: str) -> bool:
        return permission in self.permissions


@dataclass(frozen=True, slots=True)
class Portfolio:
    """Who looks across customers: the first argument of what reads `portfolio_` views, and nothing else.

    `role` is the person's at the operator; without an operator the highest the person has in a customer.
    """

    session: TenantSession
    person: str
    name: str
    role: str
    permissions: frozenset[str]
    now: datetime

    def may(self, permission: str) -> bool:
        return permission in self.permissions
