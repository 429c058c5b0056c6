"""Record what became of a chunk, in the open transaction: a line of the ledger, the fate of each row, an audit line."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import polars as pl
from sqlalchemy import insert, select

from core.context import Context
from core.db.binary import bigint_array, take_arrays
from core.db.session import driver_connection
from core.engine.runs.loading import fates
from core.engine.runs.tables import RunChunk
from core.kit import clock
from core.platform.audit.actions import record

StoredTask = list[int | str]
"""[step_no, stream_id, chunk_no]: a ChunkTask as the queue stores it, in plain values."""


class ChunkTask(NamedTuple):
    """One chunk of a stream under one entity plan, the plan's `step_no`-th."""

    step_no: int
    stream_id: str
    chunk_no: int

    @classmethod
    def from_stored(cls, stored: StoredTask) -> ChunkTask:
        step_no, stream_id, chunk_no = stored
        return cls(int(step_no), str(stream_id), int(chunk_no))

    def to_stored(self) -> StoredTask:
        return [self.step_no, self.stream_id, self.chunk_no]

    @property
    def chunk(self) -> tuple[str, int]:
        """Stream and number of the chunk, whichever the entity plan."""
        return self.stream_id, self.chunk_no


@dataclass(frozen=True, slots=True)
class ChunkResult:
    """One chunk under one entity plan, as it was loaded.

    fate_ranges      see fates.ranges
    records_written  records created or changed
    last_item        name or id of its last record, masked where it is personal
    new_records      external_id and id of the records created, if a field of the plan refers to the entity
    """

    task: ChunkTask
    entity: str
    fate_ranges: pl.DataFrame
    records_written: int
    last_item: str | None
    new_records: pl.DataFrame | None = None

    @property
    def chunk_no(self) -> int:
        return self.task.chunk_no

    @property
    def rows(self) -> int:
        return int(self.fate_ranges["rows"].sum())


def unrecorded_tasks(context: Context, run_id: str, tasks: Sequence[ChunkTask]) -> list[ChunkTask]:
    """List the tasks of one chunk that are not in the ledger yet.

    Should another worker record one of them meanwhile, recording it here breaks the ledger's key, and with it the
    transaction: nothing is loaded twice.
    """
    _, stream_id, chunk_no = tasks[0]
    done = set(
        context.session.scalars(
            select(RunChunk.step_no).where(
                RunChunk.run_id == run_id, RunChunk.stream_id == stream_id, RunChunk.chunk_no == chunk_no
            )
        )
    )
    return [task for task in tasks if task.step_no not in done]


def record_chunk(context: Context, run_id: str, results: Iterable[ChunkResult]) -> None:
    """Write a chunk's lines of the ledger, its fates and its audit lines, one per entity plan."""
    run_columns = {"tenant_id": context.tenant.id, "run_id": run_id}
    lines: list[dict[str, Any]] = []
    of_rows: list[dict[str, Any]] = []
    for result in results:
        step_no, stream_id, chunk_no = result.task
        key = run_columns | {"entity": result.entity, "stream_id": stream_id}
        lines.append(
            key
            | {
                "step_no": step_no,
                "chunk_no": chunk_no,
                "rows": result.rows,
                "changed": result.records_written,
                "fates": fates.counts(result.fate_ranges),
                "last_item": result.last_item,
                "loaded_at": clock.now(),
            }
        )
        of_rows += [key | ranges for ranges in _ranges(result.fate_ranges)]
        record(
            context, "run.chunk", "run", run_id,
            entity=result.entity, chunk=result.chunk_no, rows=result.rows, changed=result.records_written,
        )  # fmt: skip
    if lines:
        context.session.execute(insert(RunChunk), lines)
        cursor = driver_connection(context.session).cursor()
        take_arrays(cursor)
        cursor.executemany(_FATES, of_rows)


_FATES = """insert into row_fate (tenant_id, run_id, entity, stream_id, first_row, starts, ends, rows, fate, reason)
values (%(tenant_id)s, %(run_id)s, %(entity)s, %(stream_id)s, %(first_row)s, %(starts)s, %(ends)s, %(rows)s, %(fate)s,
  %(reason)s)"""


def _ranges(fate_ranges: pl.DataFrame) -> Iterator[dict[str, object]]:
    """Yield the lines of row_fate. Ranges are binary (perf 4)."""
    for fate, reason, rows, starts, ends in zip(
        *fate_ranges.select("fate", "reason", "rows", "starts", "ends"), strict=True
    ):
        ranges = {"starts": bigint_array(starts), "ends": bigint_array(ends)}
        yield {"fate": fate, "reason": reason, "rows": rows, "first_row": starts[0], **ranges}
