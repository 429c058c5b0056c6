"""Show the untouched source record of each target row, and the rows held for correction."""

from __future__ import annotations

import json

import polars as pl
from sqlalchemy import select

from core.context import Context
from core.db.keys import tenant_key
from core.db.personal import source_ids
from core.db.target import target_table
from core.engine.batch import COPY, FAULT, MARK, NOTED, ROW
from core.engine.issues import CATALOGUE
from core.engine.runs.loading.fates import rows_of
from core.engine.runs.tables import RowFate, Run
from core.engine.sources.store import list_chunks, read_chunk, read_row
from core.engine.sources.tables import RecordShape
from core.engine.validation.personal_values import read_personal_values
from core.engine.validation.tables import IssueRecord
from core.errors import NotFoundError
from core.kit import crypto
from core.kit.sheets import write_sheet
from core.platform.access.actions import action, view
from core.platform.audit.actions import note_reading
from core.platform.audit.reports import head_text, record_report

_SHAPE = 16
_UNIT, _NULL, _JSON = "\x1f", "\x00", "\x1e"


@view("personal.read")
def source_record(context: Context, entity: str, target_id: str) -> dict[str, str | None]:
    """Read the source's record behind a row of the target: column -> text as it was read; raise NotFoundError without one.

    Where several rows were folded into one record, the first of them.
    """
    table = target_table(entity)
    names = ("stream_id", "source_row", "raw", "source_name", "external_id")
    row = context.session.execute(
        select(*(table.c[name] for name in names)).where(table.c.id == target_id)
    ).first()
    if row is not None:
        note_reading(context, entity, target_id, data=entity, purpose="source record")
    if row is not None and row.stream_id is not None:
        return read_row(context, row.stream_id, row.source_row)
    if row is None or row.raw is None:
        raise NotFoundError("There is no source record behind this row.", entity=entity)
    # A second record beside one that was there carries the first one's id with a mark.
    external_id = source_ids(context.session, entity, [target_id])[target_id]
    key = (
        f"{context.tenant.id}|{entity}|raw|{row.source_name}|{external_id.rpartition('~')[0] or external_id}"
    )
    return _legacy_record(context, row.raw, key)


def _legacy_record(context: Context, sealed: bytes, key: str) -> dict[str, str | None]:
    """Decrypt a record from before revision 0006: the fingerprint of its columns, then its values."""
    text = crypto.decrypt(tenant_key(context.session), sealed, key).decode()
    columns = context.session.scalar(select(RecordShape.columns).where(RecordShape.id == text[:_SHAPE]))
    return dict(zip(columns or [], _decoded(text[_SHAPE:]), strict=True))


def _decoded(text: str) -> list[str | None]:
    """Split a record into its values, at unit separators; records with such a character in a value are JSON."""
    if text.startswith(_JSON):
        values: list[str | None] = json.loads(text.removeprefix(_JSON))
        return values
    return [None if value == _NULL else value for value in text.split(_UNIT)]


@view("personal.read")
def held_rows(context: Context, run_id: str, entity: str | None = None) -> pl.DataFrame:
    """Show the rows that stayed out: the source's columns, then 'Problem' and 'How to fix'.

    A row held for several entities stands once per stream. Can be corrected and sent again as a file as it is.
    """
    query = select(RowFate.stream_id, RowFate.starts, RowFate.ends, RowFate.reason).where(
        RowFate.run_id == run_id, RowFate.fate.in_(["quarantined", "failed"])
    )
    if entity:
        query = query.where(RowFate.entity == entity)
    by_stream: dict[str, dict[int, str]] = {}
    for stream_id, starts, ends, reason in context.session.execute(query.order_by(RowFate.entity)):
        for row in rows_of(starts, ends):
            by_stream.setdefault(stream_id, {}).setdefault(row, reason)
    details = _details(context, run_id, list(by_stream))
    parts = [_with_reasons(context, stream_id, rows, details) for stream_id, rows in by_stream.items()]
    if parts:
        note_reading(context, "run", run_id, data=entity or "all", purpose="held rows")
    return pl.concat(parts, how="diagonal") if parts else pl.DataFrame({"Problem": [], "How to fix": []})


def _details(context: Context, run_id: str, streams: list[str]) -> dict[tuple[str, int], str]:
    """Read by (stream, row) what the validation said, with field and value."""
    errors = context.session.scalars(
        select(IssueRecord)
        .join(
            Run, (Run.tenant_id == IssueRecord.tenant_id) & (Run.validation_id == IssueRecord.validation_id)
        )
        .where(Run.id == run_id, IssueRecord.level == "error", IssueRecord.stream_id.in_(streams))
    ).all()
    clear = read_personal_values(context, errors)
    return {(issue.stream_id, issue.row): _problem(issue, clear.get(issue.seq)) for issue in errors}


def _problem(issue: IssueRecord, clear: tuple[str, str | None] | None) -> str:
    """Describe an issue as in 'Price: Price is -$5.00.', with a personal value only where `clear` has it."""
    detail = (clear[1] if clear else issue.detail) or CATALOGUE[issue.code].title
    return f"{issue.source_field}: {detail}".removeprefix(": ")


def _with_reasons(
    context: Context, stream_id: str, rows: dict[int, str], details: dict[tuple[str, int], str]
) -> pl.DataFrame:
    numbers = pl.DataFrame(
        {
            ROW: list(rows),
            "Problem": [
                details.get((stream_id, row)) or (CATALOGUE[reason].title if reason in CATALOGUE else reason)
                for row, reason in rows.items()
            ],
            "How to fix": [
                CATALOGUE[reason].remedy
                if reason in CATALOGUE
                else "Correct the value and send the row again."
                for reason in rows.values()
            ],
        },
        schema_overrides={ROW: pl.Int64},
    )
    parts = [
        read_chunk(context, stream_id, head.chunk_no).join(numbers, on=ROW, how="inner")
        for head in list_chunks(context, stream_id)
        if any(head.first_row <= row <= head.last_row for row in rows)
    ]
    held = pl.concat(parts, how="diagonal").sort(ROW)
    return held.rename({ROW: "Row"}).drop(FAULT, MARK, NOTED, COPY, "_path", strict=False)


@action("personal.read")
def held_rows_file(context: Context, run_id: str, form: str, entity: str | None = None) -> bytes:
    """Export the held rows as 'csv', 'xlsx' or 'json'; noted in the audit log, as guests' data may be in them."""
    frame = held_rows(context, run_id, entity)
    file = write_sheet(frame.columns, frame.rows(), form, name="Held rows", head=head_text(context))
    facts = {"rows": frame.height, "form": form} | ({"entity": entity} if entity else {})
    return record_report(context, file, "export.held_rows", "run", run_id, **facts)
