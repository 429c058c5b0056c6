"""Records above themselves: each cycle once, on each of its records, and nothing on those below it."""

from __future__ import annotations

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.engine.batch import ROW
from core.engine.validation.hierarchies.cycles import check_cycles


def categories(*records: tuple[str | None, str | None, str | None]) -> dict[str, pl.DataFrame]:
    """Columns of categories, given as id, name and parent."""
    rows = [(number, *record) for number, record in enumerate(records, start=1)]
    schema = {ROW: pl.Int64, "external_id": pl.String, "name": pl.String, "parent_id": pl.String}
    return {"category": pl.DataFrame(rows, schema=schema, orient="row")}


@pytest.mark.parametrize(
    ("records", "rows"),
    [
        ([("k1", "Food", "k1")], [1]),
        ([("k1", "Food", "k2"), ("k2", "Hot", "k1")], [1, 2]),
        ([("k1", "A", "k2"), ("k2", "B", "k3"), ("k3", "C", "k1"), ("k4", "D", "k1")], [1, 2, 3]),
        ([("k1", "Food", "hot "), ("k2", "Hot", "FOOD")], [1, 2]),
        ([("k1", "A", "k1"), ("k2", "B", "k3"), ("k3", "C", "k2")], [1, 2, 3]),
        ([("k1", "Food", None), ("k2", "Hot", "k1"), ("k3", "Soup", "k2")], []),
        ([("k1", "Food", "k9")], []),
        ([("k1", "Food", "Hot"), ("k2", "Hot", "k1"), ("k3", "Hot", None)], []),
        ([("k1", "Food", "k2"), ("k2", "Hot", None), ("k2", "Hot", "k1")], []),
        ([(None, "Food", None), ("k1", "Hot", None)], []),
        ([], []),
    ],
    ids=[
        "itself",
        "two",
        "three and one below",
        "by name in any case",
        "two cycles",
        "a tree",
        "a parent that is not there",
        "a name that two records have",
        "the first of a repeated id counts",
        "no id",
        "no record",
    ],
)
def test_each_record_of_a_cycle_is_named(records, rows):
    findings = check_cycles(categories(*records))
    assert findings.get("category", pl.DataFrame({ROW: []}))[ROW].to_list() == rows


def test_an_issue_names_the_way_round_and_the_parent():
    (issue,) = (
        check_cycles(categories(("k1", "Food", "k2"), ("k2", "Hot", "k1")))["category"].head(1).to_dicts()
    )
    assert (issue["code"], issue["field"], issue["value"]) == ("circular_reference", "parent_id", "k2")
    assert issue["detail"] == "Category 'k1' is above itself: k1, k2 and k1."


def test_columns_without_a_parent_have_no_cycle():
    columns = {"category": categories(("k1", "Food", "k1"))["category"].drop("parent_id")}
    assert check_cycles(columns) == {}


parents = st.lists(st.integers(0, 9) | st.none(), min_size=1, max_size=10)


@given(parents)
def test_exactly_the_records_that_come_back_to_themselves_are_found(parents):
    records = [(str(i), f"n{i}", None if parent is None else str(parent)) for i, parent in enumerate(parents)]
    findings = check_cycles(categories(*records)).get("category", pl.DataFrame({ROW: []}))
    expected = []
    for start in range(len(parents)):
        at = parents[start]
        for _ in parents:
            if at is None or at >= len(parents) or at == start:
                break
            at = parents[at]
        if at == start:
            expected.append(start + 1)
    assert findings[ROW].to_list() == expected
