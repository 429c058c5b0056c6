"""Reads personal values of findings from the rows of the file, for those who may see them.

Issues are written masked, so nothing personal lies in the table of issues in clear. Who may see personal values gets
them at the moment of looking, from the encrypted rows.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence

import polars as pl
from sqlalchemy import select

from core.context import Context
from core.engine.batch import ROW
from core.engine.sources.store import chunk_heads, read_chunk
from core.engine.sources.tables import SourceStream
from core.engine.validation.tables import IssueRecord
from core.errors import AppError
from core.kit.masking import PERSONAL_ENTITIES, is_personal
from core.platform.audit.actions import note_reading
from core.schema import target_schema

Place = tuple[str, int, str]
"""Stream id, row and source column."""


def shows_person(entity: str, field: str) -> bool:
    """Tell whether a finding on this field quotes a personal value: the person's own, or a name that refers to one."""
    if not field:
        return False
    refers_to = target_schema().entity(entity).fields[field].refers_to
    return is_personal(entity, field) or refers_to in PERSONAL_ENTITIES


def reveal(context: Context, records: Sequence[IssueRecord]) -> dict[int, tuple[str, str | None]]:
    """Return value and detail in clear by the issue's seq; nothing for roles without personal.read.

    Issues without a masked value, and those whose rows are not kept any more, are not in the answer.
    """
    if not context.may("personal.read"):
        return {}
    hidden = [
        record
        for record in records
        if record.row and record.value and record.source_field and shows_person(record.entity, record.field)
    ]
    texts = _texts(context, hidden) if hidden else {}
    if texts:
        data = ", ".join(sorted({record.entity for record in hidden}))
        note_reading(context, "validation", hidden[0].validation_id, data=data, purpose="findings")
    return {
        record.seq: (text, record.detail and record.detail.replace(record.value or "", text, 1))
        for record in hidden
        if (text := texts.get((record.stream_id, record.row, record.source_field)))
    }


def _texts(context: Context, records: Sequence[IssueRecord]) -> dict[Place, str]:
    """What the source columns of the records hold; several columns of one field are joined by ' / '."""
    by_stream: defaultdict[str, list[IssueRecord]] = defaultdict(list)
    for record in records:
        by_stream[record.stream_id].append(record)
    known = {
        stream.id: stream.columns
        for stream in context.session.scalars(select(SourceStream).where(SourceStream.id.in_(by_stream)))
    }
    texts: dict[Place, str] = {}
    for stream_id, hidden in by_stream.items():
        columns = {
            label: _columns_of(label, known.get(stream_id, []))
            for label in {one.source_field for one in hidden}
        }
        wanted = {one.row for one in hidden}
        rows = dict(_rows(context, stream_id, wanted, columns))
        for one in hidden:
            row = rows.get(one.row, {})
            values = [row.get(name) for name in columns[one.source_field]]
            texts[stream_id, one.row, one.source_field] = " / ".join(value for value in values if value)[:200]
    return texts


def _columns_of(label: str, columns: Sequence[str]) -> list[str]:
    """The columns that an issue's label names: one whose name it is, or several joined by commas."""
    return [label] if label in columns else [name for name in label.split(", ") if name in columns]


def _rows(
    context: Context, stream_id: str, wanted: set[int], columns: dict[str, list[str]]
) -> Iterator[tuple[int, dict[str, str | None]]]:
    """Row numbers and the wanted columns of the rows that are still kept."""
    names = [ROW, *dict.fromkeys(name for group in columns.values() for name in group)]
    for head in chunk_heads(context, stream_id):
        rows = [row for row in wanted if head.first_row <= row <= head.last_row]
        if not rows:
            continue
        try:
            chunk = read_chunk(context, stream_id, head.chunk_no, names)
        except AppError:  # the file was removed: the finding stays masked
            return
        for row in chunk.filter(pl.col(ROW).is_in(rows)).iter_rows(named=True):
            yield row[ROW], row
