"""Sessions that know their tenant. This is the only module that may set app.tenant and app.person.

Both are set at the start of each transaction and end with it, so a pooled connection carries nothing over.
Without a tenant, tenant tables are empty.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, event, text
from sqlalchemy.orm import Session, SessionTransaction

from core.db.base import app_engine

_SET = text("select set_config('app.tenant', :tenant, true), set_config('app.person', :person, true)")


class TenantSession(Session):
    """A session bound to one tenant and one person for its whole life (either may be '' for none)."""

    def __init__(self, tenant: str, person: str) -> None:
        super().__init__(app_engine(), expire_on_commit=False)
        self.tenant = tenant
        self.person = person


@event.listens_for(TenantSession, "after_begin")
def _enter_tenant(session: TenantSession, _transaction: SessionTransaction, connection: Connection) -> None:
    connection.execute(_SET, {"tenant": session.tenant, "person": session.person})


def driver_connection(session: Session) -> Any:
    """The psycopg connection of the session's transaction, for COPY."""
    return session.connection().connection.driver_connection
