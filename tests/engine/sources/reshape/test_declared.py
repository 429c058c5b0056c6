"""Rows of one key that a source declares: products and their variants, orders and their lines, whatever the file holds."""

from __future__ import annotations

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.engine.batch import FAULT, ROW
from core.engine.sources.contract import Grouped
from core.engine.sources.reshape.decide import declared_shapes

PRODUCTS = Grouped(
    key=("Handle",), name=("Title",), options=("Option * Value",), parts=("Option * Value", "Variant *"),
    shared=("Title", "Vendor"), first=("Image",),
)  # fmt: skip
ORDERS = Grouped(key=("Name", "Id"), parts=("Lineitem *",), shared=("Total", "Email"))


def frame(columns: dict[str, list[str | None]]) -> pl.DataFrame:
    height = len(next(iter(columns.values())))
    rows = pl.DataFrame(columns, schema=dict.fromkeys(columns, pl.String))
    return rows.with_columns(pl.Series(ROW, range(2, height + 2))).select(ROW, *columns)


def streams_of(columns: dict[str, list[str | None]], grouped: Grouped) -> dict[str, pl.DataFrame]:
    rows = frame(columns)
    shapes = declared_shapes(tuple(columns), rows, grouped)
    return {shape.suffix: pl.concat([*shape.convert(iter([rows]))], how="diagonal") for shape in shapes}


def test_products_of_one_row_each_have_a_variant_each_as_those_of_several_have():
    single = {
        "Handle": ["a", "b"],
        "Title": ["A", "B"],
        "Option 1 Value": ["S", "M"],
        "Variant Price": ["1", "2"],
    }
    streams = streams_of(single, PRODUCTS)
    assert streams[""]["Handle"].to_list() == ["a", "b"]
    assert "Variant Price" not in streams[""].columns
    variants = streams[" · variants"]
    assert variants["Variant key"].to_list() == ["a | S", "b | M"]
    assert variants["Variant Price"].to_list() == ["1", "2"]


def test_a_row_that_names_another_title_than_the_first_of_its_product_is_broken():
    columns = {
        "Handle": ["a", "a", "a"], "Title": ["A", None, "Other"], "Option 1 Value": ["S", "M", "L"],
        "Variant Price": ["1", "2", "3"],
    }  # fmt: skip
    faults = streams_of(columns, PRODUCTS)[" · variants"][FAULT].to_list()
    assert faults[:2] == [None, None]
    assert "Title" in faults[2]


def test_a_column_that_nobody_declared_is_the_variants_where_it_differs_between_rows_of_a_product():
    columns = {
        "Handle": ["a", "a"], "Title": ["A", None], "Option 1 Value": ["S", "M"], "Variant Price": ["1", "2"],
        "Weight": ["5", "9"], "Season": ["winter", None],
    }  # fmt: skip
    streams = streams_of(columns, PRODUCTS)
    assert streams[" · variants"]["Weight"].to_list() == ["5", "9"]
    assert streams[""]["Season"].to_list() == ["winter"]
    assert "Season" not in streams[" · variants"].columns


def test_a_picture_on_a_row_of_a_further_variant_stays_visible_and_one_on_a_row_of_its_own_makes_no_variant():
    columns = {
        "Handle": ["a", "a", "a"], "Title": ["A", None, None], "Option 1 Value": ["S", "M", None],
        "Variant Price": ["1", "2", None], "Image": ["1.jpg", "2.jpg", "3.jpg"],
    }  # fmt: skip
    streams = streams_of(columns, PRODUCTS)
    assert streams[""]["Image"].to_list() == ["1.jpg"]
    assert streams[" · variants"]["Image"].to_list() == ["1.jpg", "2.jpg"]
    assert streams[" · further rows"]["Image"].to_list() == ["3.jpg"]


@given(st.lists(st.integers(1, 4), min_size=1, max_size=6), st.booleans())
def test_orders_and_lines_are_the_same_whether_totals_repeat_or_stand_once(sizes, repeats):
    numbers = [f"#{order}" for order, size in enumerate(sizes) for _ in range(size)]
    firsts = [position == 0 for size in sizes for position in range(size)]
    columns = {
        "Name": numbers,
        "Total": [
            f"{number[1:]}.50" if repeats or first else None
            for number, first in zip(numbers, firsts, strict=True)
        ],
        "Lineitem name": [f"item {position}" for position in range(len(numbers))],
    }
    streams = streams_of(columns, ORDERS)
    assert streams[""]["Name"].to_list() == [f"#{order}" for order in range(len(sizes))]
    assert streams[""]["Total"].to_list() == [f"{order}.50" for order in range(len(sizes))]
    keys = [f"#{order} | {position}" for order, size in enumerate(sizes) for position in range(1, size + 1)]
    assert streams[" · lines"]["Line key"].to_list() == keys
    assert set(streams) == {"", " · lines"}


def test_a_row_without_a_line_is_a_row_of_its_order_and_lost_nowhere():
    columns = {
        "Name": ["#1", "#1", "#2"], "Total": ["5", None, "7"], "Coupon": ["A", "B", None],
        "Lineitem name": ["tea", None, None],
    }  # fmt: skip
    streams = streams_of(columns, ORDERS)
    assert streams[""]["Name"].to_list() == ["#1", "#2"]
    assert streams[" · lines"][ROW].to_list() == [2]
    assert streams[" · further rows"].select(ROW, "Coupon").rows() == [(3, "B")]


@pytest.mark.parametrize("missing", ["Handle", "Option 1 Value"])
def test_a_table_without_the_key_or_the_parts_keeps_its_shape(missing):
    columns = {"Handle": ["a"], "Title": ["A"], "Option 1 Value": ["S"]}
    del columns[missing]
    assert set(streams_of(columns, PRODUCTS)) == {""}


def test_a_second_name_of_the_key_counts_where_the_first_is_missing():
    streams = streams_of({"Id": ["1", "1"], "Total": ["5", None], "Lineitem name": ["tea", "cake"]}, ORDERS)
    assert streams[""]["Id"].to_list() == ["1"]
