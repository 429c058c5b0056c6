"""Commands of what is written about an order: its documents, communication log, escalations and feedback."""

from __future__ import annotations

from argparse import Namespace
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from core.business.engagements.communications.actions import correct_communication, log_communication
from core.business.engagements.communications.rules import Entry
from core.business.engagements.communications.views import LogEntry, communications
from core.business.engagements.documents.actions import download_document, remove_document, upload_document
from core.business.engagements.documents.rules import INTERNAL, SHARED
from core.business.engagements.documents.views import DocumentDetails, documents
from core.business.engagements.escalations.actions import (
    open_escalation,
    raise_escalation,
    resolve_escalation,
    take_escalation,
)
from core.business.engagements.escalations.views import Case, escalations
from core.business.engagements.feedback.views import feedback_of
from core.business.engagements.views import order_states
from core.context import Context
from core.entry.cli.answer import Answer, table
from core.entry.cli.session import tenant_session
from core.errors import InvalidInputError, NotFoundError
from core.kit.wording import as_words, counted, moment


def list_documents(args: Namespace) -> Answer:
    """Upload, download or remove a document where asked to, then list the documents of an order."""
    with tenant_session(args) as context:
        order_id = _order(context, args.order)
        if args.download:
            return _download(context, args)
        if args.upload:
            visibility = INTERNAL if args.internal else SHARED
            data = _read(args.upload)
            upload_document(context, order_id, args.upload.name, args.kind, data, visibility=visibility)
        if args.remove:
            remove_document(context, args.remove, args.reason or "")
        rows = documents(context, order_id)
        lines = [_document_line(context, row) for row in rows]
    header = ("id", "name", "kind", "bytes", "visible", "uploaded", "by")
    return Answer({"order": args.order, "documents": rows}, table(header, lines, empty="No documents"))


def log(args: Namespace) -> Answer:
    """Write an entry into the communication log of an order or correct one where asked to, then list the log."""
    with tenant_session(args) as context:
        order_id = _order(context, args.order)
        if args.add:
            entry = _entry(context, args)
            if args.correct:
                correct_communication(context, args.correct, entry)
            else:
                log_communication(context, order_id, entry)
        elif args.correct:
            raise InvalidInputError("The corrected text is missing.", hint="Give it with --add TEXT.")
        zone = ZoneInfo(context.tenant.zone)
        since = args.since and datetime.combine(args.since, datetime.min.time(), zone)
        until = args.until and datetime.combine(args.until + timedelta(days=1), datetime.min.time(), zone)
        rows = communications(context, order_id, channel=args.channel, since=since, until=until)
        text = "\n\n".join(_log_text(context, row) for row in rows) or "No entries."
    return Answer({"order": args.order, "entries": rows}, text)


def escalate(args: Namespace) -> Answer:
    """Open, take, hand over or resolve an escalation where asked to, then list those of an order."""
    with tenant_session(args) as context:
        order_id = _order(context, args.order)
        if args.take:
            take_escalation(context, args.take)
        elif args.hand_over:
            raise_escalation(context, args.hand_over, args.reason or "")
        elif args.resolve:
            resolve_escalation(context, args.resolve, args.reason or "")
        elif args.reason:
            open_escalation(context, order_id, args.reason, level=args.level)
        cases = escalations(context, order_id)
        text = "\n\n".join(_case_text(context, case) for case in cases) or "No escalations."
        document = [
            {
                "case": case.id,
                "is_open": case.is_open,
                "levels": case.levels,
                "timer": case.current.timer.text(context.now),
            }
            for case in cases
        ]
    return Answer({"order": args.order, "escalations": document}, text)


def _order(context: Context, number: str) -> str:
    """Find an order of the customer by its number or id."""
    for row in order_states(context):
        if number.upper() == row.number or number == row.id:
            return row.id
    raise NotFoundError(f"There is no order {number!r}.", hint="Show all: aura order show --tenant …")


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise NotFoundError(f"{path} cannot be read: {error.strerror}.", hint="Check the path.") from None


def _download(context: Context, args: Namespace) -> Answer:
    file = download_document(context, args.download)
    path: Path = args.out or Path(file.name)
    if path.exists():
        raise InvalidInputError(f"{path} exists.", hint="Name another file with --out.")
    path.write_bytes(file.content)
    document = {"document": args.download, "file": str(path), "bytes": len(file.content)}
    return Answer(document, f"{path}: {counted(len(file.content), 'byte')}.")


def _document_line(context: Context, row: DocumentDetails) -> tuple[object, ...]:
    at = moment(row.uploaded_at, context.tenant.zone, context.now)
    visible = "shared" if row.is_shared else "internal"
    if row.removed_at is not None:
        visible = f"removed: {row.removal_reason}"
    return (row.id, row.name, row.kind_title, row.size, visible, at, row.uploader)


def _entry(context: Context, args: Namespace) -> Entry:
    at: datetime = args.at or context.now
    if at.tzinfo is None:
        at = at.replace(tzinfo=ZoneInfo(context.tenant.zone))
    return Entry(args.via, args.direction, at, args.partner, args.add, args.shared)


def _log_text(context: Context, row: LogEntry) -> str:
    at = moment(row.happened_at, context.tenant.zone, context.now)
    marks = [
        *(["shared"] if row.is_shared else []),
        *(["corrected later"] if row.is_corrected else []),
        *(["correction"] if row.corrects else []),
    ]
    head = f"{at}  {row.channel_text}, {row.direction_text.lower()}: {row.partner}  ({', '.join([row.id, *marks])})"
    return f"{head}\n  {row.text}"


def _case_text(context: Context, case: Case) -> str:
    lines = [
        f"{level.title}: {as_words(level.stand)} ({level.id})\n  {level.reason}"
        + (f"\n  Resolved: {level.resolution}" if level.resolution else "")
        for level in case.levels
    ]
    timer = case.current.timer.text(context.now)
    return "\n".join([*lines, *([f"  {timer}."] if timer else [])])


def feedback(args: Namespace) -> Answer:
    """Show what the customer was asked about an order, and what they answered."""
    with tenant_session(args) as context:
        rows = feedback_of(context, _order(context, args.order))
    documents = [
        {
            "id": row.id,
            "kind": row.kind,
            "milestone": row.milestone,
            "asked_at": row.asked_at,
            "score": row.score,
            "comment": row.comment,
            "answered_at": row.answered_at,
            "person": row.person,
        }
        for row in rows
    ]
    lines = [
        (row.milestone, row.kind, row.asked_at, row.score_text or "open", row.person or "–", row.comment)
        for row in rows
    ]
    columns = ("asked at", "kind", "on", "score", "by", "comment")
    text = table(columns, lines, empty="Nothing was asked about this order yet.")
    return Answer({"order": args.order, "feedback": documents}, text)
