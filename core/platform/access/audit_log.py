"""Show the audit log: all of it to who may read it, their activity to everybody else."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, func, select

from core.context import Context
from core.kit.sheets import Cell, write_sheet
from core.platform.access.actions import action, view
from core.platform.audit.actions import record
from core.platform.audit.labels import action_label, details, object_label
from core.platform.audit.tables import AuditLine
from core.platform.audit.verifying import note_head

MAX_EXPORTED_LINES = 100_000
"""Lines a file holds at most, the newest."""


@dataclass(frozen=True, slots=True)
class AuditFilter:
    """Filters of the audit log: a person's id, an action, from (inclusive) and until (exclusive)."""

    person: str | None = None
    action: str | None = None
    since: datetime | None = None
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class AuditEntry:
    """A line of the audit log; columns as in AuditLine."""

    created_at: datetime
    person_id: str
    role: str
    action: str
    object_type: str
    object_id: str
    reason: str | None
    facts: dict[str, Any]
    seq: int
    mac: bytes


_COLUMNS = [getattr(AuditLine, field.name) for field in fields(AuditEntry)]


@view("audit.read_own")
def audit_log(
    context: Context, filters: AuditFilter = AuditFilter(), *, limit: int = 500
) -> list[AuditEntry]:
    """List the newest lines that match; without audit.read only the person's."""
    query = select(*_COLUMNS).where(*_conditions(context, filters))
    newest_first = query.order_by(AuditLine.created_at.desc(), AuditLine.id.desc())
    return [AuditEntry(*row) for row in context.session.execute(newest_first.limit(limit))]


@view("audit.read_own")
def audit_count(context: Context, filters: AuditFilter = AuditFilter()) -> int:
    """Count the lines that match."""
    query = select(func.count()).select_from(AuditLine).where(*_conditions(context, filters))
    return context.session.scalar(query) or 0


@view("audit.read_own")
def audit_choices(context: Context) -> tuple[list[str], list[str]]:
    """List the people (ids) and the actions in the log, for its filters."""
    conditions = _conditions(context, AuditFilter())
    people = context.session.scalars(select(AuditLine.person_id).where(*conditions).distinct()).all()
    actions = context.session.scalars(select(AuditLine.action).where(*conditions).distinct()).all()
    return list(people), sorted(actions, key=action_label)


@view("audit.read")
def export_audit(context: Context, filters: AuditFilter, form: str, names: Mapping[str, str]) -> bytes:
    """Export the lines that match as 'csv', 'xlsx' or 'json', the newest first; `names` has people by id. Noted in the log.

    Line and signature make the file an anchor of the log; its head is noted on this machine too.
    """
    lines = audit_log(context, filters, limit=MAX_EXPORTED_LINES)
    columns = [
        "When",
        "Person",
        "Role",
        "Action",
        "Object",
        "Object ID",
        "Reason",
        "Details",
        "Line",
        "Signature",
    ]
    zone = ZoneInfo(context.tenant.zone)
    table: list[list[Cell]] = [
        [
            line.created_at.astimezone(zone).isoformat(timespec="seconds"),
            names.get(line.person_id, line.person_id),
            line.role,
            action_label(line.action),
            object_label(line.object_type),
            line.object_id,
            line.reason or "",
            details(line.facts),
            line.seq,
            line.mac.hex(),
        ]
        for line in lines
    ]
    file = write_sheet(columns, table, form, name="Audit log")
    _record_export(context, len(table), form)
    note_head(context.session)
    return file


@action("audit.read")
def _record_export(context: Context, size: int, form: str) -> None:
    record(context, "export.audit", "tenant", context.tenant.id, rows=size, form=form)


def _conditions(context: Context, filters: AuditFilter) -> list[ColumnElement[bool]]:
    person = filters.person if context.may("audit.read") else context.person
    conditions: list[ColumnElement[bool]] = []
    if person is not None:
        conditions.append(AuditLine.person_id == person)
    if filters.action is not None:
        conditions.append(AuditLine.action == filters.action)
    if filters.since is not None:
        conditions.append(AuditLine.created_at >= filters.since)
    if filters.until is not None:
        conditions.append(AuditLine.created_at < filters.until)
    return conditions
