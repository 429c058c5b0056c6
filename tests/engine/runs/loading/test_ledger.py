"""A chunk is in the ledger with its fates, once, or nothing of it is."""

from __future__ import annotations

import polars as pl
import pytest
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError

from core.engine.batch import ROW
from core.engine.runs.loading import fates
from core.engine.runs.loading.ledger import ChunkResult, ChunkTask, record_chunk, unrecorded_tasks
from core.engine.runs.tables import RowFate, RunChunk
from core.engine.runs.totals import totals_of
from core.kit.ids import new_id

STREAM = new_id()
ORDERS, LINES = ChunkTask(0, STREAM, 5), ChunkTask(1, STREAM, 5)


def result(task, entity, rows, *, records_written=0):
    numbers = pl.Series(ROW, rows, dtype=pl.Int64)
    ranges = fates.ranges_of_fate(numbers, "migrated" if records_written else "merged", "")
    return ChunkResult(task, entity, ranges, records_written, "Soup")


@pytest.fixture
def recorded(target):
    """A run whose ledger has one chunk under both of its entity plans."""
    results = [
        result(ORDERS, "order", [2, 3, 4], records_written=2),
        result(LINES, "order_line", [2, 3, 4, 7], records_written=4),
    ]
    record_chunk(target.context, target.run_id, results)
    return target


def test_a_recorded_task_is_not_left_to_do_and_every_other_one_is(recorded):
    unrecorded = [ChunkTask(2, STREAM, 5), ChunkTask(3, STREAM, 5)]
    assert unrecorded_tasks(recorded.context, recorded.run_id, [ORDERS, LINES, *unrecorded]) == unrecorded
    another_chunk = [ChunkTask(0, STREAM, 6), ChunkTask(1, STREAM, 6)]
    assert unrecorded_tasks(recorded.context, recorded.run_id, another_chunk) == another_chunk


def test_tasks_that_another_run_recorded_are_still_to_do(recorded):
    later_run = recorded.another_run()
    assert unrecorded_tasks(later_run.context, later_run.run_id, [ORDERS, LINES]) == [ORDERS, LINES]


def test_the_ledger_adds_up_per_entity(recorded):
    counts = dict.fromkeys(fates.FATES, 0)
    assert totals_of(recorded.context, recorded.run_id) == {
        "order": counts | {"read": 3, "migrated": 3, "changed": 2},
        "order_line": counts | {"read": 4, "migrated": 4, "changed": 4},
    }


def test_the_fates_are_stored_as_the_ranges_of_their_rows(recorded):
    query = select(RowFate.entity, RowFate.first_row, RowFate.starts, RowFate.ends, RowFate.rows)
    stored = recorded.context.session.execute(query.where(RowFate.run_id == recorded.run_id)).all()
    assert sorted(tuple(row) for row in stored) == [
        ("order", 2, [2], [4], 3),
        ("order_line", 2, [2, 7], [4, 7], 4),
    ]


def test_a_task_cannot_be_recorded_twice(recorded):
    again = [result(ORDERS, "order", [90], records_written=1)]
    with pytest.raises(IntegrityError), recorded.context.session.begin_nested():
        record_chunk(recorded.context, recorded.run_id, again)
    query = select(func.sum(RunChunk.rows)).where(RunChunk.run_id == recorded.run_id, RunChunk.step_no == 0)
    assert recorded.context.session.scalar(query) == 3


def test_a_chunk_without_results_leaves_no_line(target):
    record_chunk(target.context, target.run_id, [])
    query = select(func.count()).select_from(RunChunk).where(RunChunk.run_id == target.run_id)
    assert target.context.session.scalar(query) == 0
