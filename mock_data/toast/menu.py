"""Builds Bella's menus in the shape of the Toast sample: menus > groups > items > modifier groups > modifiers.

The sample's own four dishes open the card with their ids, so that the sample is a part of the demo.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from mock_data.ledger import Ledger
from mock_data.toast.carte import PROTEIN, SALAD_SIZE, SECTIONS, SIDE, Choice, Section
from mock_data.writing import Json

ITEMS = 2500
SPECIALS = 11  # the sample's four dishes, item-comp-001, and the six that plant_specials adds


@dataclass(slots=True)
class Menu:
    """`menus` as they are written; `floor` are dishes that orders may name, with the weight guests give them."""

    menus: list[Json] = field(default_factory=list)
    floor: list[tuple[Json, int]] = field(default_factory=list)
    numbers: dict[str, int] = field(default_factory=dict)

    def next_id(self, kind: str) -> str:
        self.numbers[kind] = self.numbers.get(kind, 0) + 1
        return f"{kind}-{self.numbers[kind]:03d}"

    def menu(self, name: str) -> Json:
        for menu in self.menus:
            if menu["name"] == name:
                return menu
        menu = {
            "guid": self.next_id("menu"),
            "name": name,
            "visibility": ["DINE_IN", "TAKEOUT", "DELIVERY"],
            "groups": [],
        }
        self.menus.append(menu)
        return menu

    def group(self, menu: str, name: str) -> Json:
        groups: list[Json] = self.menu(menu)["groups"]
        for group in groups:
            if group["name"] == name:
                return group
        groups.append({"guid": self.next_id("group"), "name": name, "items": []})
        return groups[-1]

    def items(self) -> Iterator[Json]:
        for menu in self.menus:
            for group in menu["groups"]:
                yield from group["items"]

    def modifier_group(self, choice: Choice) -> Json:
        return {
            "guid": self.next_id("modgroup"),
            "name": choice.name,
            "selectionType": choice.selection_type,
            "minSelections": choice.smallest,
            "maxSelections": choice.largest,
            "modifiers": [
                {"guid": self.next_id("mod"), "name": name, "price": price, "priceType": "FIXED"}
                for name, price in choice.options
            ],
        }


def build_menu(rng: random.Random, ledger: Ledger) -> Menu:
    """Return the whole card: ITEMS dishes, planted ones included."""
    menu = Menu()
    _sample_dishes(menu)
    dishes_left = ITEMS - SPECIALS
    for section in SECTIONS:
        dishes = section.dishes[:dishes_left]
        dishes_left -= len(dishes)
        _fill(menu, rng, replace(section, dishes=dishes))
    _comped(menu, ledger)
    _plant_specials(menu, ledger)
    _plant_choices(menu, ledger)
    return menu


def count_menu(menu: Menu, ledger: Ledger) -> None:
    """Tells the ledger every record of the card, shared modifier groups as often as they stand there."""
    items = list(menu.items())
    groups = [group for item in items for group in item.get("modifierGroups", [])]
    ledger.count("category", (m["guid"] for m in menu.menus))
    ledger.count("category", (g["guid"] for m in menu.menus for g in m["groups"]))
    ledger.count("menu_item", (item["guid"] for item in items))
    ledger.count("item_variant", (size["guid"] for item in items for size in item.get("sizes", [])))
    ledger.count("modifier_group", (group["guid"] for group in groups))
    ledger.count("modifier", (modifier["guid"] for group in groups for modifier in group["modifiers"]))
    for group in {group["guid"]: group for group in groups}.values():
        for modifier in group["modifiers"]:
            if modifier["price"] < 0:
                ledger.plant(
                    "negative_modifier",
                    "modifier",
                    modifier["guid"],
                    "price_delta",
                    f"{modifier['name']} lowers the price: legal",
                    cents=modifier["price"],
                )


def _item(guid: str, name: str, price: int | None, channels: tuple[str, ...], tags: tuple[str, ...]) -> Json:
    return {
        "guid": guid,
        "name": name,
        "description": f"{name}, made in house" if name else "",
        "price": price,
        "pricingStrategy": "FIXED",
        "visibility": list(channels),
        "tags": list(tags),
    }


def _sample_dishes(menu: Menu) -> None:
    """Bruschetta, Caesar Salad, Chicken Parmigiana and Margherita Pizza with the ids of the sample file."""
    everywhere = ("DINE_IN", "TAKEOUT", "DELIVERY")
    two = replace(PROTEIN, options=(("Add Grilled Chicken", 400), ("Add Shrimp", 600)))
    starters = (
        ("Bruschetta", 895, ("vegetarian", "popular"), two),
        ("Caesar Salad", 1095, (), SALAD_SIZE),
    )
    appetizers = menu.group("Dinner Menu", "Appetizers")["items"]
    entrees = menu.group("Dinner Menu", "Entrees")["items"]
    for name, price, tags, choice in starters:
        item = _item(menu.next_id("item"), name, price, everywhere, tags)
        appetizers.append(item | {"modifierGroups": [menu.modifier_group(choice)]})
    parmigiana = _item(menu.next_id("item"), "Chicken Parmigiana", 2195, everywhere, ())
    entrees.append(parmigiana | {"modifierGroups": [menu.modifier_group(SIDE)]})
    pizza = _item(menu.next_id("item"), "Margherita Pizza", 1695, everywhere, ("vegetarian", "signature"))
    sizes = (('Small 10"', 0), ('Medium 14"', 500), ('Large 18"', 1000))
    entrees.append(_sized(menu, pizza, sizes))
    menu.floor += [(item, 40) for item in (*appetizers, *entrees)]


def _sized(menu: Menu, item: Json, sizes: tuple[tuple[str, int], ...]) -> Json:
    return item | {
        "pricingStrategy": "SIZE",
        "sizes": [
            {"guid": menu.next_id("size"), "name": name, "price": item["price"] + more}
            for name, more in sizes
        ],
    }


def _fill(menu: Menu, rng: random.Random, section: Section) -> None:
    group = menu.group(section.menu, section.name)
    shared = [menu.modifier_group(choice) for choice in section.choices] if section.shared else []
    for position, dish in enumerate(section.dishes):
        price = rng.randrange(section.low // 50, section.high // 50 + 1) * 50 - 5
        item = _item(menu.next_id("item"), dish, price, section.channels, section.tags)
        if section.sizes:
            item = _sized(menu, item, section.sizes)
        if position < section.with_choices:
            item["modifierGroups"] = shared or [menu.modifier_group(choice) for choice in section.choices]
        group["items"].append(item)
        if section.weight:
            menu.floor.append((item, section.weight))


def _comped(menu: Menu, ledger: Ledger) -> None:
    item = _item("item-comp-001", "Chef's Amuse-Bouche (Comp)", 0, ("DINE_IN",), ("complimentary",))
    menu.group("Dinner Menu", "Antipasti")["items"].append(item)
    ledger.plant("comped_price", "menu_item", item["guid"], "price", "complimentary: legal at zero", cents=0)


def _plant_specials(menu: Menu, ledger: Ledger) -> None:
    """Five faulty dishes, one legal one without a price, and one record that stands twice."""

    def add(category: tuple[str, str], name: str, price: int | None, strategy: str = "FIXED") -> str:
        item = _item(menu.next_id("item"), name, price, ("DINE_IN",), ()) | {"pricingStrategy": strategy}
        menu.group(*category)["items"].append(item)
        return str(item["guid"])

    add(("Dinner Menu", "Secondi"), "Market Fish of the Day", None, "OPEN")  # no price, and rightly so

    guid = add(("Dinner Menu", "Secondi"), "Osso Buco", 289500)
    ledger.plant("cents_dollars_mix", "menu_item", guid, "price", "100 times too high: 28.95", cents=289500)
    guid = add(("Dinner Menu", "Dolci"), "Affogato", None)
    ledger.plant("missing_price", "menu_item", guid, "price", "fixed price, but none given")
    guid = add(("Dinner Menu", "Contorni"), "Side of Marinara", 0)
    ledger.plant("zero_price", "menu_item", guid, "price", "zero and not marked as complimentary", cents=0)
    guid = add(("Dinner Menu", "Dolci"), "Birthday Coupon", -500)
    ledger.plant("negative_price", "menu_item", guid, "price", "a coupon rung up as a dish", cents=-500)
    guid = add(("Dinner Menu", "Zuppe"), "", 695)
    ledger.plant("missing_required", "menu_item", guid, "name", "a dish without a name")

    original = menu.group("Lunch Menu", "Panini")["items"][3]
    twin = original | {"description": f"{original['name']}, old description"}
    menu.group("Lunch Menu", "Panini")["items"].append(twin)
    ledger.plant(
        "duplicate_in_file", "menu_item", original["guid"], "external_id", "same id, other description"
    )


def _plant_choices(menu: Menu, ledger: Ledger) -> None:
    """Four modifier groups that contradict themselves, each on a dish of its own."""
    options = (("Mild", 0), ("Medium", 0), ("Hot", 0), ("Very Hot", 50))
    faulty = (
        ("modifier_min_over_max", "min_selections", Choice("Heat Level", "REQUIRED", 3, 1, options)),
        ("modifier_required_without_min", "min_selections", Choice("Bread", "REQUIRED", 0, 1, options[:2])),
        ("modifier_group_empty", "external_id", Choice("Finishing Oil", "OPTIONAL", 0, 2, ())),
        ("modifier_min_over_options", "min_selections", Choice("Sauces", "REQUIRED", 2, 3, options[:1])),
    )
    plates = menu.group("Lunch Menu", "Piatti Unici")["items"]
    for plate, (code, field_name, choice) in zip(plates, faulty, strict=False):
        group = menu.modifier_group(choice)
        plate["modifierGroups"] = [group]
        note = f"{choice.name}: {choice.smallest} to {choice.largest} of {len(choice.options)}"
        ledger.plant(code, "modifier_group", group["guid"], field_name, note)
