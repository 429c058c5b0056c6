"""Decide which streams come of a table, and describe each of them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import Any

import polars as pl

from core.engine.batch import FAULT, NOTED
from core.engine.sources import detect
from core.engine.sources.contract import StreamSpec
from core.engine.sources.documents import SAMPLE_ROWS
from core.engine.sources.file_info import StreamInfo
from core.engine.sources.reshape.decide import declared_shapes, shapes_of
from core.engine.sources.reshape.declared import declared_shape
from core.engine.sources.reshape.row_kinds import row_kinds
from core.engine.sources.reshape.shape import Frames, Reading, StreamShape, unchanged
from core.engine.sources.table_streams.collected import collected_shape
from core.engine.sources.table_streams.unpivoted import unpivoted_shape

_READING = "reading"
"""The key under which the facts of a column have what it means by the shape of its table."""


def shaped_streams(
    table: StreamInfo,
    rows: pl.DataFrame,
    domain: str | None,
    frames: Callable[[], Iterator[pl.DataFrame]] | None,
    tables: Mapping[str, pl.DataFrame],
) -> list[StreamInfo]:
    """Return the streams of a table, itself alone where each of its rows is one record.

    `table` describes it as it stands, `rows` are its first ones; `frames` reads all of it, to count the rows of each
    stream, None to count those of `rows` only; `tables` are the declared tables of the file. A table whose
    source declares it keeps the records that the declaration says; one that is to be read as it stands
    (ReaderOptions.reshape) keeps its shape.
    """
    spec = table.spec
    if spec is not None and spec.where is not None and table.options.reshape is not False:
        return [*_by_kind(table, spec, rows, frames, tables)] or [table]
    if table.options.reshape is False:
        return [table]
    if spec is None or spec.reshape:
        shapes = shapes_of(table.columns, rows, domain)
    elif spec.grouped is not None:
        shapes = declared_shapes(table.columns, rows, spec.grouped)
    else:
        shapes = [collected_shape(declared_shape(spec, table.columns, rows, tables), spec)]
    streams = [_shaped(table, shape, rows, frames) for shape in shapes]
    return [*streams, *_unpivoted(table, rows, frames)]


def _unpivoted(
    table: StreamInfo, rows: pl.DataFrame, frames: Callable[[], Iterator[pl.DataFrame]] | None
) -> Iterator[StreamInfo]:
    """Yield the streams of the columns that the source declares to be records of their own."""
    for spec in table.spec.kinds if table.spec else ():
        if shape := unpivoted_shape(spec, table.columns):
            yield _shaped(replace(table, name=spec.name, entity=spec.entity, spec=spec), shape, rows, frames)


def _by_kind(
    table: StreamInfo,
    spec: StreamSpec,
    rows: pl.DataFrame,
    frames: Callable[[], Iterator[pl.DataFrame]] | None,
    tables: Mapping[str, pl.DataFrame],
) -> Iterator[StreamInfo]:
    """Yield a stream for each kind of row of a table; that of undeclared kinds only where there are such rows."""
    looked_up = (
        declared_shape(spec, table.columns, rows, tables) if spec.look_up else StreamShape(table.columns)
    )
    for kind, part in row_kinds(looked_up.columns, spec):
        shape = replace(part, why=(*looked_up.why, *part.why), convert=partial(_in_turn, looked_up, part))
        name = kind.name if kind else table.part
        stream = _shaped(
            replace(table, name=name, entity=kind.entity if kind else None, spec=kind), shape, rows, frames
        )
        if kind is not None or stream.rows:
            yield stream


def _in_turn(first: StreamShape, second: StreamShape, frames: Frames) -> Frames:
    return second.convert(first.convert(frames))


def declared_rows(
    specs: Sequence[StreamSpec | None],
    tables: Sequence[tuple[tuple[str, ...], Callable[[], Iterator[pl.DataFrame]]]],
) -> dict[str, pl.DataFrame]:
    """Return the rows of the declared tables that others look values up in, by stream, as their shape has them.

    `tables`: the columns of each, and what reads its rows.
    """
    names = {look_up.stream for spec in specs if spec for look_up in spec.look_up.values()}
    rows_by_stream = {}
    for spec, (columns, frames) in zip(specs, tables, strict=True):
        if spec is not None and spec.name in names:
            shape = declared_shape(spec, columns, pl.DataFrame(schema=dict.fromkeys(columns, pl.String)), {})
            rows_by_stream[spec.name] = pl.concat([*shape.convert(frames())], how="diagonal")
    return rows_by_stream


def _shaped(
    table: StreamInfo,
    shape: StreamShape,
    rows: pl.DataFrame,
    frames: Callable[[], Iterator[pl.DataFrame]] | None,
) -> StreamInfo:
    if shape == StreamShape(table.columns) and shape.convert is unchanged:
        return table
    first = pl.concat([*shape.convert(iter([rows]))] or [rows.head(0)], how="diagonal")
    read_again = frames() if frames is not None else iter([rows])
    sample = first.drop(FAULT, NOTED, strict=False).head(SAMPLE_ROWS)
    order, reasons = detect.find_date_order(sample)
    return replace(
        table,
        name=table.name + shape.suffix,
        entity=shape.entity or table.entity,
        columns=shape.columns,
        rows=sum(frame.height for frame in shape.convert(read_again)),
        sample=sample,
        date_order=(table.date_order if shape.columns == table.columns else order),
        why=(*table.why, *shape.why, *(reason for reason in reasons if reason not in table.why)),
        shape=shape,
    )


def with_readings(facts: Mapping[str, Mapping[str, Any]], info: StreamInfo) -> dict[str, Any]:
    """Add to the facts of a stream's columns, as stored, what they mean by the shape of its table."""
    readings = info.shape.readings if info.shape else {}
    reading_documents = {name: {_READING: reading.to_json()} for name, reading in readings.items()}
    return {
        name: {**facts.get(name, {}), **reading_documents.get(name, {})}
        for name in (*facts, *(reading_documents.keys() - facts.keys()))
    }


def readings_of(facts: Mapping[str, Mapping[str, Any]]) -> dict[str, Reading]:
    """Return what columns mean by the shape of their table, of their facts as stored."""
    return {
        name: Reading.from_json(document[_READING])
        for name, document in facts.items()
        if _READING in document
    }
