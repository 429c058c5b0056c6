"""Sessions that know their tenant. This is the only module that may set app.tenant, app.person and app.system.

They are set at the start of each transaction and end with it, so a pooled connection carries nothing over.
Without a tenant, tenant tables are empty; so are those of a tenant that the person does not reach, unless the work is
the program's (`system`).
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import polars as pl
from sqlalchemy import Connection, event, text
from sqlalchemy.orm import Session, SessionTransaction

from core.db.base import app_engine

_SET = text(
    "select set_config('app.tenant', :tenant, true), set_config('app.person', :person, true),"
    " set_config('app.system', :system, true)"
)


class TenantSession(Session):
    """A session bound to one tenant and one person for its whole life (either may be '' for none).

    `system`: the program works, in the person's name, whether the person reaches the tenant or not.
    """

    def __init__(self, tenant: str, person: str, *, system: bool = False) -> None:
        super().__init__(app_engine(), expire_on_commit=False)
        self.tenant = tenant
        self.person = person
        self.system = system

    @contextmanager
    def working_in(self, tenant: str) -> Iterator[None]:
        """Work in another tenant within the open transaction, so that what belongs together is written together.

        Only the program's own work may: a person is asked by `enter` for each tenant. Objects of a tenant are changed
        inside its block alone; what is pending is written at both of its ends.
        """
        if not self.system:
            raise ValueError("only the program works in several tenants at once")
        self.flush()
        previous = self.tenant
        self._switch(tenant)
        try:
            yield
            self.flush()
        finally:
            if self.is_active:
                self._switch(previous)
            self.tenant = previous

    def act_for(self, person: str) -> None:
        """Do the rest of the open transaction in the name of a person: the audit log takes no lines of nobody."""
        if not self.system:
            raise ValueError("only the program works in the name of others")
        self.flush()
        self.person = person
        self._switch(self.tenant)

    def _switch(self, tenant: str) -> None:
        self.tenant = tenant
        self.execute(_SET, _settings(self))


@event.listens_for(TenantSession, "after_begin")
def _enter_tenant(session: TenantSession, _transaction: SessionTransaction, connection: Connection) -> None:
    connection.execute(_SET, _settings(session))


def _settings(session: TenantSession) -> dict[str, str]:
    return {
        "tenant": session.tenant,
        "person": session.person,
        "system": "yes" if session.system else "",
    }


def driver_connection(session: Session) -> Any:
    """Return the psycopg connection of the session's transaction, for COPY."""
    return session.connection().connection.driver_connection


def copy_rows(session: Session, table: str, frame: pl.DataFrame, **constants: str) -> None:
    """Add the frame's rows to a tenant table in bulk, in the open transaction; `constants` are columns equal in all rows.

    The frame's columns are the table's, ready to be written as text. COPY itself refuses tables under row-level
    security, so the rows go through a temporary table; the policy then checks them like any INSERT.
    """
    if frame.is_empty():
        return
    cursor = driver_connection(session).cursor()
    names = ", ".join(f'"{name}"' for name in frame.columns)
    cursor.execute("drop table if exists copied")
    cursor.execute(f'create temp table copied on commit drop as select {names} from "{table}" with no data')  # noqa: S608  (names of our own tables)
    with cursor.copy(f"copy copied ({names}) from stdin with (format csv)") as copy:
        copy.write(frame.write_csv(include_header=False, datetime_format="%Y-%m-%d %H:%M:%S%.6fZ").encode())
    more = "".join(f', "{name}"' for name in constants)
    placeholders = "".join(f", %({name})s" for name in constants)
    insertion = f'insert into "{table}" ({names}{more}) select {names}{placeholders} from copied'  # noqa: S608  (as above)
    cursor.execute(insertion, constants)
