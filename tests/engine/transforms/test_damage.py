"""Values that a spreadsheet has damaged are no identity and no amount: held, or left empty with a warning that names them."""

from __future__ import annotations

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.engine.batch import ROW, Batch
from core.engine.plan import EntityPlan, FieldPlan, Plan
from core.engine.transforms import transform_rows
from core.engine.transforms.damage import has_check_digit


def transformed(entity: str, columns: dict[str, list[str | None]]) -> Batch:
    """Read columns that are called like the fields they feed."""
    height = len(next(iter(columns.values())))
    rows = pl.DataFrame({ROW: range(2, height + 2), **columns}, schema_overrides={ROW: pl.Int64})
    plan = EntityPlan(entity, entity, tuple(FieldPlan(name, (name,)) for name in columns))
    return transform_rows(Plan("restaurant", "test", (plan,)), plan, rows)


def items(**columns: list[str | None]) -> Batch:
    height = len(next(iter(columns.values())))
    ids = [f"i{number}" for number in range(height)]
    return transformed("menu_item", {"external_id": ids, "name": ids, **columns})


def damages(batch: Batch) -> list[tuple[int, str, str, str]]:
    return batch.issues.select(ROW, "field", "code", "level").rows()


def test_two_products_never_share_a_shortened_barcode():
    batch = items(barcode=["5.44900E+12", "5.44900E+12", "5449000000996", "5012345678900"])
    assert batch.frame["barcode"].to_list() == [None, None, "5449000000996", "5012345678900"]
    assert damages(batch) == [(row, "barcode", "number_shortened", "warning") for row in (2, 3)]


@pytest.mark.parametrize("value", ["5.449E+12", "5,449E+12", "4.47701E+11"])
def test_a_shortened_number_is_no_id(value):
    batch = transformed("menu_item", {"external_id": [value, "i2"], "name": ["Cola", "Tea"]})
    assert batch.held_rows().to_list() == [2]


def test_a_shortened_number_is_no_amount_and_no_phone():
    assert items(price=["1.2E+03", "4.00"]).held_rows().to_list() == [2]
    batch = transformed("customer", {"external_id": ["c1"], "phone": ["4.47701E+11"]})
    assert batch.frame["phone"].to_list() == [None]


@pytest.mark.parametrize("sku", ["1E5", "E-12", "12E3", "MAR-2025-1", "A-1"])
def test_a_code_that_looks_a_little_like_damage_is_kept(sku):
    batch = items(sku=[sku, "T-1"])
    assert batch.frame["sku"].to_list() == [sku, "T-1"]
    assert damages(batch) == []


@pytest.mark.parametrize(
    "size", ["2025-10-08 00:00:00", "2025-10-08", "8-Oct", "Oct-08", "8. Okt", "2-mars", "3-Mai"]
)
def test_a_variant_is_never_named_by_a_date(size):
    batch = transformed(
        "item_variant", {"external_id": ["v1", "v2"], "item_id": ["i1", "i1"], "name": [size, "Small"]}
    )
    assert batch.held_rows().to_list() == [2]
    assert damages(batch)[0][2] == "text_became_date"


@pytest.mark.parametrize(
    "name", ["March", "5 Min", "Mai Tai", "May 5 Special", "7 Up", "Jan", "10-12", "12 Pcs"]
)
def test_names_with_words_of_months_are_names(name):
    assert damages(items(kitchen_name=[name, "Small"])) == []


def test_a_column_of_codes_that_is_all_dates_is_meant_so():
    assert damages(items(sku=["2025-10-08", "2025-10-09"])) == []
    assert damages(items(sku=["2025-10-08", "T-1"])) == [(2, "sku", "text_became_date", "warning")]


def test_long_ids_that_all_end_in_zeros_are_held_and_others_are_not():
    lost = ["12345678901234500", "98765432109876500"]
    batch = transformed("menu_item", {"external_id": lost, "name": ["Cola", "Tea"]})
    assert batch.held_rows().sort().to_list() == [2, 3]
    sound = ["12345678901234500", "98765432109876543"]
    assert damages(transformed("menu_item", {"external_id": sound, "name": ["Cola", "Tea"]})) == []


def test_zeros_that_a_barcode_has_lost_are_seen_by_its_check_digit():
    batch = items(barcode=["12345678905", "4006381333931", "4011"])
    assert batch.frame["barcode"].to_list() == [None, "4006381333931", "4011"]
    assert damages(batch) == [(2, "barcode", "leading_zero_lost", "warning")]


def test_zeros_that_neighbours_have_are_missed():
    batch = items(sku=["417", "0419", "T-1"])
    assert batch.frame["sku"].to_list() == ["417", "0419", "T-1"]
    assert damages(batch) == [(2, "sku", "leading_zero_lost", "warning")]


@given(st.lists(st.integers(10**10, 10**12 - 1), min_size=1, max_size=8, unique=True))
def test_barcodes_with_a_valid_check_digit_are_stored_as_they_are(numbers):
    codes = [
        next(f"{number}{digit}" for digit in range(10) if has_check_digit(f"{number}{digit}"))
        for number in numbers
    ]
    batch = items(barcode=codes)
    assert batch.frame["barcode"].to_list() == codes
    assert damages(batch) == []


@given(st.lists(st.integers(10**11, 10**13 - 1), min_size=1, max_size=8))
def test_no_barcode_that_a_spreadsheet_has_shortened_is_stored(numbers):
    batch = items(barcode=[f"{number:.5E}" for number in numbers])
    assert batch.frame["barcode"].null_count() == len(numbers)
    assert len(batch.issues) == len(numbers)


def test_a_date_where_the_grades_of_a_course_stood_is_left_out_of_the_list():
    batch = transformed(
        "course", {"external_id": ["c1", "c2"], "name": ["Maths", "Art"], "grade_levels": ["07-Sep", "8, 9"]}
    )
    assert batch.frame["grade_levels"].to_list() == [None, ["8", "9"]]
    assert damages(batch) == [(2, "grade_levels", "text_became_date", "warning")]
