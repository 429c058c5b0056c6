"""A batch and the notes of the reader: which rows are held, and that notes come back as they were added."""

from __future__ import annotations

from decimal import Decimal

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.engine.batch import (
    ISSUE_SCHEMA,
    NOTED,
    ROW,
    Batch,
    add_notes,
    hash_columns,
    no_issues,
    notes_of,
)
from core.engine.issues import CATALOGUE, Level, issue

LEVELS = st.sampled_from(list(Level))
NOTE = st.tuples(
    st.integers(2, 6), st.sampled_from(sorted(CATALOGUE)), st.text("ab _", max_size=3), st.text(max_size=5)
)


def rows(*numbers):
    return pl.DataFrame({ROW: numbers}, schema={ROW: pl.Int64})


def frame_of_notes(notes):
    schema = {ROW: pl.Int64, "code": pl.String, "column": pl.String, "detail": pl.String}
    return pl.DataFrame(notes, schema=schema, orient="row")


@given(st.lists(st.tuples(st.integers(2, 9), LEVELS), max_size=12))
def test_rows_with_an_error_are_held_and_all_others_are_good(issues):
    frame = pl.DataFrame(
        [{ROW: row, "code": "bad_money", "level": str(level)} for row, level in issues],
        schema={ROW: pl.Int64, "code": pl.String, "level": pl.String},
    )
    missing = [
        pl.lit(None, dtype=kind).alias(name)
        for name, kind in ISSUE_SCHEMA.items()
        if name not in frame.columns
    ]
    batch = Batch("menu_item", rows(*range(2, 10)), frame.with_columns(missing).select(*ISSUE_SCHEMA))
    held = {row for row, level in issues if level == Level.ERROR}
    assert set(batch.held_rows()) == held
    assert batch.good().frame[ROW].to_list() == [row for row in range(2, 10) if row not in held]
    assert batch.good().issues.equals(batch.issues)


def test_a_batch_without_issues_is_wholly_good():
    batch = Batch("menu_item", rows(2, 3))
    assert batch.issues.schema == pl.Schema(ISSUE_SCHEMA)
    assert batch.good().frame.equals(batch.frame)


@pytest.mark.parametrize("code", sorted(CATALOGUE))
def test_an_issue_of_every_code_has_the_columns_of_a_batch_s_issues(code):
    more = (
        rows(2)
        .with_columns(pl.lit("12x").alias("Price"))
        .select(
            ROW,
            *issue(code, field="price", source_field="Price", value=pl.col("Price"), money=pl.lit("1.50")),
        )
    )
    (added,) = Batch("menu_item", rows(2)).with_issues(more).issues.to_dicts()
    assert added == {
        ROW: 2,
        "field": "price",
        "source_field": "Price",
        "code": code,
        "level": str(CATALOGUE[code].level),
        "value": "12x",
        "detail": "",
        "money": Decimal("1.5000"),
    }


def test_issues_are_added_behind_those_of_the_batch_and_may_have_a_level_of_their_own():
    batch = Batch("menu_item", rows(2, 3))
    warned = batch.with_issues(rows(3).select(ROW, *issue("bad_money", level=Level.WARNING)))
    batch_issues = warned.with_issues(rows(2).select(ROW, *issue("bad_money")))
    assert batch_issues.issues.select(ROW, "level").rows() == [(3, "warning"), (2, "error")]
    assert batch_issues.held_rows().to_list() == [2]
    assert batch.issues.equals(no_issues())


@given(st.lists(st.lists(NOTE, max_size=5), max_size=3))
def test_notes_come_back_as_they_were_added_but_for_the_characters_between_them(portions):
    frame = rows(*range(2, 7))
    for portion in portions:
        frame = add_notes(frame, [frame_of_notes(portion)])
    expected = sorted(
        (row, code, column, detail.replace("\x1e", " ").replace("\x1f", " "))
        for portion in portions
        for row, code, column, detail in portion
    )
    assert sorted(notes_of(frame).rows()) == expected
    assert frame[ROW].to_list() == list(range(2, 7))


def test_notes_of_a_row_keep_their_order_over_several_additions():
    first, second = (
        frame_of_notes([(2, "garbled_text", "Name", "a")]),
        frame_of_notes([(2, "bad_date", "Day", "b")]),
    )
    frame = add_notes(add_notes(rows(2, 3), [first]), [second])
    assert notes_of(frame)["code"].to_list() == ["garbled_text", "bad_date"]
    assert frame[NOTED].null_count() == 1


def test_a_frame_without_notes_has_none_and_gets_no_column():
    assert notes_of(rows(2)).is_empty()
    assert add_notes(rows(2), []).columns == [ROW]


@given(st.lists(st.text("ab", max_size=2), min_size=2, max_size=2, unique=True))
def test_values_that_change_places_have_another_hash(values):
    first, second = values
    frame = pl.DataFrame({"a": [first, second], "b": [second, first]})
    hashes = frame.select(hash_columns([pl.col("a"), pl.col("b")])).to_series()
    assert hashes[0] != hashes[1]
    assert hashes.dtype == pl.UInt64
