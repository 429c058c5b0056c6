"""JSON documents as streams: which source a document is from, what its streams hold, and their frames."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import polars as pl

from core.engine.batch import ROW
from core.engine.sources.contract import Source, StreamSpec
from core.engine.sources.detect import is_pattern
from core.engine.sources.flatten import Record, flatten, walk
from core.engine.sources.json_text import Json
from core.engine.sources.tabular import FAULT
from core.errors import InvalidInputError

_PROBE = 50  # members of each list that are looked at to recognise a document
SAMPLE_ROWS = 200


@dataclass(slots=True)
class Survey:
    """What one stream of a document holds."""

    name: str
    spec: StreamSpec | None
    columns: tuple[str, ...] = ()
    rows: int = 0
    first: list[Record] = field(default_factory=list)

    def sample(self) -> pl.DataFrame:
        return _frame(self.first, self.columns, 1)


def match_document(document: Json, source: Source) -> tuple[float, str]:
    """How much of the document the source's declaration knows, from 0 to 1, and the reason.

    The share of the fields of declared streams that the declaration names, lowered where there are few of them to
    judge by, and raised where a top-level key marks the source.
    """
    specs = {spec.name: spec for spec in source.streams if spec.path is not None}
    if not specs:
        return 0.0, f"{source.label} declares no JSON"
    seen: dict[str, set[str]] = {}
    for name, records in flatten(_cut(document), tuple(specs.values())).items():
        if name in specs and specs[name].entity:
            seen[name] = {column for record in records for column in record.values}
    fields = sum(len(columns) for columns in seen.values())
    known = sum(len(columns & specs[name].hints.keys()) for name, columns in seen.items())
    if not known:
        return 0.0, f"no field of {source.label} found"
    marks = sorted(source.marks & document.keys()) if isinstance(document, dict) else []
    confidence = known / fields * known / (known + 3)
    confidence += (1 - confidence) / 2 if marks else 0
    reason = f"{known} of {fields} fields in {', '.join(seen)} are known from {source.label}"
    return confidence, reason + (f"; marked by {', '.join(marks)}" if marks else "")


def survey(document: Json, specs: Sequence[StreamSpec] | None) -> list[Survey]:
    """Every stream with its columns, number of rows and first rows; declared streams first, in their order."""
    declared = {spec.name: spec for spec in specs or ()}
    columns: dict[str, dict[str, None]] = {}
    found: dict[str, Survey] = {}
    for name, record in walk(document, specs):
        if name not in found:
            found[name], columns[name] = Survey(name, declared.get(name)), {}
        stream = found[name]
        stream.rows += 1
        if stream.rows <= SAMPLE_ROWS:
            stream.first.append(record)
        columns[name].update(dict.fromkeys(record.values))
        columns[name].update(dict.fromkeys(record.extra))
    for name, stream in found.items():
        stream.columns = tuple(_column(name) for name in columns[name])
    order = {name: place for place, name in enumerate(declared)}
    return sorted(found.values(), key=lambda stream: (order.get(stream.name, len(order)), stream.name))


def document_frames(
    document: Json, specs: Sequence[StreamSpec] | None, columns: dict[str, tuple[str, ...]], chunk_rows: int
) -> Iterator[tuple[str, pl.DataFrame]]:
    """Frames of at most `chunk_rows` records with the given columns, in the order in which they fill up."""
    waiting: dict[str, list[Record]] = {}
    done: dict[str, int] = {}
    for name, record in walk(document, specs):
        records = waiting.setdefault(name, [])
        records.append(record)
        if len(records) == chunk_rows:
            yield name, _frame(records, columns.get(name, ()), done.get(name, 0) + 1)
            done[name] = done.get(name, 0) + len(records)
            waiting[name] = []
    for name, records in waiting.items():
        if records:
            yield name, _frame(records, columns.get(name, ()), done.get(name, 0) + 1)


def _column(name: str) -> str:
    """A field's name as a column; ours are taken."""
    return f"{name} (2)" if name in {ROW, FAULT} or is_pattern(name) else name


def _frame(records: list[Record], columns: tuple[str, ...], first: int) -> pl.DataFrame:
    texts = [{_column(name): text for name, text in record.texts().items()} for record in records]
    unknown = {name for row in texts for name in row} - set(columns)
    if unknown:
        raise InvalidInputError(
            f"The file has fields that it did not have before: {', '.join(sorted(unknown)[:5])}.",
            hint="It was changed after it was recognised: upload it again.",
        )
    data = {column: [row.get(column) for row in texts] for column in columns}
    numbers = pl.int_range(first, first + len(records), dtype=pl.Int64, eager=True).alias(ROW)
    return pl.DataFrame(data, schema=dict.fromkeys(columns, pl.String)).select(numbers, pl.all())


def _cut(value: Json) -> Json:
    """The document with every list cut to its first members: enough to recognise it by."""
    if isinstance(value, list):
        return [_cut(member) for member in value[:_PROBE]]
    return {key: _cut(member) for key, member in value.items()} if isinstance(value, dict) else value
