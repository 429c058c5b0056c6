"""Tables of products: the type that is a category, barcodes under several names, drafts, and categories written as paths."""

from __future__ import annotations

import polars as pl
import pytest

from core.engine.batch import ROW
from core.engine.mapping.proposal import Proposal, StreamSample
from core.engine.mapping.proposals import propose
from core.engine.plan import ImportSettings
from core.engine.sources.contract import Hint

SETTINGS = ImportSettings("restaurant", "spreadsheet", currency="USD", country="US")

PRODUCTS: dict[str, list[str | None]] = {
    "Product Name": ["House Blend", "Diner Mug", "Gift Box"],
    "Description": ["Our roast", "Heavy", "Large"],
    "Price": ["14.50", "12.00", "35.00"],
    "SKU": ["HB-1", "MUG-1", "GB-1"],
    "Stock": ["12", "25", "0"],
}


def proposals(columns: dict[str, list[str | None]]) -> dict[str, Proposal]:
    """Column -> its first proposal."""
    height = max(map(len, columns.values()))
    frame = pl.DataFrame({ROW: range(2, height + 2), **columns})
    suggested = propose([StreamSample("products", None, frame)], SETTINGS, year=2026)
    return {proposal.source: proposal for proposal in reversed(suggested)}


@pytest.mark.parametrize("column", ["Type", "Product Type", "Item type"])
def test_the_type_of_products_is_their_category_where_nothing_else_is(column):
    proposal = proposals(PRODUCTS | {column: ["Coffee", "Merch", "Merch"]})[column]
    assert (proposal.target, proposal.question) == ("menu_item.category_id", "")
    assert (proposal.confidence or 0) < 0.9


@pytest.mark.parametrize(
    "kinds",
    [
        ["simple", "variable", "simple"],
        ["Physical", "Digital", "Physical"],
        ["Coffee", "Service", "Merch"],
        ["Prepared food and beverage", "Other", "Other"],
        ["1", "2", "1"],
    ],
)
def test_kinds_of_products_are_no_categories(kinds):
    proposal = proposals(PRODUCTS | {"Type": kinds})["Type"]
    assert proposal.target != "menu_item.category_id" or (proposal.confidence or 0) < 0.7


def test_the_type_is_no_category_beside_a_category():
    columns = PRODUCTS | {"Category": ["Drinks", "Goods", "Sets"], "Type": ["Coffee", "Merch", "Merch"]}
    suggested = proposals(columns)
    assert suggested["Category"].target == "menu_item.category_id"
    assert suggested["Type"].target != "menu_item.category_id"


@pytest.mark.parametrize("column", ["GTIN, UPC, EAN, or ISBN", "UPC/EAN", "EAN-13 or UPC"])
def test_a_column_named_after_several_barcodes_is_the_barcode(column):
    proposal = proposals(PRODUCTS | {column: ["05449000000996", None, "4006381333931"]})[column]
    assert proposal.target == "menu_item.barcode"
    assert (proposal.confidence or 0) > 0.9


def test_words_under_the_name_of_barcodes_are_none():
    proposal = proposals(PRODUCTS | {"UPC/EAN": ["unknown", "ask Dee", "later"]})["UPC/EAN"]
    assert proposal.target != "menu_item.barcode" or (proposal.confidence or 0) < 0.9 or proposal.question


def test_a_draft_is_not_on_sale():
    proposal = proposals(PRODUCTS | {"Published": ["1", "-1", "0"]})["Published"]
    assert proposal.target == "menu_item.is_active"
    assert proposal.transform == "map_values({'-1': 'no'})"
    assert any("draft" in reason.text for reason in proposal.evidence)


@pytest.mark.parametrize("values", [["-1", "0", "-1"], ["-1", "1", "2"]])
def test_what_minus_one_means_is_not_guessed_where_the_other_values_do_not_tell(values):
    proposal = proposals(PRODUCTS | {"Published": values})["Published"]
    assert proposal.question or proposal.target != "menu_item.is_active"


def test_the_last_part_of_a_path_is_the_category():
    proposal = proposals(PRODUCTS | {"Category": ["Food > Coffee", "Goods", "Goods > Sets"]})["Category"]
    assert (proposal.target, proposal.transform, proposal.question) == (
        "menu_item.category_id",
        "path_end('>')",
        "",
    )


def test_paths_that_end_alike_are_asked_about():
    proposal = proposals(PRODUCTS | {"Category": ["Lunch > Pizza", "Dinner > Pizza", "Drinks"]})["Category"]
    assert "Dinner > Pizza" in proposal.question
    assert "Lunch > Pizza" in proposal.question


@pytest.mark.parametrize("separator", [",", ";", "|"])
def test_of_several_pictures_in_a_cell_the_first_is_taken(separator):
    pictures = [f"https://a.example.com/{name}.jpg" for name in "abcd"]
    cells = [f"{separator} ".join(pictures[:3]), pictures[3], None]
    proposal = proposals(PRODUCTS | {"Images": cells})["Images"]
    assert (proposal.target, proposal.transform) == ("menu_item.image_url", f"first_of({separator!r})")
    assert any("several pictures" in reason.text for reason in proposal.evidence)


def test_an_address_with_a_comma_is_one_picture():
    cells = ["https://a.example.com/w_200,h_300/a.jpg", "https://a.example.com/b.jpg", None]
    proposal = proposals(PRODUCTS | {"Images": cells})["Images"]
    assert (proposal.target, proposal.transform) == ("menu_item.image_url", None)


def test_documented_categories_that_are_paths_end_in_their_last_part():
    frame = pl.DataFrame({ROW: [2, 3], "Name": ["Soup", "Tea"], "Categories": ["Food > Soups", "Drinks"]})
    hints = {"Name": Hint("menu_item.name"), "Categories": Hint("menu_item.category_id")}
    sample = StreamSample("products", "menu_item", frame, hints, system="woocommerce")
    category = propose([sample], SETTINGS, year=2026)[1]
    assert (category.origin, category.transform) == ("documentation", "path_end('>')")


@pytest.mark.parametrize("transform", [None, "json_list | join(', ')"])
def test_documents_that_put_an_item_into_several_categories_are_asked_about(transform):
    cells = ['["Coffee"]', '["Tea, green","Bestsellers"]', '["Tea, green"]']
    frame = pl.DataFrame({ROW: [1, 2, 3], "name": ["A", "B", "C"], "categories[].name": cells})
    hints = {"categories[].name": Hint("menu_item.category_id", transform=transform)}
    category = propose([StreamSample("items", "menu_item", frame, hints)], SETTINGS, year=2026)[1]
    assert "Tea, green; Bestsellers" in category.question


def test_documents_with_one_category_each_are_not_asked_about():
    cells = ['["Coffee"]', '["Tea, green"]', "[not, json]"]
    frame = pl.DataFrame({ROW: [1, 2, 3], "name": ["A", "B", "C"], "categories[].name": cells})
    hints = {"categories[].name": Hint("menu_item.category_id", transform="json_list | join(', ')")}
    category = propose([StreamSample("items", "menu_item", frame, hints)], SETTINGS, year=2026)[1]
    assert (category.target, category.question) == ("menu_item.category_id", "")
