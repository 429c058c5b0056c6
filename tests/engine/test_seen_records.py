"""However rows are cut into chunks, a record of a secondary entity is worked on once and never taken for another."""

from __future__ import annotations

from itertools import pairwise

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.engine import seen_records as module
from core.engine.batch import ROW, Batch
from core.engine.plan import EntityPlan, FieldPlan
from core.engine.seen_records import SeenRecords, SeenRows, distinct_rows

PLAN = EntityPlan(
    "lines", "employee", (FieldPlan("external_id", ("Id",)), FieldPlan("phone", ("Phone",))), primary=False
)
PRIMARY = EntityPlan("lines", "employee", PLAN.fields)
BY_ROW = EntityPlan("lines", "payment", (FieldPlan("amount", ("Paid",)),), primary=False)

values = st.sampled_from([None, "", "a", "\x1f", "\x1f0", "\x1f1a"])
pairs = st.lists(st.tuples(values, values), max_size=6)
chunked_pairs = st.lists(pairs, min_size=1, max_size=5)


def rows_of(pairs, columns=("Id", "Phone"), *, first=2):
    frame = pl.DataFrame(pairs, schema=dict.fromkeys(("Id", "Phone"), pl.String), orient="row")
    return frame.with_row_index(ROW, offset=first).cast({ROW: pl.Int64}).select(ROW, *columns)


def records_of(rows, row_hash=b"hash"):
    return rows.select(
        ROW, pl.col("Id").fill_null("").alias("external_id"), pl.lit(row_hash).alias("row_hash")
    )


def chunks_of(chunked):
    """The rows of each chunk, numbered through."""
    starts = [2]
    for chunk in chunked:
        starts.append(starts[-1] + len(chunk))
    return [rows_of(chunk, first=start) for chunk, (start, _) in zip(chunked, pairwise(starts), strict=True)]


# --- loading ----------------------------------------------------------------------------------------------------


@given(pairs, pairs)
def test_a_row_is_known_when_one_of_the_very_same_text_was_remembered(before, now):
    seen_records = SeenRecords(PLAN)
    seen_records.add(records_of(rows_of(before)), rows_of(before))
    known_rows, other_rows = seen_records.split(rows_of(now))
    assert [pair in before for pair in now] == rows_of(now)[ROW].is_in(known_rows[ROW].implode()).to_list()
    assert len(known_rows) + len(other_rows) == len(now)


def test_a_row_with_a_column_that_was_not_there_before_is_not_known():
    seen_records = SeenRecords(PLAN)
    seen_records.add(records_of(rows_of([("a", None)])), rows_of([("a", None)], columns=["Id"]))
    known_rows, _ = seen_records.split(rows_of([("a", "b")]))
    assert known_rows.is_empty()


def test_what_is_a_record_of_its_own_in_every_row_is_never_known():
    assert SeenRecords(BY_ROW).is_unbounded()
    assert SeenRecords(PRIMARY).is_unbounded()


@given(chunked_pairs)
def test_the_rows_that_stay_of_all_chunks_have_each_text_of_an_earlier_chunk_once(chunked):
    seen_records, earlier = SeenRecords(PLAN), set()
    for pairs_of_chunk, rows in zip(chunked, chunks_of(chunked), strict=True):
        _, other_rows = seen_records.split(rows)
        assert other_rows.select("Id", "Phone").rows() == [
            pair for pair in pairs_of_chunk if pair not in earlier
        ]
        seen_records.add(records_of(other_rows), other_rows)
        earlier |= set(pairs_of_chunk)


@given(before=st.dictionaries(st.sampled_from("abc"), st.sampled_from([b"1", b"2"])), now=st.data())
def test_a_record_is_repeated_only_with_its_id_and_its_content(before, now):
    contents = now.draw(
        st.lists(st.tuples(st.sampled_from("abcd"), st.sampled_from([b"1", b"2"])), max_size=5)
    )
    seen_records = SeenRecords(PLAN)
    schema = {ROW: pl.Int64, "external_id": pl.String, "row_hash": pl.Binary}
    loaded = [(number, *record) for number, record in enumerate(before.items())]
    seen_records.add(pl.DataFrame(loaded, schema=schema, orient="row"), None)
    records = pl.DataFrame([(n, *record) for n, record in enumerate(contents)], schema=schema, orient="row")
    new_records, repeated = seen_records.split_records(records)
    is_repeated = [before.get(external_id) == row_hash for external_id, row_hash in contents]
    assert repeated[ROW].to_list() == [n for n, repeats in enumerate(is_repeated) if repeats]
    assert new_records[ROW].to_list() == [n for n, repeats in enumerate(is_repeated) if not repeats]


def test_a_primary_entity_repeats_nothing():
    seen_records = SeenRecords(PRIMARY)
    records = records_of(rows_of([("a", "1")]))
    seen_records.add(records, rows_of([("a", "1")]))
    new_records, repeated = seen_records.split_records(records)
    assert (new_records.height, repeated.height) == (1, 0)


def test_of_too_many_records_only_those_of_the_chunk_before_are_remembered(monkeypatch):
    monkeypatch.setattr(module, "_MAX_RECORDS", 2)
    monkeypatch.setattr(module, "_MAX_DISTINCT", 1)
    seen_records = SeenRecords(PLAN)
    chunks = [records_of(rows_of([(f"{n}{m}", "") for m in range(3)])) for n in range(4)]
    texts = [rows_of([(f"{n}{m}", "") for m in range(3)]) for n in range(4)]
    for records, rows in zip(chunks, texts, strict=True):
        seen_records.add(records, rows)
    assert seen_records.is_unbounded()
    assert seen_records.split_records(chunks[-1])[1].height == 3
    assert seen_records.split_records(chunks[-2])[1].height == 0
    assert len(seen_records.records) + len(seen_records.latest) <= 3


# --- validation -------------------------------------------------------------------------------------------------


def new_ids(seen_rows, rows):
    """The ids of the records that the chunk has and no chunk before had, as the validation asks for them."""
    hashes = rows.select(seen_rows.row_hash(rows.columns).alias("hash")).to_series()
    if not pl.select(pl.lit(hashes).pipe(seen_rows.any_new)).item(0, 0):
        return []
    new_rows, new_hashes = seen_rows.new_rows(rows, hashes)
    seen_rows.is_first_chunk = False
    frame = new_rows.select(ROW, pl.col("Id").fill_null("").alias("external_id"))
    return (
        seen_rows.new_records(new_rows, new_hashes, Batch("employee", frame)).frame["external_id"].to_list()
    )


@given(chunked_pairs)
def test_each_record_is_checked_once_in_the_order_of_the_rows_however_they_are_cut(chunked):
    seen_rows = SeenRows(PLAN)
    ids = [external_id for rows in chunks_of(chunked) for external_id in new_ids(seen_rows, rows)]
    every_id = [external_id or "" for chunk in chunked for external_id, _ in chunk]
    assert ids == list(dict.fromkeys(every_id))


def test_an_absent_column_is_hashed_as_an_empty_one():
    seen_rows = SeenRows(PLAN)
    rows = rows_of([("a", None)])
    hashes = [
        rows.select(seen_rows.row_hash(columns)).to_series()[0] for columns in (["Id"], ["Id", "Phone"])
    ]
    assert hashes[0] == hashes[1]


def test_an_id_made_from_the_row_never_hides_a_later_row_of_the_same_columns():
    seen_rows = SeenRows(PLAN)
    for number in (2, 3):
        rows = rows_of([("", "a")], first=number)
        hashes = rows.select(seen_rows.row_hash(rows.columns)).to_series()
        new_rows, new_hashes = seen_rows.new_rows(rows, hashes)
        assert new_rows.height == 1
        frame = new_rows.select(ROW, pl.lit(f"row:{number}").alias("external_id"))
        assert seen_rows.new_records(new_rows, new_hashes, Batch("employee", frame)).frame.height == 1


# --- reconciliation ---------------------------------------------------------------------------------------------


@given(pairs)
def test_rows_that_can_differ_are_those_of_different_columns(pairs):
    assert distinct_rows(PLAN, rows_of(pairs)).select("Id", "Phone").rows() == list(dict.fromkeys(pairs))


@pytest.mark.parametrize("plan", [PRIMARY, BY_ROW], ids=["primary entity", "id made from the row"])
def test_every_row_stays_where_equal_columns_are_different_records(plan):
    rows = rows_of([("a", "1")] * 3).rename({"Phone": "Paid"} if plan is BY_ROW else {})
    assert distinct_rows(plan, rows).height == 3


@given(chunked_pairs)
def test_all_three_readers_find_the_same_records(chunked):
    chunks = chunks_of(chunked)
    of_validation, of_loading = SeenRows(PLAN), SeenRecords(PLAN)
    checked, loaded = [], []
    for rows in chunks:
        checked += new_ids(of_validation, rows)
        _, other_rows = of_loading.split(rows)
        new_records, _ = of_loading.split_records(
            records_of(other_rows).unique("external_id", maintain_order=True)
        )
        loaded += new_records["external_id"].to_list()
        of_loading.add(new_records, other_rows)
    proved = records_of(distinct_rows(PLAN, pl.concat(chunks)))["external_id"]
    assert checked == list(dict.fromkeys(loaded)) == proved.unique(maintain_order=True).to_list()
