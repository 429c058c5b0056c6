"""Export the audit log, and verify its chain, each noted in the log itself."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import select

from core.context import Context
from core.kit.sheets import Cell
from core.platform.access.actions import action, view
from core.platform.access.audit_log import AuditEntry, AuditFilter, audit_log
from core.platform.access.tables import Person
from core.platform.audit.actions import record
from core.platform.audit.labels import action_label, object_label
from core.platform.audit.reports import ReportCheck, check_report, record_report, write_report
from core.platform.audit.tables import AuditLine
from core.platform.audit.verifying import Verdict, note_head, read_anchors, verify

MAX_EXPORTED_LINES = 100_000
"""Lines a file holds at most, the newest."""

COLUMNS = (
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
    "Purpose",
    "Data",
    "Legal basis",
    "Retention (days)",
)
"""Columns of an exported log."""


@dataclass(frozen=True, slots=True)
class Verification:
    """When the chain was last verified and by whom (a name), over how many lines, and how many faults there were."""

    at: datetime
    name: str
    lines: int
    faults: int


@action("audit.read")
def export_audit(context: Context, filters: AuditFilter, form: str, names: Mapping[str, str]) -> bytes:
    """Export the lines that match as 'csv', 'xlsx' or 'json', the newest first; `names` has people by id. Noted in the log.

    Line and signature make the file an anchor of the log; its head is noted on this machine too.
    """
    zone = ZoneInfo(context.tenant.zone)
    lines = audit_log(context, filters, limit=MAX_EXPORTED_LINES)
    file = write_report(context, COLUMNS, [_row(line, zone, names) for line in lines], form, name="Audit log")
    note_head(context.session)
    return record_report(
        context, file, "export.audit", "tenant", context.tenant.id, rows=len(lines), form=form
    )


@action("audit.read")
def verify_log(context: Context) -> Verdict:
    """Verify the customer's log against its key, its head and the anchors of this machine; noted in the log."""
    verdict = verify(context.session, read_anchors())
    record(
        context,
        "audit.verify",
        "tenant",
        context.tenant.id,
        lines=verdict.lines,
        faults=len(verdict.faults),
        anchors=verdict.anchors,
    )
    if verdict.is_sound:
        note_head(context.session)
    return verdict


@action("audit.read")
def check_file(context: Context, data: bytes) -> ReportCheck:
    """Check a file that was handed out against the customer's log, and the log against the file; noted in the log."""
    check = check_report(context.session, data, read_anchors())
    line = check.head.seq if check.head else None
    record(context, "audit.check", "tenant", context.tenant.id, line=line, faults=len(check.faults))
    return check


@view("audit.read")
def last_verification(context: Context) -> Verification | None:
    """Return the newest verification of the customer's log; None before the first."""
    query = (
        select(AuditLine.created_at, AuditLine.person_id, Person.name, AuditLine.facts)
        .outerjoin(Person, Person.id == AuditLine.person_id)
        .where(AuditLine.action == "audit.verify")
        .order_by(AuditLine.seq.desc())
    )
    row = context.session.execute(query.limit(1)).first()
    if row is None:
        return None
    name = row.name or row.person_id
    return Verification(row.created_at, name, int(row.facts["lines"]), int(row.facts["faults"]))


def _row(line: AuditEntry, zone: ZoneInfo, names: Mapping[str, str]) -> list[Cell]:
    processing = line.processing
    return [
        line.created_at.astimezone(zone).isoformat(timespec="seconds"),
        names.get(line.person_id, line.person_id),
        line.role,
        action_label(line.action),
        object_label(line.object_type),
        line.object_id,
        line.reason or "",
        line.details,
        line.seq,
        line.mac.hex(),
        processing.purpose if processing else "",
        ", ".join(processing.data_categories) if processing else "",
        processing.legal_basis if processing else "",
        processing.retention_days if processing else None,
    ]
