"""Grant the app's role on each table as little as the program needs, again after every upgrade.

The rule for a table of the code: SELECT, INSERT, and UPDATE of every column outside its key. UPDATE is granted by
column because UPDATE or DELETE of a whole table includes LOCK TABLE, with which one statement stops every tenant.
What differs from the rule stands in the sets below. TRUNCATE, REFERENCES, TRIGGER and MAINTAIN are granted nowhere.
docs/security.md lists the outcome, table by table, as a database has it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from hashlib import blake2b
from pathlib import Path

from sqlalchemy import Connection, MetaData, Table, text

from core.db import demo_schema
from core.db.base import APP

READ_ONLY = frozenset({"audit_head", "audit_line"})
"""Tables that the app's role changes by functions only."""

UNCHANGING = frozenset(
    {
        *(
            "communication",
            "content_version",
            "customer_hours",
            "engagement_event",
            "exchange_rate",
            "outbox_event",
        ),
        *("payment", "promise", "prospect_event", "recipe", "reminder", "roi_case", "tenant_key"),
    }
)
"""Tables whose rows the app's role only adds."""

CHANGED_COLUMNS = {
    "notification": ("read_at",),
    "person": ("name", "email", "zone", "active"),
    "tenant": ("name", "zone", "currency", "country", "owner_id", "archived_at"),
}
"""Tables of which the app's role changes these columns only."""

BY_FUNCTIONS = frozenset({"attempt"})
"""Tables that the app's role reaches by functions only."""

DELETED_FROM = frozenset(
    {
        "ai_answer",
        "change",
        "confidence_outcome",
        "difference",
        "mapping_field",
        "mapping_memory",
        "migration",
        "new_records",
        "source_chunk",
        "source_file",
        "source_stream",
        "worker_beat",
    }
)
"""Tables from which the app's role deletes rows by statements of its own."""

PORTFOLIO = "portfolio_"
"""How the names of views begin that show the customers a person reaches, without personal data: read only."""

QUEUE = "dbos"
QUEUE_DELETED_FROM = frozenset({"workflow_status", "workflow_input", "workflow_output", "operation_outputs"})
"""Tables from which DBOS deletes what ended long ago (delete_workflows)."""

QUEUE_READ = frozenset({"dbos_migrations"})
"""Tables that DBOS changes only while it migrates, which the owner does."""

_COLUMNS = text(
    """select c.relname, array_agg(a.attname::text order by a.attnum) from pg_class c
    join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
    where c.relnamespace = cast(:schema as regnamespace) and c.relkind in ('r', 'p', 'v', 'm', 'f') group by c.relname"""
)
_DEFINERS = text(
    """select oid::regprocedure::text from pg_proc
    where pronamespace = 'public'::regnamespace and prosecdef and prorettype <> 'trigger'::regtype"""
)


def digest() -> str:
    """Fingerprint what the grants come from: a database with those of another version is brought up to date."""
    content = Path(__file__).read_bytes() + Path(demo_schema.__file__).read_bytes()
    return blake2b(content, digest_size=8).hexdigest()


def apply(connection: Connection, metadata: MetaData) -> None:
    """Replace every grant of the app's role, in the open transaction of the tables' owner."""
    tables = {table.name: table for table in metadata.sorted_tables}
    for statement in demo_schema.statements(metadata):
        connection.execute(text(statement))
    connection.execute(text(f"revoke all on all tables in schema public, {QUEUE} from {APP}"))
    for name, columns in _columns(connection, "public").items():
        if name in tables and name not in BY_FUNCTIONS:
            _grant(connection, f'"{name}"', _verbs(tables[name], columns))
        elif name.endswith("_rows") and name.removesuffix("_rows") in tables:
            _grant(connection, f'"{name}"', ["insert"])
        elif name.startswith(PORTFOLIO):
            _grant(connection, f'"{name}"', ["select"])
    for name, columns in _columns(connection, QUEUE).items():
        _grant(connection, f'{QUEUE}."{name}"', _queue_verbs(name, columns))
    connection.execute(text(f"alter default privileges in schema {QUEUE} revoke all on tables from {APP}"))
    for function in connection.scalars(_DEFINERS).all():
        connection.execute(text(f"alter function {function} set search_path = pg_catalog, public, pg_temp"))
        connection.execute(text(f"revoke all on function {function} from public, {APP}"))
        connection.execute(text(f"grant execute on function {function} to {APP}"))


def _columns(connection: Connection, schema: str) -> dict[str, list[str]]:
    return {name: list(columns) for name, columns in connection.execute(_COLUMNS, {"schema": schema})}


def _verbs(table: Table, columns: Sequence[str]) -> list[str]:
    keys = {column.name for column in table.primary_key} | {"tenant_id"}
    if table.name in READ_ONLY:
        return ["select"]
    verbs = ["select", "insert"]
    if table.name not in UNCHANGING:
        names = CHANGED_COLUMNS.get(table.name, columns)
        verbs += _updating(name for name in names if name not in keys)
    if table.name in DELETED_FROM:
        verbs.append("delete")
    return verbs


def _queue_verbs(name: str, columns: Sequence[str]) -> list[str]:
    if name in QUEUE_READ:
        return ["select"]
    deleting = ["delete"] if name in QUEUE_DELETED_FROM else []
    return ["select", "insert", *_updating(columns), *deleting]


def _updating(columns: Iterable[str]) -> list[str]:
    names = ", ".join(f'"{name}"' for name in columns)
    return [f"update ({names})"] if names else []


def _grant(connection: Connection, table: str, verbs: Sequence[str]) -> None:
    connection.execute(text(f"grant {', '.join(verbs)} on {table} to {APP}"))
