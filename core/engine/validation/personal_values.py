"""Read personal values of issues from the rows of the file, for people who may see them.

Issues are stored masked, so that their table holds no personal value. A person with the permission gets the values
when the issue is shown, from the encrypted rows.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence

import polars as pl
from sqlalchemy import select

from core.context import Context
from core.engine.batch import ROW
from core.engine.sources.store import list_chunks, read_chunk
from core.engine.sources.tables import SourceStream
from core.engine.validation.tables import IssueRecord
from core.errors import AppError
from core.kit.masking import PERSONAL_ENTITIES, is_personal, mask
from core.platform.audit.actions import note_reading
from core.schema import target_schema

_BETWEEN_ITEMS, _AROUND_ITEMS = re.compile(r"[,;|]"), " \t\r\n[]\"'"

Cell = tuple[str, int, str]
"""Stream id, row and source column."""


def shows_person(entity: str, field: str) -> bool:
    """Tell whether a finding on this field quotes a personal value: the person's own, or a name that refers to one."""
    if not field:
        return False
    refers_to = target_schema().entity(entity).fields[field].refers_to
    return is_personal(entity, field) or refers_to in PERSONAL_ENTITIES


def read_personal_values(
    context: Context, records: Sequence[IssueRecord]
) -> dict[int, tuple[str, str | None]]:
    """Return value and detail in clear by the issue's seq; nothing for roles without personal.read.

    Issues without a masked value, and those whose rows were removed, are not in the answer.
    """
    if not context.may("personal.read"):
        return {}
    masked = [
        record
        for record in records
        if record.row and record.value and record.source_field and shows_person(record.entity, record.field)
    ]
    texts = _cell_texts(context, masked) if masked else {}
    if texts:
        data = ", ".join(sorted({record.entity for record in masked}))
        note_reading(context, "validation", masked[0].validation_id, data=data, purpose="findings")
    return {
        record.seq: (text, record.detail and record.detail.replace(record.value or "", text, 1))
        for record in masked
        if (text := _item(record, texts.get((record.stream_id, record.row, record.source_field), "")))
    }


def _item(record: IssueRecord, text: str) -> str:
    """Return the item of a list that a finding is about, by its mask; the whole cell of other fields, or where it is unclear."""
    if not target_schema().entity(record.entity).fields[record.field].is_list:
        return text
    items = {item for part in _BETWEEN_ITEMS.split(text) if (item := part.strip(_AROUND_ITEMS))}
    matches = [item for item in items if mask(item) == record.value]
    return matches[0] if len(matches) == 1 else text


def _cell_texts(context: Context, records: Sequence[IssueRecord]) -> dict[Cell, str]:
    """Read the source columns of the records; several columns of one field are joined by ' / '."""
    by_stream: defaultdict[str, list[IssueRecord]] = defaultdict(list)
    for record in records:
        by_stream[record.stream_id].append(record)
    stream_columns = {
        stream.id: stream.columns
        for stream in context.session.scalars(select(SourceStream).where(SourceStream.id.in_(by_stream)))
    }
    texts: dict[Cell, str] = {}
    for stream_id, issues in by_stream.items():
        columns = {
            label: _columns_of(label, stream_columns.get(stream_id, []))
            for label in {issue.source_field for issue in issues}
        }
        rows = dict(_rows(context, stream_id, {issue.row for issue in issues}, columns))
        for issue in issues:
            row = rows.get(issue.row, {})
            values = [row.get(name) for name in columns[issue.source_field]]
            text = " / ".join(value for value in values if value)[:200]
            texts[stream_id, issue.row, issue.source_field] = text
    return texts


def _columns_of(label: str, columns: Sequence[str]) -> list[str]:
    """List the columns that an issue's label names: a single one, or several joined by commas."""
    return [label] if label in columns else [name for name in label.split(", ") if name in columns]


def _rows(
    context: Context, stream_id: str, numbers: set[int], columns: dict[str, list[str]]
) -> Iterator[tuple[int, dict[str, str | None]]]:
    """Yield row numbers and columns of those rows that are still stored."""
    names = [ROW, *dict.fromkeys(name for group in columns.values() for name in group)]
    for chunk in list_chunks(context, stream_id):
        in_chunk = [row for row in numbers if chunk.first_row <= row <= chunk.last_row]
        if not in_chunk:
            continue
        try:
            frame = read_chunk(context, stream_id, chunk.chunk_no, names)
        except AppError:  # the file was removed: the value stays masked
            return
        for row in frame.filter(pl.col(ROW).is_in(in_chunk)).iter_rows(named=True):
            yield row[ROW], row
