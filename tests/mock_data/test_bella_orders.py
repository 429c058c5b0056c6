"""Bella's orders: they add up to the cent but for the listed faults."""

from __future__ import annotations

from collections import Counter
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal
from zoneinfo import ZoneInfo

from tests.mock_data.exports import checks_of, items_of, planted, read, table


def test_every_check_adds_up_to_the_cent_but_for_the_listed_ones(bella):
    differences = set()
    for check in checks_of(bella):
        sold = [line for line in check["selections"] if not line["voided"]]
        if sum(line["price"] for line in sold) != check["subtotal"]:
            differences.add(("order_lines_differ", check["guid"]))
        if check["subtotal"] + check["tax"] != check["total"]:
            differences.add(("order_total_differs", check["guid"]))
        if not check["payments"] and check["total"]:
            differences.add(("order_without_payment", check["guid"]))
        elif sum(payment["amount"] for payment in check["payments"]) != check["total"]:
            differences.add(("payment_differs", check["guid"]))
    codes = ("order_lines_differ", "order_total_differs", "order_without_payment", "payment_differs")
    assert differences == planted(bella, *codes)


def test_the_short_payment_lacks_four_dollars_and_23_cents(bella):
    (defect,) = (d for d in read(bella / "expected.json")["defects"] if d["code"] == "payment_differs")
    (check,) = (check for check in checks_of(bella) if check["guid"] == defect["external_id"])
    paid = sum(payment["amount"] for payment in check["payments"])
    assert Decimal(paid - check["total"]) / 100 == Decimal(defect["amount"]) == Decimal("-4.23")


def test_a_line_is_price_and_modifiers_by_quantity_less_discounts_and_its_tax_is_eight_percent(bella):
    dishes = {item["guid"]: item for item in items_of(bella)}
    for check in checks_of(bella):
        for line in check["selections"]:
            off = sum(discount["discountAmount"] for discount in line.get("appliedDiscounts", []))
            assert line["preDiscountPrice"] - off == line["price"]
            tax = (Decimal(line["price"]) * 8 / 100).quantize(Decimal(1), ROUND_HALF_UP)
            assert line["tax"] == tax
            dish = dishes.get(line["itemGuid"])
            if dish:
                sizes = {size["guid"]: size["price"] for size in dish.get("sizes", [])}
                unit = sizes[line["size"]["guid"]] if sizes else dish["price"]
                unit += sum(modifier["price"] for modifier in line["modifiers"])
                assert unit * line["quantity"] == line["preDiscountPrice"]


def test_references_of_orders_are_on_the_card_and_among_the_guests_but_for_the_listed_ones(bella):
    dishes = {item["guid"] for item in items_of(bella)}
    guests = {guest["guid"] for guest in read(bella / "bella_menu_customers.json")["customers"]}
    missing_references = set()
    for order in read(bella / "bella_orders.json")["orders"]:
        if "customer" in order and order["customer"]["guid"] not in guests:
            missing_references.add(("optional_reference_missing", order["checks"][0]["guid"]))
        for check in order["checks"]:
            missing_references |= {
                ("optional_reference_missing", line["guid"])
                for line in check["selections"]
                if line["itemGuid"] not in dishes
            }
    defects = read(bella / "expected.json")["defects"]
    cards = {(defect["code"], defect["external_id"]) for defect in defects if defect["entity"] == "gift_card"}
    assert missing_references == planted(bella, "optional_reference_missing") - cards


def test_thirty_business_days_have_voids_split_payments_refunds_discounts_and_busier_weekends(bella):
    orders = read(bella / "bella_orders.json")["orders"]
    checks = [check for order in orders for check in order["checks"]]
    payments = [payment for check in checks for payment in check["payments"]]
    assert len({order["businessDate"] for order in orders}) == 30
    assert 2500 < len(checks) < 5000
    assert any(len(check["payments"]) > 1 for check in checks)
    assert any("refund" in payment for payment in payments)
    assert any(order["voided"] for order in orders)
    assert any("appliedDiscounts" in line for check in checks for line in check["selections"])
    by_weekday = Counter(date.fromisoformat(order["businessDate"]).weekday() for order in orders)
    assert by_weekday[5] > 1.5 * by_weekday[0]


def test_a_check_opened_after_midnight_belongs_to_the_business_day_before(bella):
    late = 0
    for order in read(bella / "bella_orders.json")["orders"]:
        if "-02-30" in order["createdDate"]:  # the planted one
            continue
        local = datetime.fromisoformat(order["createdDate"]).astimezone(ZoneInfo("America/New_York"))
        late += local.date() > date.fromisoformat(order["businessDate"])
        assert (local.date() - date.fromisoformat(order["businessDate"])).days in {0, 1}
    assert late


def test_the_csv_files_hold_the_last_week_and_the_same_money_as_the_json(bella):
    totals = read(bella / "expected.json")["week"]["totals"]
    lines = [row for row in table(bella / "ItemSelectionDetails.csv") if row["Void?"] == "false"]
    payments = table(bella / "PaymentDetails.csv")
    sums = {
        "gross": sum(Decimal(row["Gross Price"]) for row in lines),
        "net": sum(Decimal(row["Net Price"]) for row in lines),
        "tax": sum(Decimal(row["Tax"]) for row in lines),
        "paid": sum(Decimal(row["Amount"]) for row in payments),
        "tips": sum(Decimal(row["Tip"]) for row in payments),
        "refunds": sum(Decimal(row["Refund Amount"] or 0) for row in payments),
    }
    assert {name: str(amount) for name, amount in sums.items()} == {name: totals[name] for name in sums}
    assert totals["subtotal"] == totals["net"]
    assert totals["paid"] == totals["total"]
