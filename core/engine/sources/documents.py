"""Recognise the source of JSON documents, and read their streams as frames."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain

import polars as pl

from core.engine.batch import COPY, FAULT, MARK, NOTED, ROW, add_notes
from core.engine.sources.cards.numbers import cut_numbers
from core.engine.sources.characters.decoding import readable
from core.engine.sources.contract import Source, StreamSpec
from core.engine.sources.detect import is_pattern
from core.engine.sources.flatten import Record, flatten, walk
from core.engine.sources.json_text import Json, scalar_text
from core.engine.sources.limits.cells import LONGEST_CELL, cell_refusal
from core.engine.sources.limits.columns import (
    require_columns,
    require_names,
    require_stream_name,
    require_streams,
)
from core.errors import InvalidInputError

_MEMBERS_PROBED = 50  # members of each list by which a document is recognised
SAMPLE_ROWS = 200
SWITCHED_OFF = "switched_off"


@dataclass(slots=True)
class Survey:
    """A stream of a document: its rows in frames of `frame_rows`, or only the first `limit` of them."""

    name: str
    spec: StreamSpec | None
    frame_rows: int
    limit: int | None
    file: str = "The document"
    rows: int = 0
    _columns: dict[str, str] = field(default_factory=dict)
    """Name of a record's field -> name of its column, distinct."""
    _column_names: set[str] = field(default_factory=set)
    _texts: dict[str, list[str | None]] = field(default_factory=dict)
    """Column -> its values in the rows that are in no frame yet; shorter where the last of these lack the field."""
    _pending_rows: int = 0
    _notes: list[tuple[int, str, str]] = field(default_factory=list)
    """Row, column and detail of what the source has switched off in the rows that are in no frame yet."""
    _frames: list[pl.DataFrame] = field(default_factory=list)

    @property
    def columns(self) -> tuple[str, ...]:
        return tuple(self._columns.values())

    def add(self, record: Record) -> None:
        """Take a record in; beyond the limit only the names of its fields."""
        self.rows += 1
        keeps = self.limit is None or self.rows <= self.limit
        for name, value in chain(record.values.items(), record.extra.items()):
            column = self._columns.get(name) or self._new_column(name)
            if keeps:
                texts = self._texts.setdefault(column, [])
                if len(texts) < self._pending_rows:
                    texts.extend([None] * (self._pending_rows - len(texts)))
                text = scalar_text(value)
                if text is not None and len(text) * 4 > LONGEST_CELL:
                    self._require_short(text, name)
                texts[self._pending_rows :] = (text,)
        if keeps:
            self._notes += [(self.rows, column, detail) for column, detail in record.notes]
        self._pending_rows += keeps
        if self._pending_rows == self.frame_rows:
            self._close()

    def _new_column(self, name: str) -> str:
        """Add the column of a new field. InvalidInputError beyond the limits of columns."""
        require_columns(len(self._columns) + 1, f"{self.file}, {self.name}")
        require_names([name], f"{self.file}, {self.name}")
        column = base = _column(name)
        count = 2
        while column in self._column_names:
            column, count = f"{base} ({count})", count + 1
        self._column_names.add(column)
        return self._columns.setdefault(name, column)

    def _require_short(self, text: str, name: str) -> None:
        if (size := len(text.encode(errors="replace"))) > LONGEST_CELL:
            raise cell_refusal(f"{self.file}, {self.name}", self.rows, name, size)

    def frames(self) -> list[pl.DataFrame]:
        """Return the rows: ROW and every column of the stream, as text."""
        if self._pending_rows:
            self._close()
        columns = self.columns
        return [_with_columns(frame, columns) for frame in self._frames]

    def _close(self) -> None:
        """Make a frame of the rows that wait."""
        for texts in self._texts.values():
            texts.extend([None] * (self._pending_rows - len(texts)))
        first = sum(frame.height for frame in self._frames) + 1
        numbers = pl.int_range(first, first + self._pending_rows, dtype=pl.Int64, eager=True)
        schema = {ROW: pl.Int64(), **dict.fromkeys(self._texts, pl.String())}
        frame = pl.DataFrame({ROW: numbers, **self._texts}, schema=schema)
        self._frames.append(add_notes(frame, _switched_off(self._notes)))
        self._texts, self._pending_rows, self._notes = {}, 0, []


def _switched_off(notes: Sequence[tuple[int, str, str]]) -> list[pl.DataFrame]:
    """Return the reader's notes on rows of which the source has switched something off."""
    if not notes:
        return []
    frame = pl.DataFrame(
        list(notes), schema={ROW: pl.Int64, "column": pl.String, "detail": pl.String}, orient="row"
    )
    return [frame.select(ROW, pl.lit(SWITCHED_OFF).alias("code"), "column", "detail")]


def _with_columns(frame: pl.DataFrame, columns: Sequence[str]) -> pl.DataFrame:
    """Select these columns behind ROW, null where the frame lacks one, and the notes that it has."""
    present = set(frame.columns)
    missing = [pl.lit(None, pl.String).alias(name) for name in columns if name not in present]
    noted = [NOTED] if NOTED in present else []
    return frame.with_columns(missing).select(ROW, *columns, *noted)


def match_document(document: Json, source: Source) -> tuple[float, str]:
    """Measure the share of the document that the source's declaration knows, from 0 to 1, with the reason.

    The share of the fields of declared streams that the declaration names, lowered where there are few of them to
    judge by, and raised where a top-level key marks the source.
    """
    specs = {spec.name: spec for spec in source.streams if spec.path is not None}
    if not specs:
        return 0.0, f"{source.label} declares no JSON"
    stream_fields: dict[str, set[str]] = {}
    for name, records in flatten(_cut(document), tuple(specs.values())).items():
        if name in specs and specs[name].entity:
            stream_fields[name] = {column for record in records for column in record.values}
    fields = sum(len(columns) for columns in stream_fields.values())
    known_fields = sum(len(columns & specs[name].hints.keys()) for name, columns in stream_fields.items())
    if not known_fields:
        return 0.0, f"no field of {source.label} found"
    marks = sorted(source.marks & document.keys()) if isinstance(document, dict) else []
    confidence = known_fields / fields * known_fields / (known_fields + 3)
    confidence += (1 - confidence) / 2 if marks else 0
    reason = f"{known_fields} of {fields} fields in {', '.join(stream_fields)} are known from {source.label}"
    return confidence, reason + (f"; marked by {', '.join(marks)}" if marks else "")


def survey(
    document: Json,
    specs: Sequence[StreamSpec] | None,
    *,
    frame_rows: int,
    limit: int | None = None,
    file: str = "The document",
) -> list[Survey]:
    """Survey every stream of a document with its rows, or the first `limit` of them; declared streams first.

    InvalidInputError, which names `file`, beyond the limits of core.engine.sources.limits.
    """
    declared = {spec.name: spec for spec in specs or ()}
    streams: dict[str, Survey] = {}

    def take(name: str, record: Record) -> None:
        if name not in streams:
            require_streams(len(streams) + 1, file)
            require_stream_name(name, file)
            streams[name] = Survey(name, declared.get(name), frame_rows, limit, file)
        streams[name].add(record)

    walk(document, specs, take, file)
    order = {name: index for index, name in enumerate(declared)}
    return sorted(streams.values(), key=lambda stream: (order.get(stream.name, len(order)), stream.name))


def document_rows(
    document: Json,
    specs: Sequence[StreamSpec] | None,
    columns: Mapping[str, Sequence[str]],
    chunk_rows: int,
    file: str = "The document",
) -> dict[str, list[pl.DataFrame]]:
    """Read the rows of a document with the `columns` it was identified with. InvalidInputError where it has others now."""
    rows = {}
    for stream in survey(document, specs, frame_rows=chunk_rows, file=file):
        stream_columns = columns.get(stream.name, ())
        if unknown := set(stream.columns) - set(stream_columns):
            raise InvalidInputError(
                f"The file has fields that it did not have before: {', '.join(sorted(unknown)[:5])}.",
                hint="It was changed after it was recognised: upload it again.",
            )
        rows[stream.name] = [_with_columns(frame, stream_columns) for frame in stream.frames()]
    return rows


def _column(name: str) -> str:
    """Turn a field's name into a column's; the names of our own columns are not used."""
    name = readable(cut_numbers(name)[0])
    return f"{name} (2)" if name in {ROW, FAULT, MARK, NOTED, COPY} or is_pattern(name) else name


def _cut(value: Json) -> Json:
    """Cut every list of a document to its first members, enough to recognise it."""
    if isinstance(value, list):
        return [_cut(member) for member in value[:_MEMBERS_PROBED]]
    return {key: _cut(member) for key, member in value.items()} if isinstance(value, dict) else value
