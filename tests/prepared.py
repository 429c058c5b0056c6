"""Customers to start from: tenants whose migration has come to a certain step.

Each state is reached once in a process, by the product's own actions in new tenants, and the rows it has left are
copied. Every later test that asks for the state finds exactly these rows in these tenants, whatever the test before
it did there.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from sqlalchemy import Engine, create_engine

from adapters import SOURCES
from core.context import Context
from core.db import embedded
from core.db.base import DATABASE
from core.db.keys import TenantKey
from core.db.migrate import all_metadata
from core.engine.mapping import views
from core.engine.mapping.actions import Decision, accept_above, decide_many, suggest_mapping
from core.engine.mapping.tables import ConfidenceOutcome, MappingMemory
from core.engine.sources.actions import add_file, create_migration
from core.engine.validation.actions import validate

TOAST = Path(__file__).resolve().parent.parent / "mock_data" / "toast" / "toast_sample.json"


def _suggested(alice: Context) -> str:
    """The Toast sample, taken in, its mapping suggested."""
    migration = create_migration(alice, "Toast sample").id
    add_file(alice, migration, TOAST, SOURCES)
    suggest_mapping(alice, migration, SOURCES)
    return migration


def _validated(alice: Context) -> str:
    """The Toast sample, its mapping suggested, validated."""
    migration = _suggested(alice)
    validate(alice, migration)
    return migration


def _decide_all(alice: Context) -> str:
    """The Toast sample: everything over 90% accepted, the other fields left out, so that an import could start."""
    migration = _suggested(alice)
    accept_above(alice, migration, 0.9)
    undecided = views.field_rows(alice, migration, views.UNDECIDED)
    decide_many(alice, [Decision(row.id, row.version, None, status="ignored") for row in undecided])
    return migration


STATES: Mapping[str, Callable[[Context], str]] = {
    "suggested_toast": _suggested,
    "validated_toast": _validated,
    "decided_toast": _decide_all,
}
"""Fixture that asks for the state -> how alice reaches it; it returns the migration's id."""


@dataclass(frozen=True)
class State:
    """The tenants of a state by name, its migration, and the statements that bring all its rows back."""

    tenants: dict[str, str]
    migration: str
    restoring: str

    def restore(self) -> None:
        """Bring the rows back, whatever was changed, added or deleted in the tenants."""
        _execute(self.restoring)


def copied(name: str, tenants: dict[str, str], migration: str) -> State:
    """Copy all rows of the tenants, and what customers share, to a schema of that name."""
    tenant_list = ", ".join(f"'{tenant}'" for tenant in tenants.values())
    copying = [f"drop schema if exists {name} cascade", f"create schema {name}"]
    restoring = ["set local session_replication_role = replica", "set local lock_timeout = '20s'"]
    for table, condition in _tables(tenant_list).items():
        copying.append(f"create table {name}.{table} as select * from public.{table} where {condition}")
        restoring.append(f"delete from public.{table} where {condition}")
        restoring.append(f"insert into public.{table} select * from {name}.{table}")
    _execute("; ".join(copying))
    return State(tenants, migration, "; ".join(restoring))


def _tables(tenants: str) -> dict[str, str]:
    """Table -> the condition of its rows that belong to a state."""
    conditions = {MappingMemory.__tablename__: "true", ConfidenceOutcome.__tablename__: "true"}
    for table in all_metadata().sorted_tables:
        if "tenant_id" in table.c and table.name != TenantKey.__tablename__:  # may be wrapped anew meanwhile
            conditions[table.name] = f"tenant_id in ({tenants})"
    return conditions | {"tenant": f"id in ({tenants})"}


def _execute(statements: str) -> None:
    """Execute the statements in one transaction of the superuser: neither row-level security nor triggers apply."""
    with _engine().begin() as connection:
        connection.exec_driver_sql(statements)


@cache
def _engine() -> Engine:
    return create_engine(
        embedded.server_url().set(drivername="postgresql+psycopg", database=DATABASE), pool_size=1
    )
