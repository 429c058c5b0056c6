"""Columns of stock that stand once for each location."""

from __future__ import annotations

import polars as pl
import pytest

from core.engine.batch import ROW
from core.engine.mapping.proposal import Proposal, StreamSample
from core.engine.mapping.proposals import propose
from core.engine.plan import ImportSettings

SETTINGS = ImportSettings("restaurant", "spreadsheet", currency="USD", country="US")

PRODUCTS: dict[str, list[str | None]] = {
    "Product Name": ["House Blend", "Diner Mug", "Gift Box"],
    "Description": ["Our roast", "Heavy", "Large"],
    "Price": ["14.50", "12.00", "35.00"],
    "SKU": ["HB-1", "MUG-1", "GB-1"],
}
STOCK: list[str | None] = ["12", "25", "0"]
ALERT: list[str | None] = ["5", "3", None]


def proposals(columns: dict[str, list[str | None]]) -> dict[str, Proposal]:
    frame = pl.DataFrame({ROW: range(2, 5), **columns}).with_columns(pl.exclude(ROW).cast(pl.String))
    suggested = propose([StreamSample("products", "menu_item", frame)], SETTINGS, year=2026)
    return {proposal.source: proposal for proposal in reversed(suggested)}


@pytest.mark.parametrize(
    ("stock", "alert"),
    [
        ("Current Quantity Main St", "Stock Alert Count Main St"),
        ("inventory_Main_Outlet", "reorder_point_Main_Outlet"),
        ("Stock Harbour Cafe", "Low stock Harbour Cafe"),
        ("Bestand Filiale Nord", "Meldebestand Filiale Nord"),
    ],
)
def test_the_stock_of_the_only_location_is_the_item_s(stock, alert):
    suggested = proposals(PRODUCTS | {stock: STOCK, alert: ALERT})
    for column, target in ((stock, "menu_item.quantity_on_hand"), (alert, "menu_item.reorder_level")):
        proposal = suggested[column]
        assert (proposal.target, proposal.question) == (target, "")
        assert (proposal.confidence or 0) >= 0.7


def test_the_stock_of_several_locations_is_asked_about():
    columns = PRODUCTS | {
        "Current Quantity Main St": STOCK,
        "Stock Alert Count Main St": ALERT,
        "Current Quantity Pier 3": ["1", "2", "3"],
        "Stock Alert Count Pier 3": ["1", "1", "1"],
    }
    suggested = proposals(columns)
    for location in ("Main St", "Pier 3"):
        for kind in ("Current Quantity", "Stock Alert Count"):
            assert "2 locations" in suggested[f"{kind} {location}"].question


def test_a_location_without_values_is_no_rival():
    columns = PRODUCTS | {
        "Current Quantity Main St": STOCK,
        "Stock Alert Count Main St": ALERT,
        "Current Quantity Pier 3": [None, None, None],
        "Stock Alert Count Pier 3": [None, None, None],
    }
    proposal = proposals(columns)["Current Quantity Main St"]
    assert (proposal.target, proposal.question) == ("menu_item.quantity_on_hand", "")


def test_how_far_to_restock_is_no_level_at_which_to():
    columns = PRODUCTS | {"inventory_Main_Outlet": STOCK, "reorder_point_Main_Outlet": ALERT}
    suggested = proposals(columns | {"restock_level_Main_Outlet": ["10", "6", None]})
    assert suggested["reorder_point_Main_Outlet"].target == "menu_item.reorder_level"
    assert not suggested["reorder_point_Main_Outlet"].question
    assert suggested["restock_level_Main_Outlet"].target is None


def test_the_stock_of_a_location_is_no_rival_of_the_whole_stock():
    columns = PRODUCTS | {
        "Stock on hand": ["20", "30", "4"],
        "Stock Main St": STOCK,
        "Low stock Main St": ALERT,
    }
    suggested = proposals(columns)
    assert suggested["Stock on hand"].target == "menu_item.quantity_on_hand"
    assert not suggested["Stock on hand"].question
    assert (
        suggested["Stock Main St"].question
        or suggested["Stock Main St"].target != "menu_item.quantity_on_hand"
    )


@pytest.mark.parametrize(
    "columns",
    [("Stock Status", "Price Status"), ("Stock Unit", "Low stock Unit"), ("Quantity Sold", "Stock Sold")],
)
def test_what_is_no_location_claims_no_stock(columns):
    suggested = proposals(PRODUCTS | dict.fromkeys(columns, STOCK))
    assert not any("location" in reason.text for column in columns for reason in suggested[column].evidence)
