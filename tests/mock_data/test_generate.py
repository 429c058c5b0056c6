"""The demo tenants' exports: what a demo claims about them is true, and their only faults are the listed ones."""

from __future__ import annotations

import csv
import json
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path
from zoneinfo import ZoneInfo

import phonenumbers
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from python_calamine import CalamineWorkbook

from core.engine.issues import CATALOGUE
from core.schema import target_schema
from mock_data.square.generate import write_coffee_corner
from mock_data.square.places import TAXES
from mock_data.toast.generate import write_bella
from mock_data.toast.order_lines import OrderLineTotals, write_order_lines

UNTIL = date(2025, 11, 15)  # the thirty days before it hold the end of summer time
CENT = Decimal("0.01")


@pytest.fixture(scope="module")
def bella(tmp_path_factory):
    folder = tmp_path_factory.mktemp("bella")
    write_bella(folder, until=UNTIL)
    return folder


@pytest.fixture(scope="module")
def coffee(tmp_path_factory):
    folder = tmp_path_factory.mktemp("coffee")
    write_coffee_corner(folder, until=UNTIL)
    return folder


def read(path: Path):
    return json.loads(path.read_text(encoding="utf-8"))


def table(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def planted(folder: Path, *codes: str) -> set[tuple[str, str]]:
    defects = read(folder / "expected.json")["defects"]
    return {(defect["code"], defect["external_id"]) for defect in defects if defect["code"] in codes}


def items_of(folder: Path) -> list[dict]:
    menus = read(folder / "bella_menu_customers.json")["menus"]
    return [item for menu in menus for group in menu["groups"] for item in group["items"]]


def checks_of(folder: Path) -> Iterator[dict]:
    return (check for order in read(folder / "bella_orders.json")["orders"] for check in order["checks"])


@pytest.mark.parametrize("write", [write_bella, write_coffee_corner])
def test_the_same_day_gives_the_same_bytes(write: Callable[..., list[Path]], tmp_path):
    first = write(tmp_path / "first", until=UNTIL)
    second = write(tmp_path / "second", until=UNTIL)
    assert [path.name for path in first] == [path.name for path in second]
    assert all(a.read_bytes() == b.read_bytes() for a, b in zip(first, second, strict=True))


@pytest.mark.parametrize("name", ["bella", "coffee"])
def test_every_planted_defect_has_a_code_of_the_catalogue_and_a_field_of_the_schema(name, request):
    expected = read(request.getfixturevalue(name) / "expected.json")
    for defect in expected["defects"]:
        assert defect["code"] in CATALOGUE
        assert target_schema().field(f"{defect['entity']}.{defect['field']}")
    assert Counter(d["code"] for d in expected["defects"]) == expected["defects_by_code"]


def test_the_card_has_2500_dishes_with_distinct_ids_and_names(bella):
    items = items_of(bella)
    assert len({item["guid"] for item in items}) == 2500
    once = {item["guid"]: item["name"] for item in items}
    assert max(Counter(once.values()).values()) == 1


def test_the_sample_s_dishes_stand_on_the_card_with_their_ids_and_prices(bella):
    sample = read(Path(__file__).parents[2] / "mock_data/toast/toast_sample.json")
    ours = {item["guid"]: item for item in items_of(bella)}
    for group in sample["menus"][0]["groups"]:
        for item in group["items"]:
            assert (ours[item["guid"]]["name"], ours[item["guid"]]["price"]) == (item["name"], item["price"])
            assert ours[item["guid"]].get("sizes") == item.get("sizes")
            assert ours[item["guid"]].get("modifierGroups") == item.get("modifierGroups")


def test_the_comped_dish_costs_nothing_and_is_listed_as_legal(bella):
    (comped,) = (item for item in items_of(bella) if item["guid"] == "item-comp-001")
    assert comped["price"] == 0
    assert planted(bella, "comped_price") == {("comped_price", "item-comp-001")}


def test_there_are_more_than_500_modifiers_and_half_sizes_lower_the_price(bella):
    groups = [group for item in items_of(bella) for group in item.get("modifierGroups", [])]
    modifiers = {modifier["guid"]: modifier for group in groups for modifier in group["modifiers"]}
    assert len(modifiers) > 500
    lower = {guid for guid, modifier in modifiers.items() if modifier["price"] < 0}
    assert {modifiers[guid]["name"] for guid in lower} == {"Half Size"}
    assert planted(bella, "negative_modifier") == {("negative_modifier", guid) for guid in lower}


def test_only_the_listed_modifier_groups_contradict_themselves(bella):
    found = set()
    for item in items_of(bella):
        for group in item.get("modifierGroups", []):
            smallest, largest, options = (
                group["minSelections"],
                group["maxSelections"],
                len(group["modifiers"]),
            )
            if smallest > largest:
                found.add(("modifier_min_over_max", group["guid"]))
            if not options:
                found.add(("modifier_group_empty", group["guid"]))
            elif smallest > options:
                found.add(("modifier_min_over_options", group["guid"]))
            if group["selectionType"] == "REQUIRED" and smallest == 0:
                found.add(("modifier_required_without_min", group["guid"]))
    assert found == planted(bella, *(code for code in CATALOGUE if code.startswith("modifier_")))


def test_only_the_listed_dish_is_priced_far_from_its_section(bella):
    found = set()
    for menu in read(bella / "bella_menu_customers.json")["menus"]:
        for group in menu["groups"]:
            prices = sorted(item["price"] for item in group["items"] if item["price"] and item["price"] > 0)
            middle = prices[len(prices) // 2]
            found |= {
                ("cents_dollars_mix", item["guid"])
                for item in group["items"]
                if (item["price"] or 0) > 4 * middle
            }
    assert found == planted(bella, "cents_dollars_mix")


def test_47_guests_have_no_email_and_the_others_cannot_be_reached_by_accident(bella):
    guests = read(bella / "bella_menu_customers.json")["customers"]
    silent = {guest["guid"] for guest in guests if not guest["email"]}
    assert len(silent) == 47
    assert planted(bella, "missing_email") == {("missing_email", guid) for guid in silent}
    assert all(
        guest["email"].endswith((".com", ".org")) and "example" in guest["email"]
        for guest in guests
        if guest["email"]
    )
    assert {guest["marketingOptIn"] for guest in guests} == {True, False}


def test_only_the_listed_phones_are_invalid(bella):
    def valid(text: str) -> bool:
        try:
            return phonenumbers.is_valid_number(phonenumbers.parse(text, "US"))
        except phonenumbers.NumberParseException:
            return False

    guests = read(bella / "bella_menu_customers.json")["customers"]
    bad = {("bad_phone", guest["guid"]) for guest in guests if not valid(guest["phone"])}
    assert bad == planted(bella, "bad_phone")
    assert len({guest["phone"] for guest in guests}) == len(guests)


def test_every_check_adds_up_to_the_cent_but_for_the_listed_ones(bella):
    found = set()
    for check in checks_of(bella):
        sold = [line for line in check["selections"] if not line["voided"]]
        if sum(line["price"] for line in sold) != check["subtotal"]:
            found.add(("order_lines_differ", check["guid"]))
        if check["subtotal"] + check["tax"] != check["total"]:
            found.add(("order_total_differs", check["guid"]))
        if not check["payments"] and check["total"]:
            found.add(("order_without_payment", check["guid"]))
        elif sum(payment["amount"] for payment in check["payments"]) != check["total"]:
            found.add(("payment_differs", check["guid"]))
    codes = ("order_lines_differ", "order_total_differs", "order_without_payment", "payment_differs")
    assert found == planted(bella, *codes)


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
    found = set()
    for order in read(bella / "bella_orders.json")["orders"]:
        if "customer" in order and order["customer"]["guid"] not in guests:
            found.add(("optional_reference_missing", order["checks"][0]["guid"]))
        for check in order["checks"]:
            found |= {
                ("optional_reference_missing", line["guid"])
                for line in check["selections"]
                if line["itemGuid"] not in dishes
            }
    defects = read(bella / "expected.json")["defects"]
    cards = {(defect["code"], defect["external_id"]) for defect in defects if defect["entity"] == "gift_card"}
    assert found == planted(bella, "optional_reference_missing") - cards


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


def test_only_the_listed_gift_cards_are_faulty(bella):
    guests = {guest["guid"] for guest in read(bella / "bella_menu_customers.json")["customers"]}
    faulty, seen = set(), set()
    for card in table(bella / "bella_gift_cards.csv"):
        if not card["Gift Card"]:
            faulty.add(("missing_required", card["Code"]))
        if not card["Bal"].replace(".", "").isdigit():
            faulty.add(("bad_money", card["Gift Card"]))
        if card["Holder"] and card["Holder"] not in guests:
            faulty.add(("optional_reference_missing", card["Gift Card"]))
        if card["Gift Card"] in seen:
            faulty.add(("repeated_row", card["Gift Card"]))
        seen.add(card["Gift Card"])
    defects = read(bella / "expected.json")["defects"]
    assert faulty == {
        (defect["code"], defect["external_id"]) for defect in defects if defect["entity"] == "gift_card"
    }
    assert len(faulty) == 4


def test_only_the_listed_events_are_faulty(bella):
    faulty = set()
    for event in table(bella / "bella_catering.csv"):
        if not event["Order Ref"]:
            faulty.add(("missing_required", event["Dt"]))
        if event["Dt"] == "TBD":
            faulty.add(("bad_date", event["Order Ref"]))
        if sum(Decimal(event[name]) for name in ("Net Amt", "Svc", "VAT")) != Decimal(event["Ttl"]):
            faulty.add(("order_total_differs", event["Order Ref"]))
    defects = read(bella / "expected.json")["catering"]["defects"]
    assert faulty == {(defect["code"], defect["external_id"]) for defect in defects}
    assert len(faulty) == 3


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
    found = set()
    rates = {tax.id: tax.basis_points for tax in TAXES}
    for order in read(coffee / "coffee_corner.json")["orders"]:
        lines, tip = order["line_items"], order["total_tip_money"]["amount"]
        (tax,) = order["taxes"]
        for line in lines:
            gross, off = line["gross_sales_money"]["amount"], line["total_discount_money"]["amount"]
            added = sum(modifier["total_price_money"]["amount"] for modifier in line["modifiers"])
            if line["base_price_money"]["amount"] * int(line["quantity"]) + added != gross:
                found.add(("line_amount_differs", line["uid"]))
            exact = Decimal(gross - off) * rates[tax["catalog_object_id"]] / 10_000
            assert line["total_tax_money"]["amount"] == exact.quantize(Decimal(1), ROUND_HALF_UP)
            assert line["total_money"]["amount"] == gross - off + line["total_tax_money"]["amount"]
        if sum(line["total_money"]["amount"] for line in lines) + tip != order["total_money"]["amount"]:
            found.add(("order_lines_differ", order["id"]))
        paid = sum(tender["amount_money"]["amount"] for tender in order["tenders"])
        if not order["tenders"]:
            found.add(("order_without_payment", order["id"]))
        elif paid != order["total_money"]["amount"]:
            found.add(("payment_differs", order["id"]))
    codes = ("line_amount_differs", "order_lines_differ", "order_without_payment", "payment_differs")
    assert found == planted(coffee, *codes)


def test_exactly_one_dollar_is_unexplained(coffee):
    defects = read(coffee / "expected.json")["defects"]
    assert [d["amount"] for d in defects if d["code"] == "order_lines_differ"] == ["1.00"]


def test_points_owed_are_those_of_the_accounts_and_one_account_belongs_to_nobody(coffee):
    document = read(coffee / "coffee_corner.json")
    accounts = document["loyalty"]["accounts"]
    known = {customer["id"] for customer in document["customers"]}
    assert read(coffee / "expected.json")["loyalty"]["points_balance"] == sum(a["balance"] for a in accounts)
    assert all(account["balance"] <= account["lifetime_points"] for account in accounts)
    stray = {("missing_reference", a["id"]) for a in accounts if a["customer_id"] not in known}
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


def read_totals(path: Path) -> OrderLineTotals:
    frame = pl.read_csv(path, infer_schema=False)
    money = frame.select(
        pl.col(name).cast(pl.Decimal(18, 2)).sum() for name in ("Gross Price", "Discount", "Net Price", "Tax")
    ).row(0)
    orders = frame["Order Id"].n_unique() if frame.height else 0
    return OrderLineTotals(frame.height, orders, *(Decimal(amount).quantize(CENT) for amount in money))


@settings(max_examples=15, deadline=None)
@given(rows=st.integers(1, 3000), seed=st.integers(0, 2**32))
def test_order_lines_add_up_to_the_totals_that_were_returned(tmp_path_factory, rows, seed):
    path = tmp_path_factory.mktemp("lines") / "lines.csv"
    totals = write_order_lines(path, rows, seed=seed)
    assert totals.rows == rows
    assert totals.gross - totals.discount == totals.net
    assert read_totals(path) == totals


def test_orders_have_one_to_six_lines_and_lines_have_ids_of_their_own_across_chunks(tmp_path):
    rows = 200_000  # more than one chunk of 50,000 orders holds
    totals = write_order_lines(tmp_path / "lines.csv", rows, seed=7)
    frame = pl.read_csv(tmp_path / "lines.csv", infer_schema=False)
    assert read_totals(tmp_path / "lines.csv") == totals
    assert frame["Item Selection Id"].n_unique() == rows
    assert frame["Item Id"].n_unique() == 300
    assert frame["Location"].n_unique() > 1
    sizes = frame.group_by("Order Id").len()["len"]
    assert (sizes.min(), sizes.max()) == (1, 6)
    assert frame.group_by("Order Id").agg(pl.col("Location").n_unique())["Location"].max() == 1
