"""Pacific Seafood Group's exports: prices of every kind, and only the listed faults are in them."""

from __future__ import annotations

from decimal import Decimal

from python_calamine import CalamineWorkbook

from mock_data.clover.goods import GROUPS, SALES_TAX_BASIS_POINTS
from mock_data.writing import percent_of
from tests.mock_data.exports import planted, read

EXTRAS = {name: cents for _, _, _, _, options in GROUPS for name, cents in options}


def items_of(folder):
    book = CalamineWorkbook.from_path(folder / "pacific_inventory.xlsx")
    header, *rows = book.get_sheet_by_name("Items").to_python()
    return {row[0]: dict(zip(header, row, strict=True)) for row in rows}


def amount_of(line):
    extra = sum(choice["amount"] for choice in line.get("modifications", {"elements": []})["elements"])
    return ((line["price"] + extra) * line.get("unitQty", 1000) + 500) // 1000


def test_the_inventory_has_prices_of_every_kind_and_says_what_is_demo(pacific):
    items = items_of(pacific)
    assert {item["Price Type"] for item in items.values()} == {"Fixed", "Per Unit", "Variable"}
    assert all(item["Price"] == 0 for item in items.values() if item["Price Type"] == "Variable")
    assert all(item["Price Unit"] == "lb" for item in items.values() if item["Price Type"] == "Per Unit")
    assert {item["Variant Option"] for item in items.values()} == {"", "Half Dozen", "Dozen"}
    assert read(pacific / "pacific_sales.json")["demo"] is True
    assert read(pacific / "expected.json")["demo"] is True


def test_every_order_adds_up_to_the_cent_but_for_the_listed_ones(pacific):
    items, differences = items_of(pacific), set()
    for order in read(pacific / "pacific_sales.json")["orders"]["elements"]:
        lines = order["lineItems"]["elements"]
        discount = -sum(cut["amount"] for cut in order.get("discounts", {"elements": []})["elements"])
        unknown = [line for line in lines if line["item"]["id"] not in items]
        differences |= {("optional_reference_missing", line["id"]) for line in unknown}
        payments = order["payments"]["elements"]
        if not payments:
            differences.add(("order_without_payment", order["id"]))
            continue
        tax = sum(payment["taxAmount"] for payment in payments)
        if sum(map(amount_of, lines)) - discount + tax != order["total"]:
            differences.add(("order_lines_differ", order["id"]))
        if sum(payment["amount"] for payment in payments) != order["total"]:
            differences.add(("payment_differs", order["id"]))
        if not unknown:
            taxed = sum(amount_of(line) for line in lines if items[line["item"]["id"]]["Tax Rates"])
            assert tax == percent_of(taxed - discount, SALES_TAX_BASIS_POINTS)
    codes = (
        "order_lines_differ",
        "order_without_payment",
        "payment_differs",
        "optional_reference_missing",
    )
    assert differences == planted(pacific, *codes)


def test_lines_cost_what_the_inventory_says_unless_the_price_is_asked(pacific):
    items = items_of(pacific)
    for order in read(pacific / "pacific_sales.json")["orders"]["elements"]:
        for line in order["lineItems"]["elements"]:
            item = items.get(line["item"]["id"])
            if item and item["Price Type"] != "Variable":
                assert Decimal(str(item["Price"])) * 100 == line["price"]
            for choice in line.get("modifications", {"elements": []})["elements"]:
                assert choice["amount"] == EXTRAS[choice["name"]]


def test_only_the_listed_guest_has_an_address_that_cannot_be_written_to(pacific):
    guests = read(pacific / "pacific_sales.json")["customers"]["elements"]
    faulty = {
        ("bad_email", guest["id"])
        for guest in guests
        for mail in guest["emailAddresses"]["elements"]
        if "@" not in mail["emailAddress"]
    }
    assert len(faulty) == 1
    assert faulty == planted(pacific, "bad_email")
