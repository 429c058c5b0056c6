"""What a row does to the record that has its id, by conflict strategy, and what a rollback needs of it."""

from __future__ import annotations

from decimal import Decimal

import pytest

from core.engine.plan import Conflict
from core.engine.runs.loading.bisect import write_isolating_failures
from core.engine.runs.loading.upsert import write_rows
from core.engine.runs.loading.write_context import duplicate_suffix
from tests.engine.runs.loading.conftest import frame_of

EXISTING = {"external_id": "i1", "name": "Soup", "price": "10.00", "sku": None}
GAP_FILLED = EXISTING | {"sku": "S-1"}
DIFFERENT = EXISTING | {"price": "12.00", "sku": "S-1"}
EMPTIED = EXISTING | {"name": "Stew", "price": None}


CASES = [
    # strategy, the row that comes, its outcome, the record after it: name, price, sku
    (Conflict.OVERWRITE, EXISTING, "same", ("Soup", "10.00", None)),
    (Conflict.OVERWRITE, GAP_FILLED, "changed", ("Soup", "10.00", "S-1")),
    (Conflict.OVERWRITE, DIFFERENT, "changed", ("Soup", "12.00", "S-1")),
    (Conflict.OVERWRITE, EMPTIED, "changed", ("Stew", None, None)),
    (Conflict.MERGE, EXISTING, "same", ("Soup", "10.00", None)),
    (Conflict.MERGE, GAP_FILLED, "changed", ("Soup", "10.00", "S-1")),
    (Conflict.MERGE, DIFFERENT, "changed", ("Soup", "10.00", "S-1")),
    (Conflict.MERGE, EMPTIED, "kept", ("Soup", "10.00", None)),
    (Conflict.KEEP_EXISTING, EXISTING, "same", ("Soup", "10.00", None)),
    (Conflict.KEEP_EXISTING, GAP_FILLED, "kept", ("Soup", "10.00", None)),
    (Conflict.KEEP_EXISTING, DIFFERENT, "kept", ("Soup", "10.00", None)),
    (Conflict.DUPLICATE, EXISTING, "same", ("Soup", "10.00", None)),
    (Conflict.DUPLICATE, DIFFERENT, "duplicate", ("Soup", "10.00", None)),
]
IDS = [f"{strategy} {outcome} {number}" for number, (strategy, _, outcome, _) in enumerate(CASES)]


def money(value):
    return None if value is None else Decimal(value)


def fields(target):
    return target.records("menu_item", "name", "price", "sku")


@pytest.fixture
def occupied(target):
    """A target with one record, written by an earlier run."""
    assert target.another_run().write([EXISTING]) == ["new"]
    return target


@pytest.mark.parametrize("expect_new", [False, True], ids=["looked up", "expected to be new"])
@pytest.mark.parametrize(("strategy", "row", "outcome", "after"), CASES, ids=IDS)
def test_a_row_meets_the_record_of_an_earlier_run(occupied, strategy, row, outcome, after, expect_new):
    assert occupied.write([row], conflict=strategy, expect_new=expect_new) == [outcome]
    name, price, sku = after
    assert fields(occupied)["i1"] == (name, money(price), sku)
    assert occupied.count("change") == (outcome == "changed")
    assert occupied.count("new_records") == (outcome == "duplicate")


def test_a_second_record_beside_the_existing_one_has_its_id_and_the_runs_mark(occupied):
    occupied.write([DIFFERENT], conflict=Conflict.DUPLICATE)
    marked = "i1" + duplicate_suffix(occupied.run_id)
    assert fields(occupied) == {
        "i1": ("Soup", money("10.00"), None),
        marked: ("Soup", money("12.00"), "S-1"),
    }


@pytest.mark.parametrize("strategy", list(Conflict))
@pytest.mark.parametrize("expect_new", [False, True], ids=["looked up", "expected to be new"])
def test_a_row_without_a_record_makes_one_whatever_the_strategy(target, strategy, expect_new):
    rows = [EXISTING, EXISTING | {"external_id": "i2"}]
    assert target.write(rows, conflict=strategy, expect_new=expect_new) == ["new", "new"]
    assert fields(target) == dict.fromkeys(("i1", "i2"), ("Soup", money("10.00"), None))
    assert (target.count("new_records"), target.count("change")) == (2, 0)


@pytest.mark.parametrize("expect_new", [False, True], ids=["looked up", "expected to be new"])
def test_new_rows_among_existing_ones_are_new_and_each_keeps_its_own_outcome(occupied, expect_new):
    rows = [EXISTING | {"external_id": "i0"}, DIFFERENT, EXISTING | {"external_id": "i2"}]
    assert occupied.write(rows, expect_new=expect_new) == ["new", "changed", "new"]
    assert occupied.count("new_records") == 2


@pytest.mark.parametrize(
    ("strategy", "after"),
    [
        (Conflict.OVERWRITE, ("Soup", "10.00", "S-1")),
        (Conflict.MERGE, ("Soup", "10.00", "S-1")),
        (Conflict.KEEP_EXISTING, ("Soup", "10.00", "S-1")),
        (Conflict.DUPLICATE, ("Soup", "10.00", "S-1")),
    ],
)
def test_a_later_row_of_the_same_run_only_fills_what_the_first_left_empty(target, strategy, after):
    assert target.write([EXISTING], conflict=strategy) == ["new"]
    assert target.write([DIFFERENT], conflict=strategy) == ["repeated"]
    name, price, sku = after
    assert fields(target) == {"i1": (name, money(price), sku)}
    assert target.count("change") == 0  # the record is the run's own: it goes with the run


def test_the_image_before_the_run_is_taken_once_however_often_the_run_touches_the_record(occupied):
    occupied.write([GAP_FILLED])
    occupied.write([DIFFERENT])
    assert occupied.count("change") == 1


def test_a_merged_record_that_kept_values_of_its_own_is_not_the_same_next_time(occupied):
    occupied.write([DIFFERENT], conflict=Conflict.MERGE)
    later = occupied.another_run()
    assert later.write([DIFFERENT], conflict=Conflict.OVERWRITE) == ["changed"]
    assert fields(later)["i1"] == ("Soup", money("12.00"), "S-1")


def test_a_merged_record_that_took_all_of_the_row_is_the_same_next_time(occupied):
    occupied.write([GAP_FILLED], conflict=Conflict.MERGE)
    assert occupied.another_run().write([GAP_FILLED], conflict=Conflict.OVERWRITE) == ["same"]


def test_a_column_that_the_rows_lack_keeps_its_value_when_a_record_is_overwritten(occupied):
    assert occupied.write([{"external_id": "i1", "sku": "S-2"}]) == ["changed"]
    assert fields(occupied)["i1"] == ("Soup", money("10.00"), "S-2")


# --- rows the database refuses ----------------------------------------------------------------------------------


@pytest.mark.parametrize("refused", [(0,), (3,), (0, 4), (0, 1, 2, 3, 4)], ids=str)
@pytest.mark.parametrize("expect_new", [False, True], ids=["looked up", "expected to be new"])
def test_only_the_rows_that_the_database_refuses_fail(target, refused, expect_new):
    rows = [
        {"external_id": f"i{number}", "name": "a\x00b" if number in refused else "Soup"}
        for number in range(5)
    ]
    outcome, failures = target.write_each(rows, expect_new=expect_new)
    assert [row - 2 for row in failures] == list(refused)
    assert set(failures.values()) <= {
        "the database refused it: CharacterNotInRepertoire",
        "the database refused it: UntranslatableCharacter",
    }
    assert {row - 2 for row in outcome} == set(range(5)) - set(refused)
    assert set(target.records("menu_item")) == {f"i{number}" for number in range(5) if number not in refused}
    assert target.count("new_records") == 5 - len(refused)


def test_without_rows_nothing_is_written(target):
    frame = frame_of([EXISTING]).clear()
    outcome, failures = write_isolating_failures(
        target.write_context("menu_item", Conflict.OVERWRITE), frame, write_rows
    )
    assert (outcome.height, failures.height, target.records("menu_item")) == (0, 0, {})
