"""Equal rows are numbered, whatever the frames they come in; columns that only count rows are no content."""

from __future__ import annotations

from collections import Counter

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.engine.batch import COPY, ROW
from core.engine.plan import EntityPlan, FieldPlan, Plan
from core.engine.row_content import CopyCounter, is_counter_name
from core.engine.transforms import transform_rows

ROWS = st.lists(st.tuples(st.sampled_from(["a", "b", None]), st.sampled_from(["x", "y"])), max_size=30)
GUESTS = EntityPlan("guests", "customer", (FieldPlan("first_name", ("first",)),), counters=("#",))


def numbered(rows: list[tuple[str | None, str]], size: int) -> pl.DataFrame:
    """Return the rows as a table with a column that counts them, numbered frame by frame."""
    schema = {ROW: pl.Int64, "#": pl.String, "first": pl.String, "last": pl.String}
    records = [(number + 1, str(number), *row) for number, row in enumerate(rows, start=1)]
    table = pl.DataFrame(records, schema=schema, orient="row")
    counter = CopyCounter()
    frames = [counter.number(frame) for frame in table.iter_slices(size)]
    return pl.concat([table.clear(), *frames], how="diagonal")


def ids_of(table: pl.DataFrame) -> list[str]:
    return transform_rows(Plan("restaurant", "test", (GUESTS,)), GUESTS, table).frame["external_id"].to_list()


@given(rows=ROWS, size=st.integers(1, 7))
def test_equal_rows_are_numbered_from_two_in_their_order(
    rows: list[tuple[str | None, str]], size: int
) -> None:
    counts: Counter[tuple[str | None, str]] = Counter()
    expected = []
    for row in rows:
        counts[row] += 1
        expected.append(str(counts[row]) if counts[row] > 1 else None)
    table = numbered(rows, size)
    copies = table[COPY].to_list() if COPY in table.columns else [None] * len(rows)
    assert copies == expected


@given(rows=ROWS, size=st.integers(1, 7), seed=st.randoms())
def test_the_ids_of_rows_are_those_of_the_same_rows_in_any_order(rows, size, seed) -> None:
    shuffled = list(rows)
    seed.shuffle(shuffled)
    first, second = ids_of(numbered(rows, size)), ids_of(numbered(shuffled, size + 1))
    assert len(set(first)) == len(rows)
    assert set(first) == set(second)


def test_a_row_more_adds_one_id_and_a_changed_row_changes_one() -> None:
    rows: list[tuple[str | None, str]] = [("a", "x"), ("a", "x"), ("b", "y")]
    before = set(ids_of(numbered(rows, 10)))
    assert len(set(ids_of(numbered([("c", "x"), *rows], 10))) - before) == 1
    assert len(set(ids_of(numbered([*rows[:2], ("b", "x")], 10))) - before) == 1


def test_plans_from_before_keep_the_ids_with_the_row_s_number() -> None:
    table = numbered([("a", "x"), ("a", "x")], 10)
    former = EntityPlan("guests", "customer", (FieldPlan("first_name", ("first",)),))
    ids = transform_rows(Plan("restaurant", "test", (former,)), former, table).frame["external_id"]
    assert [text.rpartition(":")[2] for text in ids] == ["2", "3"]


@pytest.mark.parametrize(
    "name", ["#", "Row", "Row #", "S.No", "Sl. No.", "Lfd. Nr.", "№", "No.", "Index", "Zeile"]
)
def test_names_of_counters_are_known(name: str) -> None:
    assert is_counter_name(name)


@pytest.mark.parametrize("name", ["Order No", "Roll No", "Line", "Table", "Bestellnummer", "Seat No"])
def test_numbers_of_something_are_no_counters(name: str) -> None:
    assert not is_counter_name(name)
