"""Ids that stand more than once, in one table and in several: what is held, what is only noted, what is completed."""

from __future__ import annotations

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.engine.batch import ROW
from core.engine.plan import EntityPlan, Plan
from core.engine.validation.duplicates import CONTENT, ROWS_PER_STREAM, check_between, check_duplicates

PRIMARY = Plan("restaurant", "test", (EntityPlan("menu", "category", ()),))
SCHEMA = {ROW: pl.Int64, "external_id": pl.String, CONTENT: pl.UInt64}
HELD, REPEATED = "duplicate_in_file", "repeated_row"


def frame(*rows: tuple[int, str | None, int]) -> pl.DataFrame:
    """Rows as number, id and hash of the content."""
    return pl.DataFrame(rows, schema=SCHEMA, orient="row")


def codes(issues: pl.DataFrame | None) -> dict[int, str]:
    return {} if issues is None else dict(issues.select(ROW, "code").iter_rows())


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        ([(2, "a", 1), (3, "b", 1)], {}),
        ([(2, "a", 1), (3, "a", 1)], {3: REPEATED}),
        ([(2, "a", 1), (3, "a", 1), (4, "a", 1)], {3: REPEATED, 4: REPEATED}),
        ([(2, "a", 1), (3, "a", 2)], {2: HELD, 3: HELD}),
        ([(2, "a", 1), (3, "a", 1), (4, "a", 2)], {2: HELD, 3: HELD, 4: HELD}),
        ([(2, "a", 1), (3, "b", 5), (4, "b", 5), (5, "a", 2)], {2: HELD, 4: REPEATED, 5: HELD}),
        ([(2, None, 1), (3, None, 2)], {}),
        ([(9, "a", 1), (2, "a", 1)], {9: REPEATED}),
    ],
)
def test_equal_rows_are_noted_and_different_ones_of_an_id_are_all_held(rows, expected):
    assert codes(check_duplicates({"category": frame(*rows)}, PRIMARY).get("category")) == expected


def test_details_name_the_other_row():
    issues = check_duplicates({"category": frame((2, "a", 1), (3, "a", 1), (7, "a", 2))}, PRIMARY)["category"]
    assert issues["detail"].to_list() == [
        "The id 'a' stands in row 7 too, with other content.",
        "The id 'a' first stands in row 2, and its rows have different contents.",
        "The id 'a' first stands in row 2, and its rows have different contents.",
    ]


def test_columns_without_contents_are_not_compared():
    assert check_duplicates({"category": frame((2, "a", 1), (3, "a", 2)).drop(CONTENT)}, PRIMARY) == {}


@given(
    st.lists(st.tuples(st.sampled_from("abc"), st.integers(0, 2)), max_size=12).map(
        lambda pairs: [(number, *pair) for number, pair in enumerate(pairs, start=2)]
    )
)
def test_a_row_is_held_exactly_where_its_id_has_several_contents(rows):
    contents: dict[str, set[int]] = {}
    for _, record, content in rows:
        contents.setdefault(record, set()).add(content)
    issues = codes(check_duplicates({"category": frame(*rows)}, PRIMARY).get("category"))
    assert {row for row, code in issues.items() if code == HELD} == {
        row for row, record, _ in rows if len(contents[record]) > 1
    }


SECOND = ROWS_PER_STREAM
SAME_FIELDS = [(0, ("name", "price")), (1, ("name", "price"))]
OTHER_FIELDS = [(0, ("name", "price")), (1, ("name", "sku"))]


@pytest.mark.parametrize(
    ("rows", "fields", "expected"),
    [
        ([(2, "a", 1), (SECOND + 2, "a", 2)], SAME_FIELDS, {2: HELD, SECOND + 2: HELD}),
        ([(2, "a", 1), (SECOND + 2, "a", 1)], SAME_FIELDS, {}),
        ([(2, "a", 1), (SECOND + 2, "a", 2)], OTHER_FIELDS, {}),
        ([(2, "a", 1), (SECOND + 2, "b", 2)], SAME_FIELDS, {}),
    ],
    ids=["other content", "same content", "tables that complete each other", "other ids"],
)
def test_tables_that_give_the_same_fields_contradict_each_other(rows, fields, expected):
    assert codes(check_between(frame(*rows), fields, None)) == expected


def test_what_a_table_contradicts_by_itself_is_not_said_twice():
    rows = frame((2, "a", 1), (3, "a", 2), (SECOND + 2, "a", 3))
    within = check_duplicates({"category": rows.head(2)}, PRIMARY)["category"]
    assert codes(check_between(rows, SAME_FIELDS, within)) == {SECOND + 2: HELD}
