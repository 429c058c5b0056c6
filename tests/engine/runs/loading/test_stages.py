"""One chunk's way up to the moment it is written, and the fate of each of its rows, without a database."""

from __future__ import annotations

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.engine.batch import ROW, Batch
from core.engine.plan import EntityPlan, FieldPlan, Plan
from core.engine.runs.loading import chunk as chunks
from core.engine.runs.loading import fates, run_plan, scheduler, stages
from core.engine.runs.loading.ledger import ChunkResult, ChunkTask
from core.engine.runs.loading.run_plan import RunPlan
from core.engine.runs.loading.stages import LinkedChunk, TransformedChunk, transform_chunk
from core.engine.runs.loading.state import ChunkReader, new_states
from core.engine.runs.rules import FATES, is_balanced
from core.kit.ids import new_id

KEY = bytes(32)


def fields(**sources):
    return tuple(FieldPlan(target, (column,)) for target, column in sources.items())


ORDERS = EntityPlan("lines", "order", fields(external_id="Order", number="Number"), primary=False)
LINES = EntityPlan("lines", "order_line", fields(external_id="Line", order_id="Order", gross_amount="Amount"))
PLAN = Plan("restaurant", "toast", entities=(ORDERS, LINES))


def states(plan=PLAN, entities_with_errors=frozenset()):
    return new_states(RunPlan(new_id(), new_id(), new_id(), plan), entities_with_errors)


def rows_of(rows, columns=("Order", "Number", "Line", "Amount"), first=2):
    frame = pl.DataFrame(rows, schema=dict.fromkeys(columns, pl.String), orient="row")
    return frame.with_row_index(ROW, offset=first).cast({ROW: pl.Int64})


TABLE = [("o1", None, "l1", "1.00"), ("o1", "17", "l2", "2.00"), ("o2", "18", "l3", "x")]


# --- states -----------------------------------------------------------------------------------------------------


def test_a_run_has_a_state_for_each_entity_plan_by_step():
    order, line = states(entities_with_errors=frozenset({"order_line"}))
    assert (order.entity, order.is_referenced, order.has_errors) == ("order", True, False)
    assert (line.entity, line.is_referenced, line.has_errors) == ("order_line", False, True)
    assert order.expect_new is None


def test_threads_do_not_share_what_they_learn():
    assert states()[0].seen_records is not states()[0].seen_records


def test_a_chunk_is_read_once_for_all_the_entities_that_are_picked_out_of_it(monkeypatch):
    reads = []
    monkeypatch.setattr(
        "core.engine.runs.loading.state.read_chunk", lambda _, *chunk: reads.append(chunk) or rows_of(TABLE)
    )
    reader = ChunkReader(None)
    for task in (ChunkTask(0, "s", 1), ChunkTask(1, "s", 1), ChunkTask(0, "s", 2), ChunkTask(0, "s", 1)):
        assert reader.rows_of(task).height == 3
    assert reads == [("s", 1), ("s", 2), ("s", 1)]


def test_a_reader_that_was_given_the_rows_reads_none():
    rows = rows_of(TABLE)
    assert ChunkReader(None, (("s", 1), rows)).rows_of(ChunkTask(0, "s", 1)) is rows


# --- transform --------------------------------------------------------------------------------------------------


def test_rows_of_one_record_are_folded_into_it_with_the_first_value_of_each_field():
    chunk = transform_chunk(states()[0], rows_of(TABLE), KEY)
    assert chunk.records.select(ROW, "external_id", "number").rows() == [(2, "o1", "17"), (4, "o2", "18")]
    assert chunk.merged[ROW].to_list() == [3]
    assert chunk.known_rows.is_empty()


def test_a_row_with_an_error_of_typing_makes_no_record():
    chunk = transform_chunk(states()[1], rows_of(TABLE), KEY)
    assert chunk.records["external_id"].to_list() == ["l1", "l2"]
    assert chunk.batch.held_rows().to_list() == [4]


def test_rows_of_an_earlier_chunk_are_known_and_not_typed_again():
    order = states()[0]
    first = transform_chunk(order, rows_of(TABLE), KEY)
    order.seen_records.add(first.records, rows_of(TABLE))
    again = transform_chunk(order, rows_of(TABLE, first=5), KEY)
    assert again.known_rows[ROW].to_list() == [5, 6, 7]
    assert (again.records.height, again.batch.frame.height) == (0, 0)


def test_the_fingerprint_depends_on_the_content_and_on_the_tenants_key_and_not_on_the_row():
    def fingerprints(rows, key=KEY, first=2):
        return transform_chunk(states()[0], rows_of(rows, first=first), key).records["row_hash"].to_list()

    first_order, second_order = fingerprints(TABLE)
    assert fingerprints(TABLE, first=90) == [first_order, second_order]
    assert not {first_order, second_order} & set(fingerprints(TABLE, key=bytes(31) + b"1"))
    changed_number = fingerprints([("o1", "99", "l1", "1.00"), *TABLE[1:]])
    assert changed_number[0] != first_order
    assert changed_number[1] == second_order


cells = st.none() | st.sampled_from(["a", "b"])


@given(st.lists(st.tuples(st.sampled_from(["o1", "o2", "o3"]), cells, cells), min_size=1, max_size=8))
def test_folding_keeps_each_row_in_a_record_or_among_the_merged_and_the_first_value_that_is_there(rows):
    frame = rows_of(rows, ("external_id", "number", "notes"))
    records, merged = stages._one_row_each(ORDERS, frame)
    assert sorted([*records[ROW], *merged[ROW]]) == frame[ROW].to_list()
    for _, external_id, *values in records.select(frame.columns).rows():
        of_record = frame.filter(pl.col("external_id") == external_id)
        assert values == [next(iter(of_record[name].drop_nulls()), None) for name in ("number", "notes")]


def test_a_primary_entity_keeps_the_first_row_of_an_id_as_it_is():
    frame = rows_of([("a", None), ("a", "1")], ("external_id", "number"))
    records, merged = stages._one_row_each(LINES, frame)
    assert (records["number"].to_list(), merged[ROW].to_list()) == ([None], [3])


# --- fates ------------------------------------------------------------------------------------------------------

FATE_BY_END = {
    "held": "quarantined",
    "orphan": "quarantined",
    "failed": "failed",
    "known": "merged",
    "repeated earlier": "merged",
    "merged": "merged",
    "no entity": "skipped_by_rule",
    "new": "migrated",
    "changed": "migrated",
    "duplicate": "migrated",
    "same": "merged",
    "kept": "merged",
    "repeated": "merged",
}


def numbers(rows):
    return pl.DataFrame({ROW: list(rows)}, schema={ROW: pl.Int64})


@given(st.lists(st.sampled_from(sorted(FATE_BY_END)), min_size=1, max_size=20))
def test_every_row_of_a_chunk_has_exactly_one_fate(ends):
    numbered = list(enumerate(ends, start=2))

    def of(*names):
        return numbers(row for row, end in numbered if end in names)

    in_batch = numbers(row for row, end in numbered if end not in {"known", "no entity"})
    every_row = numbers(range(2, 2 + len(ends)))
    batch = Batch("order", in_batch)
    transformed = TransformedChunk(every_row, of("known"), batch, in_batch, of("merged"))
    linked = LinkedChunk(transformed, of("held"), of("repeated earlier"), numbers([]), of("orphan"), None)
    stayed_out = [
        fates.fate_of(of("held"), "quarantined", "bad_money"),
        fates.fate_of(of("orphan"), "quarantined", "missing_reference"),
        fates.fate_of(of("failed"), "failed", "the database refused it: DataError"),
    ]
    outcome = pl.DataFrame(
        [(row, end) for row, end in numbered if end in chunks._FATE_OF_OUTCOME],
        schema={ROW: pl.Int64, "outcome": pl.String},
        orient="row",
    )
    row_fates = chunks._fates("order", linked, stayed_out, outcome)
    assert row_fates.select(ROW, "fate").rows() == [(row, FATE_BY_END[end]) for row, end in numbered]


@pytest.mark.parametrize(
    ("rows_read", "counts", "balanced"),
    [
        (3, {"migrated": 2, "failed": 1}, True),
        (3, {"migrated": 2}, False),
        (1, {"merged": 2}, False),
        (0, {}, True),
    ],
)
def test_rows_are_balanced_where_the_six_fates_add_up_to_those_read(rows_read, counts, balanced):
    assert is_balanced(rows_read, dict.fromkeys(FATES, 0) | counts) == balanced


@given(st.lists(st.integers(1, 80), unique=True), st.lists(st.integers(1, 80), unique=True))
def test_ranges_of_two_fates_never_overlap_and_hold_all_rows(migrated, held_candidates):
    held = sorted(set(held_candidates) - set(migrated))
    parts = [
        fates.fate_of(numbers(sorted(migrated)), "migrated", ""),
        fates.fate_of(numbers(held), "quarantined", "bad_money"),
    ]
    lines = fates.ranges(pl.concat(parts)).to_dicts()
    unfolded = {line["fate"]: list(fates.rows_of(line["starts"], line["ends"])) for line in lines}
    assert unfolded.get("migrated", []) == sorted(migrated)
    assert unfolded.get("quarantined", []) == held
    assert all(line["rows"] == len(unfolded[line["fate"]]) for line in lines)
    for line in lines:  # a range ends before the next one starts, with a gap, or they would be one
        assert all(end + 1 < start for end, start in zip(line["ends"], line["starts"][1:], strict=False))


# --- tasks ------------------------------------------------------------------------------------------------------


@given(st.integers(0, 500), st.uuids().map(str), st.integers(0, 10**6))
def test_a_task_is_the_same_after_the_queue_has_stored_it(step_no, stream_id, chunk_no):
    task = ChunkTask(step_no, stream_id, chunk_no)
    assert ChunkTask.from_stored(task.to_stored()) == task
    assert task.to_stored() == [step_no, stream_id, chunk_no]


def test_a_result_counts_the_rows_of_its_fates():
    ranges = fates.ranges_of_fate(pl.Series(ROW, [2, 3, 7], dtype=pl.Int64), "merged", "repeated_row")
    result = ChunkResult(ChunkTask(0, "s", 4), "order", ranges, 0, None)
    assert (result.rows, result.chunk_no) == (3, 4)


CUSTOMERS = EntityPlan("customers", "customer", fields(external_id="Id"))
REFUNDS = EntityPlan("lines", "payment", fields(external_id="Pay", order_id="Other order"), primary=False)


@pytest.mark.parametrize(
    ("plans", "groups"),
    [
        ((ORDERS, LINES), [[0, 1]]),
        ((CUSTOMERS, ORDERS, LINES), [[0], [1, 2]]),
        ((ORDERS, CUSTOMERS, LINES), [[0], [1], [2]]),
        ((ORDERS, REFUNDS), [[0], [1]]),
    ],
    ids=["one stream", "two streams", "a stream between", "a reference to the order of another row"],
)
def test_entities_of_the_same_rows_are_loaded_together_where_their_references_lie_in_the_row(plans, groups):
    steps = run_plan._steps_of_same_rows(Plan("restaurant", "toast", entities=plans))
    assert [[step_no for step_no, _ in group] for group in steps] == groups


@pytest.mark.parametrize(
    ("primary", "parents", "main"),
    [
        ((False, False, True), [0, 1], [2]),
        ((True,), [], [0]),
        ((False, False), [0, 1], []),
        ((True, False, True), [0, 1, 2], []),  # a parent that is a main entity too must not go ahead
        ((True, False), [0, 1], []),
    ],
    ids=str,
)
def test_parents_go_ahead_only_where_one_main_entity_comes_last(primary, parents, main):
    plans = tuple(EntityPlan("lines", "order", (), primary=is_primary) for is_primary in primary)
    tasks = [ChunkTask(step_no, "s", 0) for step_no in range(len(plans))]
    group = scheduler._group(Plan("restaurant", "toast", entities=plans), tasks)
    assert [task.step_no for task in group.parents] == parents
    assert [task.step_no for task in group.main] == main
    assert group.tasks == tasks


def test_chunks_of_one_pattern_are_those_of_one_stream_in_the_same_steps():
    def pattern(stream, *steps):
        return scheduler._pattern(scheduler.ChunkGroup([ChunkTask(step, stream, 3) for step in steps], []))

    assert pattern("s", 0, 1) == pattern("s", 0, 1)
    assert len({pattern("s", 0, 1), pattern("s", 0), pattern("t", 0, 1)}) == 3
