"""The coffee chain's exports: what the demo claims is true, and only the listed faults are in it."""

from __future__ import annotations

import csv
from decimal import ROUND_HALF_UP, Decimal

from python_calamine import CalamineWorkbook

from mock_data.square.places import TAXES
from tests.mock_data.exports import UNTIL, planted, read, table


def test_only_the_listed_wholesale_account_has_an_address_that_cannot_be_written_to(coffee):
    accounts = table(coffee / "coffee_wholesale.csv")
    faulty = {("bad_email", account["Acct"]) for account in accounts if "@" not in account["Mail"]}
    assert len(faulty) == 1
    assert faulty <= planted(coffee, "bad_email")


def test_the_chain_has_25_locations_and_each_of_them_sells(coffee):
    document = read(coffee / "coffee_corner.json")
    ids = {location["id"] for location in document["locations"]}
    assert len(document["locations"]) == len(ids) == 25
    assert {order["location_id"] for order in document["orders"]} == ids


def test_every_order_adds_up_to_the_cent_but_for_the_listed_ones(coffee):
    differences = set()
    rates = {tax.id: tax.basis_points for tax in TAXES}
    for order in read(coffee / "coffee_corner.json")["orders"]:
        lines, tip = order["line_items"], order["total_tip_money"]["amount"]
        (tax,) = order["taxes"]
        for line in lines:
            gross, off = line["gross_sales_money"]["amount"], line["total_discount_money"]["amount"]
            added = sum(modifier["total_price_money"]["amount"] for modifier in line["modifiers"])
            if line["base_price_money"]["amount"] * int(line["quantity"]) + added != gross:
                differences.add(("line_amount_differs", line["uid"]))
            exact = Decimal(gross - off) * rates[tax["catalog_object_id"]] / 10_000
            assert line["total_tax_money"]["amount"] == exact.quantize(Decimal(1), ROUND_HALF_UP)
            assert line["total_money"]["amount"] == gross - off + line["total_tax_money"]["amount"]
        if sum(line["total_money"]["amount"] for line in lines) + tip != order["total_money"]["amount"]:
            differences.add(("order_lines_differ", order["id"]))
        paid = sum(tender["amount_money"]["amount"] for tender in order["tenders"])
        if not order["tenders"]:
            differences.add(("order_without_payment", order["id"]))
        elif paid != order["total_money"]["amount"]:
            differences.add(("payment_differs", order["id"]))
    codes = ("line_amount_differs", "order_lines_differ", "order_without_payment", "payment_differs")
    assert differences == planted(coffee, *codes)


def test_exactly_one_dollar_is_unexplained(coffee):
    defects = read(coffee / "expected.json")["defects"]
    assert [d["amount"] for d in defects if d["code"] == "order_lines_differ"] == ["1.00"]


def test_points_owed_are_those_of_the_accounts_and_one_account_belongs_to_nobody(coffee):
    document = read(coffee / "coffee_corner.json")
    accounts = document["loyalty"]["accounts"]
    customer_ids = {customer["id"] for customer in document["customers"]}
    assert read(coffee / "expected.json")["loyalty"]["points_balance"] == sum(a["balance"] for a in accounts)
    assert all(account["balance"] <= account["lifetime_points"] for account in accounts)
    stray = {("missing_reference", a["id"]) for a in accounts if a["customer_id"] not in customer_ids}
    assert stray == planted(coffee, "missing_reference")


def test_the_library_workbook_says_the_same_as_its_csv(coffee):
    sheet = CalamineWorkbook.from_path(coffee / "ItemLibrary.xlsx").get_sheet_by_name("Items").to_python()
    with (coffee / "ItemLibrary.csv").open(encoding="utf-8", newline="") as file:
        assert sheet == list(csv.reader(file))


def test_the_items_detail_file_holds_the_last_seven_local_days(coffee):
    rows = table(coffee / "ItemsDetail.csv")
    days = {row["Date"] for row in rows}
    assert len(days) == 7
    assert max(days) == UNTIL.isoformat()
    for row in rows:
        gross, off, net = (
            Decimal(row[name].replace("$", "")) for name in ("Gross Sales", "Discounts", "Net Sales")
        )
        assert gross + off == net
