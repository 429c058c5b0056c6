"""Check every row of a plan chunk by chunk, and collect the few columns that the checks over whole files need.

Memory does not grow with the width of a row. Rows of several streams meet in those columns, so their numbers are made
unique there: the stream's index above bit 40, the row below it. Numbers of the first stream stay as they are.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial

import polars as pl

from core.context import Context
from core.engine.batch import FAULT, ROW, Batch, hash_columns
from core.engine.plan import EntityPlan, Plan
from core.engine.seen_records import SeenRows
from core.engine.sources import store
from core.engine.sources.tables import SourceStream
from core.engine.transforms import transform_rows
from core.engine.validation.duplicates import CONTENT, ROWS_PER_STREAM
from core.engine.validation.ledger import IssueLedger
from core.engine.validation.people import seen_rows
from core.engine.validation.rules import NEEDED, check_rows

_ROWS_PER_CHECK = 60_000
"""Rows checked in one frame at most: more would take memory and no less time."""
_ID_AND_CONTENT = (ROW, "external_id", CONTENT)
_UNIQUE_ROW = re.compile(r"\brow (\d{13,})")


@dataclass(slots=True)
class CheckInput:
    """Columns the whole-file checks need, per entity.

    parts     entity -> (secondary, stream name) -> columns, chunk by chunk
    streams   the streams in the order of their index in row numbers, each with its entity plans
    rows      entity -> number of records: every row of a primary entity, every distinct one of a secondary
    repeated  entity -> ROW, external_id and CONTENT of rows whose id several streams of a primary entity have
    """

    parts: dict[str, dict[tuple[bool, str], list[pl.DataFrame]]] = field(default_factory=dict)
    streams: list[tuple[SourceStream, dict[str, EntityPlan]]] = field(default_factory=list)
    rows: dict[str, int] = field(default_factory=dict)
    repeated: dict[str, pl.DataFrame] = field(default_factory=dict)

    def take_columns(self) -> dict[str, pl.DataFrame]:
        """Join the parts into one frame per entity, and drop them, so that memory holds each row once."""
        parts, self.parts = self.parts, {}
        return {entity: self._join(entity, parts.pop(entity)) for entity in list(parts)}

    def unique_rows(self, rows: pl.DataFrame) -> pl.Series:
        """Turn rows (stream_id, row) into the unique row numbers of the columns."""
        offsets = {stream.id: index * ROWS_PER_STREAM for index, (stream, _) in enumerate(self.streams)}
        return rows.select(
            pl.col("stream_id").replace_strict(offsets, return_dtype=pl.Int64) + pl.col("row")
        ).to_series()

    def _join(self, entity: str, groups: dict[tuple[bool, str], list[pl.DataFrame]]) -> pl.DataFrame:
        """Put primary records first; of a record that several streams have, keep the first stream's row."""
        joined: list[pl.DataFrame] = []
        repeated: list[pl.DataFrame] = []
        self.rows[entity] = 0
        for secondary, stream in sorted(groups, key=lambda key: key[0]):
            frame = pl.concat(groups.pop((secondary, stream)), how="diagonal")
            self.rows[entity] += 0 if secondary else len(frame)
            if secondary:
                frame = frame.unique("external_id", keep="first", maintain_order=True)
            if joined:
                earlier_ids = pl.concat([part["external_id"] for part in joined])
                is_repeated = frame["external_id"].is_in(earlier_ids.implode())
                repeated += [] if secondary else [frame.filter(is_repeated).select(_ID_AND_CONTENT)]
                frame = frame.filter(~is_repeated)
            self.rows[entity] += len(frame) if secondary else 0
            joined.append(frame)
        if any(rows.height for rows in repeated):
            ids = pl.concat(repeated)["external_id"].unique()
            first = [part.select(_ID_AND_CONTENT) for part in joined if CONTENT in part.columns]
            rows = pl.concat([*first, *repeated])
            self.repeated[entity] = rows.filter(pl.col("external_id").is_in(ids.implode()))
        return pl.concat(joined, how="diagonal")

    def fields_of(self, entity: str) -> dict[int, tuple[str, ...]]:
        """List the fields that each stream gives the entity, by the stream's index in row numbers."""
        return {
            index: tuple(sorted(field.target for field in plans[entity].fields))
            for index, (_, plans) in enumerate(self.streams)
            if entity in plans
        }


Progress = Callable[[int, int], None]
"""Takes rows checked so far and rows in all."""


def check_streams(
    context: Context,
    plan: Plan,
    streams: Sequence[SourceStream],
    ledger: IssueLedger,
    progress: Progress | None = None,
) -> CheckInput:
    """Apply every entity plan to every row and check it; issues go to the ledger, columns into the answer."""
    mapped = {entity_plan.stream for entity_plan in plan.entities}
    done, total = 0, sum(stream.rows for stream in streams if stream.name in mapped)
    columns = CheckInput()
    by_stream: defaultdict[str, list[EntityPlan]] = defaultdict(list)
    for entity_plan in plan.entities:
        by_stream[entity_plan.stream].append(entity_plan)
    for stream in streams:
        plans = by_stream.get(stream.name, [])
        if not plans:
            continue
        stream_index = len(columns.streams)
        columns.streams.append((stream, {plan.entity: plan for plan in plans}))
        chunks = store.list_chunks(context, stream.id)
        rows_per_chunk = max((chunk.rows for chunk in chunks), default=_ROWS_PER_CHECK)
        secondaries = [seen_rows(plan) for plan in plans if not plan.primary]
        frames = store.process_chunks(
            context,
            stream.id,
            (chunk.chunk_no for chunk in chunks),
            partial(_extract_secondaries, plan, secondaries, context.now),
            chunks_per_frame=max(1, _ROWS_PER_CHECK // rows_per_chunk),
        )
        for frame, records in frames:
            for entity_plan in plans:
                entity = entity_plan.entity
                batch = records.get(entity)
                if entity_plan.primary:
                    batch = check_rows(plan, transform_rows(plan, entity_plan, frame), context.now)
                if batch is not None:
                    ledger.add(batch.issues, stream.id, entity_plan)
                    groups = columns.parts.setdefault(entity, {})
                    parts = groups.setdefault((not entity_plan.primary, stream.name), [])
                    parts.append(_needed_columns(batch, stream_index, with_content=entity_plan.primary))
            done += frame.height
            if progress is not None:
                progress(min(done, total), total)
    return columns


def _extract_secondaries(
    plan: Plan, secondaries: Sequence[SeenRows], now: datetime, frame: pl.DataFrame
) -> tuple[pl.DataFrame, dict[str, Batch]]:
    """Return the chunk, and by entity its new secondary records, checked; runs while the chunk before is checked."""
    batches: dict[str, Batch] = {}
    if not secondaries:
        return frame, batches
    sound = _sound_rows(frame)
    # In two calls for all of them: for what repeats on every line, calls would cost more than the work.
    hashed = sound.select(
        secondary.row_hash(sound.columns).alias(str(index)) for index, secondary in enumerate(secondaries)
    )
    may_be_new = hashed.select(
        secondary.any_new(pl.col(str(index))).alias(str(index)) for index, secondary in enumerate(secondaries)
    )
    for index, secondary in enumerate(secondaries):
        if not may_be_new[str(index)][0]:
            continue
        rows, hashes = secondary.new_rows(sound, hashed[str(index)])
        if not rows.is_empty() or secondary.is_first_chunk:
            records = secondary.new_records(rows, hashes, transform_rows(plan, secondary.entity_plan, rows))
            batches[secondary.entity_plan.entity] = check_rows(plan, records, now)
            secondary.is_first_chunk = False
    return frame, batches


def restore_row_numbers(
    columns: CheckInput, entity: str, issues: pl.DataFrame
) -> Iterator[tuple[pl.DataFrame, str, EntityPlan]]:
    """Split issues of the whole-file checks by stream, with the row numbers of the files in ROW and `detail`."""
    for index, (stream, plans) in enumerate(columns.streams):
        is_of_stream = pl.col(ROW) // ROWS_PER_STREAM == index
        of_stream = issues.filter(is_of_stream) if entity in plans else issues.clear()
        if len(of_stream):
            details = [_with_file_rows(columns, text) for text in of_stream["detail"]]
            detail = pl.Series("detail", details, dtype=pl.String)
            yield of_stream.with_columns(pl.col(ROW) % ROWS_PER_STREAM, detail), stream.id, plans[entity]


def _with_file_rows(columns: CheckInput, detail: str | None) -> str | None:
    def name(match: re.Match[str]) -> str:
        number = int(match[1])
        return f"row {number % ROWS_PER_STREAM} of {columns.streams[number // ROWS_PER_STREAM][0].name}"

    return _UNIQUE_ROW.sub(name, detail) if detail else detail


def _sound_rows(frame: pl.DataFrame) -> pl.DataFrame:
    """Drop misshapen rows, which the primary entity reports."""
    return frame.filter(pl.col(FAULT).is_null()).drop(FAULT) if FAULT in frame.columns else frame


def _needed_columns(batch: Batch, stream_index: int, *, with_content: bool) -> pl.DataFrame:
    """Select what the whole-file checks need, under unique row numbers, with CONTENT where duplicates count."""
    frame = batch.frame
    names = [name for name in NEEDED[batch.entity] if name in frame.columns]
    row = (pl.col(ROW) + (stream_index * ROWS_PER_STREAM)).alias(ROW)
    if not with_content:
        return frame.select(row, *names)
    texts = [
        pl.col(name).list.join("\x1f") if kind == pl.List(pl.String) else pl.col(name)
        for name, kind in sorted(frame.schema.items())
        if name != ROW
    ]
    return frame.select(row, *names, hash_columns(texts).alias(CONTENT))
