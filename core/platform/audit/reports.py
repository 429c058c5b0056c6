"""Put the head of the audit log into every file that is handed out, and check such a file against the log.

A file carries the number and the signature of the log's newest line at its making, where its format has a place for
them: the last line of a report in CSV, the properties of a workbook, the metadata of Parquet, a key of a recipe. Rows
that another program reads carry nothing that is no row. The line of the export holds a keyed digest of the whole file,
so that a file without a head is recognised too, and a file that was changed is not.
"""

from __future__ import annotations

import hmac
import io
import re
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from core.context import Context
from core.db.keys import tenant_key
from core.db.session import TenantSession
from core.kit import clock
from core.kit.chain import derive
from core.kit.sheets import Cell, write_sheet
from core.platform.audit.actions import record
from core.platform.audit.tables import AuditHead, AuditLine
from core.platform.audit.verifying import Anchor, Verdict, verify

DIGEST = "file_digest"
"""The fact of an export's line that recognises the file."""

METADATA = "audit_log"
"""The key of the head where a format has keys."""

_PURPOSE = "files handed out"
_HEAD = re.compile(  # YAML folds long lines
    rb"audit log\s+(?P<tenant>[0-9a-f-]{36})\s+line\s+(?P<seq>[0-9]{1,15})\s+signature\s+(?P<mac>[0-9a-f]{64})"
    rb"\s+of\s+(?P<at>[0-9T:+-]{19,32})"
)
_MAX_UNPACKED = 200_000_000  # bytes of a workbook's parts that are searched


@dataclass(frozen=True, slots=True)
class Export:
    """The line of the log that tells of a file's export."""

    seq: int
    at: datetime
    person_id: str
    action: str


@dataclass(frozen=True, slots=True)
class ReportCheck:
    """A file held against a log: the head it carries, the line of its export, and the verdict on both and the log."""

    head: Anchor | None
    export: Export | None
    verdict: Verdict

    @property
    def faults(self) -> list[str]:
        """List what is wrong with the log or the file; empty where the file is as it was handed out."""
        if self.export is not None:
            return self.verdict.faults
        missing = (
            "No line tells of the export of this file: it was changed since, or lines of the log are missing."
        )
        return [*self.verdict.faults, missing]


def head_text(context: Context) -> str:
    """Write the head of the customer's log as files carry it; '' where the log is empty."""
    head = context.session.execute(select(AuditHead.seq, AuditHead.mac)).first()
    if head is None or not head.seq:
        return ""
    at = clock.now().isoformat(timespec="seconds")
    return f"audit log {context.tenant.id} line {head.seq} signature {bytes(head.mac).hex()} of {at}"


def write_report(
    context: Context, columns: Sequence[str], rows: Sequence[Sequence[Cell]], form: str, *, name: str
) -> bytes:
    """Write a table for people with the log's head, as 'csv' (its last line), 'xlsx' or 'json' (by its digest alone)."""
    head = head_text(context)
    file = write_sheet(columns, rows, form, name=name, head=head)
    return file + f'"{head}"\r\n'.encode() if form == "csv" and head else file


def record_report(
    context: Context, file: bytes, action: str, object_type: str, object_id: str, **facts: object
) -> bytes:
    """Record the export of a file with its digest; return the file."""
    digest = _digest(context.session, file)
    record(context, action, object_type, object_id, reason=None, file_digest=digest, **facts)
    return file


def find_heads(file: bytes) -> list[Anchor]:
    """Find the heads that a file carries, in the parts of a workbook too."""
    matches = (match for part in _parts(file) for match in _HEAD.finditer(part))
    heads = (
        Anchor(m["tenant"].decode(), int(m["seq"]), m["mac"].decode(), m["at"].decode()) for m in matches
    )
    return list(dict.fromkeys(heads))


def find_export(session: TenantSession, file: bytes) -> Export | None:
    """Find the line of the session's tenant's log that tells of the file's export."""
    query = select(AuditLine.seq, AuditLine.created_at, AuditLine.person_id, AuditLine.action).where(
        AuditLine.facts[DIGEST].astext == _digest(session, file)
    )
    row = session.execute(query.order_by(AuditLine.seq).limit(1)).first()
    return None if row is None else Export(*row)


def check_report(session: TenantSession, file: bytes, anchors: Sequence[Anchor] = ()) -> ReportCheck:
    """Hold a file against the log of the session's tenant, and the log against the file's head and other anchors."""
    heads = [head for head in find_heads(file) if head.tenant == session.tenant]
    export = find_export(session, file)
    return ReportCheck(heads[0] if heads else None, export, verify(session, [*heads, *anchors]))


def _digest(session: TenantSession, file: bytes) -> str:
    """Return the digest of a file under a key of the tenant: from it alone nobody can guess what is in a small file."""
    return hmac.digest(derive(tenant_key(session), _PURPOSE), file, "sha256").hex()


def _parts(file: bytes) -> Iterator[bytes]:
    yield file
    if not file.startswith(b"PK"):
        return
    try:
        with zipfile.ZipFile(io.BytesIO(file)) as book:
            names = [info for info in book.infolist() if info.filename.startswith("docProps/")]
            for info in names:
                if info.file_size <= _MAX_UNPACKED:
                    yield book.read(info)
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError, OSError):
        return  # no workbook of ours
