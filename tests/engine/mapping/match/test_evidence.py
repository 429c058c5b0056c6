"""Each kind of evidence by itself, on small tables of systems that exist nowhere."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from core.engine.mapping.match import Suggestion, suggest
from core.engine.sources.profile import profile_samples

LINES: dict[str, list[object]] = {
    "Check No": ["1001", "1001", "1002", "1003"],
    "Line Id": ["L1", "L2", "L3", "L4"],
    "Item Desc": ["Tomato Soup", "Apple Pie", "Green Tea", "Apple Pie"],
    "Unit Price": ["5.50", "7.00", "3.00", "7.00"],
}
ITEMS: dict[str, list[object]] = {
    "Item Name": ["Tomato Soup", "Apple Pie", "Green Tea", "Iced Tea"],
    "SKU": ["TS-1", "AP-1", "GT-1", "IT-1"],
    "Category": ["Starters", "Desserts", "Drinks", "Drinks"],
    "Description": ["With basil and bread", "With cream on top", "From Japan, loose leaf", "Home made, with mint"],
}  # fmt: skip
GUESTS: dict[str, list[object]] = {
    "Guest Id": ["G1", "G2", "G3", "G4"],
    "E-mail": ["ana@example.com", "bo@example.com", "cy@example.com", "di@example.com"],
    "Mobile": ["+15035550101", "+15035550102", "+15035550103", "+15035550104"],
}


def suggestions(
    columns: Mapping[str, list[object]], domain: str = "restaurant", stream: str = ""
) -> dict[str, Suggestion]:
    fields = [
        profile_samples(source, samples, position=position, stream=stream)
        for position, (source, samples) in enumerate(columns.items())
    ]
    return {suggestion.source: suggestion for suggestion in suggest(fields, domain)}


@pytest.mark.parametrize("header", ["Qty", "QTY SOLD", "Item Qnty", "quantities"])
def test_a_quantity_is_read_through_its_abbreviations(header):
    assert suggestions(LINES | {header: ["1", "2", "1", "3"]})[header].target == "order_line.quantity"


@pytest.mark.parametrize("header", ["Disc Amt", "Disc. Amnt", "discountAmount", "DISCOUNT_AMT"])
def test_an_amount_is_read_through_its_abbreviations(header):
    assert (
        suggestions(LINES | {header: ["0.00", "1.00", "0.00", "0.50"]})[header].target
        == "order_line.discount_amount"
    )


def test_a_plu_is_a_barcode():
    assert (
        suggestions(ITEMS | {"PLU": ["4011", "4012", "4013", "94014"]})["PLU"].target == "menu_item.barcode"
    )


def test_the_current_quantity_of_items_is_their_stock():
    stock = suggestions(ITEMS | {"Curr Qty": ["12", "0", "40", "7"]})["Curr Qty"]
    assert stock.target == "menu_item.quantity_on_hand"


def test_a_unit_in_brackets_does_not_hide_the_price():
    price = suggestions(ITEMS | {"Price (cents)": ["550", "700", "300", "325"]})["Price (cents)"]
    assert price.target == "menu_item.price"


def test_columns_named_after_a_set_a_tax_or_a_place_are_read_without_it():
    table = suggestions(
        ITEMS
        | {
            "Price": ["5.50", "7.00", "3.00", "3.25"],
            "Modifier Set - Toppings": ["Y", "N", "N", "Y"],
            "Tax - Sales Tax (8%)": ["Y", "Y", "N", "Y"],
            "Current Quantity DOWNTOWN": ["12", "0", "40", "7"],
            "Current Quantity HARBOUR": ["2", "9", "", "11"],
        }
    )
    for name, target in (
        ("Modifier Set - Toppings", "menu_item.modifier_group_ids"),
        ("Tax - Sales Tax (8%)", "menu_item.tax_rate_ids"),
    ):  # marks of yes and no, of which nothing is taken
        assert target in {table[name].target, *(other.target for other in table[name].alternatives[:2])}
    assert table["Current Quantity DOWNTOWN"].target == "menu_item.quantity_on_hand"
    assert table["Current Quantity HARBOUR"].target == "menu_item.quantity_on_hand"


@pytest.mark.xfail(
    strict=True, reason="marks of yes and no are left alone, of which a mapping takes nothing either way"
)
def test_marks_named_after_a_set_or_a_tax_are_read_without_it():
    table = suggestions(
        ITEMS | {"Modifier Set - Toppings": list("YNNY"), "Tax - Sales Tax (8%)": list("YYNY")}
    )
    assert table["Modifier Set - Toppings"].target == "menu_item.modifier_group_ids"
    assert table["Tax - Sales Tax (8%)"].target == "menu_item.tax_rate_ids"


def test_a_whole_name_goes_to_the_first_name_for_the_converter_to_split():
    name = suggestions(GUESTS | {"Full Name": ["Ana Diaz", "Bo Eng", "Cy Fox", "Di Gray"]})["Full Name"]
    assert name.target == "customer.first_name"


def test_an_address_in_one_line_is_the_address():
    lines = ["12 Elm St, Salem, OR 97301", "9 L St, Bend, OR 97701", "40 Oak Ave, Eugene, OR 97401", "1 A St, Ashland, OR"]  # fmt: skip
    assert suggestions(GUESTS | {"Address": lines})["Address"].target == "customer.address"


def test_first_and_last_name_stand_beside_each_other():
    names = suggestions(GUESTS | {"First": ["Ana", "Bo", "Cy", "Di"], "Last": ["Diaz", "Eng", "Fox", "Gray"]})
    assert names["First"].target == "customer.first_name"
    assert names["Last"].target == "customer.last_name"


def test_an_amount_is_what_the_objects_around_it_say():
    table = suggestions(
        {
            "id": ["i1", "i2"],
            "name": ["Tea", "Pie"],
            "variations[].id": ["v1", "v2"],
            "variations[].name": ["Small", "Large"],
            "variations[].price_money.amount": [350, 450],
            "variations[].price_money.currency": ["USD", "USD"],
        }
    )
    assert table["variations[].price_money.amount"].target == "item_variant.price"
    assert table["variations[].name"].target == "item_variant.name"


def test_the_noun_that_every_column_begins_with_is_the_records_own():
    table = suggestions(
        {
            "zz_id": ["1", "2", "3"],
            "zz_name": ["Tea", "Pie", "Soup"],
            "zz_price": ["3.00", "7.00", "5.50"],
            "zz_sku": ["T1", "P1", "S1"],
            "zz_barcode": ["070847811169", "051000012616", "078000113464"],
        }
    )
    assert table["zz_price"].target == "menu_item.price"
    assert table["zz_barcode"].target == "menu_item.barcode"


def test_forms_of_address_are_no_job():
    staff: dict[str, list[object]] = {
        "Teacher Id": ["T1", "T2", "T3"],
        "First Name": ["Ana", "Bo", "Cy"],
        "Last Name": ["Diaz", "Eng", "Fox"],
    }
    assert suggestions(staff | {"Title": ["Ms", "Mr.", "Dr"]}, "school")["Title"].target is None
    assert (
        suggestions(staff | {"Title": ["Counsellor", "Principal", "Librarian"]}, "school")["Title"].target
        == "staff.role"
    )


def test_values_that_are_options_speak_for_their_field():
    tenders = suggestions(
        {
            "Payment Id": ["p1", "p2", "p3", "p4"],
            "Amount": ["5.00", "7.50", "3.00", "9.90"],
            "Kind": ["Cash", "Visa", "Gift Card", "Cash"],
        }
    )
    assert tenders["Kind"].target == "payment.tender"


def test_the_files_name_says_what_a_bare_table_is_about():
    bare: dict[str, list[object]] = {"id": ["1", "2"], "name": ["Lunch", "Dinner"]}
    assert suggestions(bare, stream="discounts")["name"].target == "discount.name"
    assert suggestions(bare, stream="menu categories")["name"].target == "category.name"


def test_what_records_often_carry_and_the_schema_lacks_is_left_alone():
    table = suggestions(
        ITEMS
        | {
            "Created By": ["ana", "bo", "ana", "cy"],
            "Button Color": ["#ff0000", "#00ff00", "#0000ff", "#ff0000"],
            "Row Version": ["3", "1", "7", "2"],
        }
    )
    assert {table[name].target for name in ("Created By", "Button Color", "Row Version")} == {None}
