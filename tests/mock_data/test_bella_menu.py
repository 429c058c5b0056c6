"""Bella's card, guests, gift cards and events: what the demo claims is true, and only the listed faults are in it."""

from __future__ import annotations

from collections import Counter
from decimal import Decimal
from pathlib import Path

import phonenumbers

from core.engine.issues import CATALOGUE
from tests.mock_data.exports import items_of, planted, read, table


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
    contradictions = set()
    for item in items_of(bella):
        for group in item.get("modifierGroups", []):
            smallest, largest, options = (
                group["minSelections"],
                group["maxSelections"],
                len(group["modifiers"]),
            )
            if smallest > largest:
                contradictions.add(("modifier_min_over_max", group["guid"]))
            if not options:
                contradictions.add(("modifier_group_empty", group["guid"]))
            elif smallest > options:
                contradictions.add(("modifier_min_over_options", group["guid"]))
            if group["selectionType"] == "REQUIRED" and smallest == 0:
                contradictions.add(("modifier_required_without_min", group["guid"]))
    assert contradictions == planted(bella, *(code for code in CATALOGUE if code.startswith("modifier_")))


def test_only_the_listed_dish_is_priced_far_from_its_section(bella):
    outliers = set()
    for menu in read(bella / "bella_menu_customers.json")["menus"]:
        for group in menu["groups"]:
            prices = sorted(item["price"] for item in group["items"] if item["price"] and item["price"] > 0)
            middle = prices[len(prices) // 2]
            outliers |= {
                ("cents_dollars_mix", item["guid"])
                for item in group["items"]
                if (item["price"] or 0) > 4 * middle
            }
    assert outliers == planted(bella, "cents_dollars_mix")


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


def test_only_the_listed_gift_cards_are_faulty(bella):
    guests = {guest["guid"] for guest in read(bella / "bella_menu_customers.json")["customers"]}
    faulty, card_numbers = set(), set()
    for card in table(bella / "bella_gift_cards.csv"):
        if not card["Gift Card"]:
            faulty.add(("missing_required", card["Code"]))
        if not card["Bal"].replace(".", "").isdigit():
            faulty.add(("bad_money", card["Gift Card"]))
        if card["Holder"] and card["Holder"] not in guests:
            faulty.add(("optional_reference_missing", card["Gift Card"]))
        if card["Gift Card"] in card_numbers:
            faulty.add(("repeated_row", card["Gift Card"]))
        card_numbers.add(card["Gift Card"])
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
