"""Clover's files are recognised where they differ slightly, and say the same in dollars and in cents."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path

import polars as pl
import pytest
import xlsxwriter
from hypothesis import given
from hypothesis import strategies as st
from python_calamine import CalamineWorkbook

import mock_data
from adapters import SOURCES
from adapters.clover import CLOVER
from core.engine.sources.flatten import flatten
from core.engine.sources.read import identify, read

FOLDER = Path(mock_data.__file__).parent / "clover"
CENTS = st.integers(-100_000, 1_000_000)


def frames_of(path: Path) -> dict[str, pl.DataFrame]:
    identification = identify(path, list(SOURCES.values()))
    assert identification.source is CLOVER
    return dict(read(path, identification))


def write_changed(tmp_path: Path, change) -> Path:
    """Write the sample workbook with its sheets, lists of rows, changed."""
    book = CalamineWorkbook.from_path(str(FOLDER / "inventory.xlsx"))
    sheets = {name: book.get_sheet_by_name(name).to_python() for name in book.sheet_names}
    change(sheets)
    path = tmp_path / "export.xlsx"
    with xlsxwriter.Workbook(str(path)) as copy:
        for name, rows in sheets.items():
            sheet = copy.add_worksheet(name)
            for number, row in enumerate(rows):
                sheet.write_row(number, 0, row)
    return path


def without_sheets(sheets):
    for name in ("Instructions", "Categories", "Modifier Groups", "Tax Rates"):
        del sheets[name]


def with_column(sheets):
    for number, row in enumerate(sheets["Items"]):
        row.insert(2, f"B{number}" if number else "Shelf")


def with_other_marks(sheets):
    for name, (header, *_) in sheets.items():
        if name != "Instructions":
            header[:] = [text.replace("?", "").upper() for text in header]


def without_columns(sheets):
    for row in sheets["Items"]:
        del row[16:]
    for row in sheets["Tax Rates"]:
        del row[3]


@pytest.mark.parametrize("change", [without_sheets, with_column, with_other_marks, without_columns])
def test_a_workbook_that_is_slightly_off_is_still_clovers(tmp_path, change):
    path = write_changed(tmp_path, change)
    identification = identify(path, list(SOURCES.values()))
    assert identification.source is CLOVER
    items = next(stream for stream in identification.streams if stream.name == "Items")
    targets = {hint.target for hint in items.spec.hints_of(items.columns).values()}
    assert {"menu_item.external_id", "menu_item.price", "menu_item.is_active"} <= targets


def test_sheets_of_few_columns_alone_are_not_clovers(tmp_path):
    def only_taxes(sheets):
        for name in set(sheets) - {"Tax Rates"}:
            del sheets[name]

    identification = identify(write_changed(tmp_path, only_taxes), list(SOURCES.values()))
    assert identification.source is not CLOVER


def test_the_name_of_a_group_counts_for_all_its_modifiers():
    groups = frames_of(FOLDER / "inventory.xlsx")["Modifier Groups"]
    assert groups["Modifier Group Name"].to_list() == ["Bread Choice"] * 3 + ["Add Ons"] * 2
    assert groups["Max Quantity"].to_list() == ["1"] * 3 + ["3"] * 2


def test_items_of_an_older_workbook_have_the_category_that_its_turned_sheet_lists_them_in():
    frames = frames_of(FOLDER / "inventory_2019.xlsx")
    items = dict(frames["Items"].select("Name", "Categories").iter_rows())
    assert items["Winter Soup"] == "Breakfast"
    assert items["House Latte Large"] == "Drinks"
    assert items["Gift Card Sale"] is None
    assert frames["Categories across"]["Category Name"].to_list() == ["Breakfast", "Deli", "Drinks"]


def test_the_price_of_a_variable_item_is_no_zero():
    table = frames_of(FOLDER / "inventory.xlsx")["Items"]
    page = frames_of(FOLDER / "items.json")["items_page"]
    (typed,) = table.filter(pl.col("Price Type") == "Variable")["Price"]
    (stored,) = page.filter(pl.col("priceType") == "VARIABLE")["price"]
    assert (typed, stored) == (None, None)


def test_the_workbook_in_dollars_and_the_api_in_cents_say_the_same():
    table = frames_of(FOLDER / "inventory.xlsx")["Items"]
    page = frames_of(FOLDER / "items.json")["items_page"]
    dollars = dict(table.select("Clover ID", "Price").iter_rows())
    cents = dict(page.select("id", "price").iter_rows())
    assert {key: value and Decimal(value) * 100 for key, value in dollars.items()} == {
        key: value and Decimal(value) for key, value in cents.items()
    }


@given(CENTS, st.lists(CENTS, max_size=4), st.none() | st.integers(1, 50_000), st.booleans())
def test_a_line_is_its_price_and_its_modifiers_times_its_quantity_to_the_cent(
    price, extras, quantity, is_page
):
    modifications = [{"id": str(index), "amount": cents} for index, cents in enumerate(extras)]
    line = {
        "id": "l",
        "price": price,
        "modifications": {"elements": modifications} if is_page else modifications,
    }
    if quantity is not None:
        line["unitQty"] = quantity
    order = {"id": "o", "total": 1, "lineItems": {"elements": [line]} if is_page else [line]}
    (record,) = flatten({"orders": [order]}, CLOVER.streams)["line_items"]
    exact = Decimal(price + sum(extras)) * (1000 if quantity is None else quantity) / 1000
    assert abs(int(record.texts()["amount"]) - exact) <= Decimal("0.5")
    assert record.texts()["unitQty"] == str(1000 if quantity is None else quantity)


def test_a_discount_in_percent_makes_no_sum_of_the_others():
    orders = {order["id"]: order for order in frames_of(FOLDER / "orders.json")["orders_page"].to_dicts()}
    assert orders["CLVORDER00003"]["discount.total"] == "-300"
    assert orders["CLVORDER00004"]["discount.total"] is None


def test_every_page_of_the_api_is_told_by_its_records(tmp_path):
    document = json.loads((FOLDER / "clover_sample.json").read_text())
    streams = {
        "items": "items_page",
        "categories": "categories_page",
        "modifierGroups": "modifier_groups_page",
        "taxRates": "tax_rates_page",
        "customers": "customers_page",
        "employees": "employees_page",
        "orders": "orders_page",
    }
    for name, stream in streams.items():
        path = tmp_path / f"{name}.json"
        path.write_text(json.dumps(document[name]))
        identification = identify(path, list(SOURCES.values()))
        if identification.source is CLOVER:
            assert stream in {info.name for info in identification.streams}
        else:
            assert name in {"categories", "taxRates"}  # a handful of common names are no proof
