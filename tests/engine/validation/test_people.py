"""Rows that say different things of one guest are reported; rows that only say less are not."""

from __future__ import annotations

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.engine.batch import ROW
from core.engine.plan import EntityPlan, FieldPlan, Plan
from core.engine.seen_records import SeenRows
from core.engine.transforms import transform_rows
from core.engine.validation.people import seen_rows

FIELDS = {"external_id": "Email", "email": "Email", "last_name": "Name", "city": "City", "tags": "Groups"}
GUESTS = EntityPlan(
    "orders",
    "customer",
    tuple(FieldPlan(target, (source,)) for target, source in FIELDS.items()),
    primary=False,
)
PLAN = Plan("restaurant", "spreadsheet", (GUESTS,))
Row = tuple[str, str | None, str | None, str | None]


def reported(*chunks: list[Row]) -> list[tuple[int, str]]:
    """Row and detail of each issue about a guest of whom an earlier row says something else."""
    secondary, issues, number = seen_rows(GUESTS), [], 2
    for chunk in chunks:
        columns = ["Email", "Name", "City", "Groups"]
        frame = pl.DataFrame(chunk, schema=dict.fromkeys(columns, pl.String), orient="row")
        frame = frame.insert_column(0, pl.Series(ROW, range(number, number + len(chunk)), pl.Int64))
        number += len(chunk)
        hashes = frame.select(secondary.row_hash(columns).alias("hash"))["hash"]
        rows, hashes = secondary.new_rows(frame, hashes)
        batch = secondary.new_records(rows, hashes, transform_rows(PLAN, GUESTS, rows))
        differing = batch.issues.filter(pl.col("code") == "duplicate_in_file")
        assert set(differing["level"]) <= {"warning"}
        issues += differing.select(ROW, "detail").rows()
    return issues


ADA: Row = ("ada@example.com", "Sample", "Testville", "vip")


@pytest.mark.parametrize(
    ("row", "words"),
    [
        (("ada@example.com", "Doe", "Testville", "vip"), "last name"),
        (("ada@example.com", "Doe", "Newtown", None), "last name, city"),
    ],
)
def test_a_guest_with_another_name_or_address_in_a_later_row_is_reported(row, words):
    detail = f"The same guest stands in row 2 with another {words}."
    assert reported([ADA, row]) == [(3, detail)]
    assert reported([ADA], [row]) == [(3, detail)]


@pytest.mark.parametrize(
    "row",
    [
        ADA,
        ("ada@example.com", None, None, None),
        ("ada@example.com", "SAMPLE", "testville ", "vip"),
        ("ada@example.com", "Sample", "Testville", "regular"),
        ("bo@example.com", "Doe", "Newtown", None),
    ],
)
def test_rows_that_say_the_same_less_or_of_others_are_not_reported(row):
    assert reported([ADA, row]) == []
    assert reported([ADA], [row]) == []


def test_a_value_that_the_first_row_lacks_is_compared_with_the_next_that_has_one():
    blank: Row = ("ada@example.com", None, "Testville", None)
    assert [row for row, _ in reported([blank, ADA], [("ada@example.com", "Doe", None, None)])] == [4]


def test_records_that_are_no_people_are_only_remembered():
    location = EntityPlan("orders", "location", (FieldPlan("name", ("Store",)),), primary=False)
    assert type(seen_rows(location)) is SeenRows


@given(
    st.lists(st.tuples(st.sampled_from(["a@x.com", "b@x.com"]), st.sampled_from(["A", "B", None]),
                       st.sampled_from(["C", "D", None]), st.none()), min_size=1, max_size=8),
    st.integers(0, 8),
)  # fmt: skip
def test_chunks_do_not_change_what_is_reported(rows, border):
    assert reported(rows[:border], rows[border:]) == reported(rows)
