from __future__ import annotations

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.engine.batch import ROW
from core.engine.runs.loading import fates
from core.engine.runs.rules import FATES

ROW_FATES = st.lists(
    st.tuples(st.integers(1, 200), st.sampled_from(FATES), st.sampled_from(["", "bad_money"])),
    min_size=1,
    unique_by=lambda line: line[0],
)


def frame(lines) -> pl.DataFrame:
    return pl.DataFrame(lines, schema=fates.FATE_SCHEMA, orient="row")


@given(ROW_FATES)
def test_ranges_hold_exactly_the_rows_they_were_folded_from(lines):
    unfolded = [
        (row, line["fate"], line["reason"])
        for line in fates.ranges(frame(lines)).to_dicts()
        for row in fates.rows_of(line["starts"], line["ends"])
    ]
    assert sorted(unfolded) == sorted(lines)


@given(ROW_FATES)
def test_the_six_fates_add_up_to_the_rows(lines):
    counted = fates.counts(fates.ranges(frame(lines)))
    assert sum(counted.values()) == len(lines)
    assert tuple(counted) == FATES


def test_the_first_part_that_names_a_row_decides_its_fate():
    rows = pl.Series(ROW, [1, 2], dtype=pl.Int64)
    row_fates = fates.fates(
        rows, frame([(2, "quarantined", "bad_money")]), frame([(1, "migrated", ""), (2, "migrated", "")])
    )
    assert row_fates["fate"].to_list() == ["migrated", "quarantined"]


def test_a_row_without_a_fate_is_an_error_of_ours():
    with pytest.raises(ValueError, match="1 rows have no fate, the first is row 2"):
        fates.fates(pl.Series(ROW, [1, 2], dtype=pl.Int64), frame([(1, "migrated", "")]))


@given(st.lists(st.integers(1, 60), min_size=1, unique=True))
def test_rows_that_share_a_fate_have_the_same_ranges_as_any_others(rows):
    numbers = pl.Series(ROW, sorted(rows), dtype=pl.Int64)
    shared_fate = fates.fate_of(numbers, "merged", "repeated_row")
    assert (
        fates.ranges_of_fate(numbers, "merged", "repeated_row").to_dicts()
        == fates.ranges(shared_fate).to_dicts()
    )
