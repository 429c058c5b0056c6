"""The catalogue of Coffee Corner Chain, one flat list of typed objects as Square keeps it.

The sample's categories, items, variations and modifier lists open the list with their ids, so that the sample is a
part of the demo.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import product

from mock_data.ledger import Ledger
from mock_data.square.places import TAXES
from mock_data.writing import Json, listed

SIZES = (("Small", "S", 0), ("Medium", "M", 75), ("Large", "L", 145))
ONE_SIZE = (("Regular", "R", 0),)
MILK, SHOTS, SWEET, WARM, CUP = (f"MODLIST00{number}" for number in range(1, 6))
# name, selection type, (modifier, cents)
LISTS = (
    ("Milk Options", "SINGLE", (("Whole Milk", 0), ("Oat Milk", 75), ("Almond Milk", 65))),
    ("Extra Shots", "MULTIPLE", (("Extra Shot", 75), ("Decaf", 0))),
    ("Sweeteners", "MULTIPLE", (("Vanilla Syrup", 50), ("Caramel Syrup", 50))),
    ("Serving", "SINGLE", (("As It Is", 0), ("Warmed", 0), ("With Butter", 50))),
    ("Own Cup", "SINGLE", (("Bring Your Own Cup", -25),)),
)
SAMPLE_ITEMS = (
    (
        "Cappuccino",
        "CAT001",
        350,
        (("Small", "S", 0), ("Medium", "M", 75), ("Large", "L", 145)),
        (MILK, SHOTS),
    ),
    ("Iced Latte", "CAT002", 475, ONE_SIZE, (MILK, SWEET)),
    ("Croissant", "CAT003", 325, (("Plain", "P", 0), ("Chocolate", "C", 50)), ()),
)


@dataclass(frozen=True, slots=True)
class Shelf:
    """A category and its items; prices in cents of the smallest variation. `weight`: how often it sells."""

    name: str
    heads: str
    tails: str
    low: int
    high: int
    weight: int
    sizes: tuple[tuple[str, str, int], ...] = ONE_SIZE
    lists: tuple[str, ...] = ()


SHELVES = (
    Shelf(
        "Hot Beverages",
        "Latte|Mocha|Flat White|Americano|Cortado",
        "House|Vanilla|Hazelnut|Honey",
        325,
        450,
        12,
        SIZES,
        (MILK, SHOTS, SWEET),
    ),
    Shelf(
        "Cold Beverages",
        "Cold Brew|Iced Mocha|Iced Americano|Frappe",
        "House|Vanilla|Caramel|Coconut",
        395,
        525,
        9,
        SIZES,
        (MILK, SWEET),
    ),
    Shelf(
        "Pastries",
        "Muffin|Scone|Danish|Turnover",
        "Blueberry|Almond|Cheese|Apple|Cinnamon",
        295,
        425,
        8,
        ONE_SIZE,
        (WARM,),
    ),
    Shelf(
        "Tea", "Earl Grey|Jasmine|Rooibos|Peppermint|Chai|Matcha", "Hot|Iced", 300, 425, 4, SIZES, (MILK, CUP)
    ),
    Shelf(
        "Breakfast",
        "Bagel|Egg Sandwich|Burrito|Oatmeal",
        "Classic|Veggie|Bacon|Avocado",
        495,
        795,
        6,
        ONE_SIZE,
        (WARM,),
    ),
    Shelf("Lunch", "Wrap|Panini|Grain Bowl", "Turkey|Caprese|Hummus|Chicken", 895, 1195, 4),
    Shelf("Bakery", "Cookie|Brownie|Banana Bread", "Classic|Walnut|Vegan|Gluten Free", 275, 395, 5),
    Shelf("Whole Beans", "Ethiopia|Colombia|Guatemala|House Blend|Decaf", "12 oz|2 lb", 1595, 2895, 1),
    Shelf("Merchandise", "Mug|Tumbler|Tote|Filter Pack", "Classic|Holiday", 1195, 2195, 1),
)


@dataclass(slots=True)
class Catalog:
    """`objects` as they are written; `counter` are (weight, item, variation) that baristas may sell."""

    objects: list[Json] = field(default_factory=list)
    counter: list[tuple[int, Json, Json]] = field(default_factory=list)
    numbers: dict[str, int] = field(default_factory=dict)

    def next_id(self, kind: str) -> str:
        self.numbers[kind] = self.numbers.get(kind, 0) + 1
        return f"{kind}{self.numbers[kind]:03d}"

    def of(self, kind: str) -> Iterator[Json]:
        return (entry for entry in self.objects if entry["type"] == kind)


def usd(cents: int) -> Json:
    return {"amount": cents, "currency": "USD"}


def build_catalog(rng: random.Random, ledger: Ledger) -> Catalog:
    catalog = Catalog()
    categories: dict[str, str] = {}
    for shelf in SHELVES:
        categories[shelf.name] = catalog.next_id("CAT")
        catalog.objects.append(
            {"type": "CATEGORY", "id": categories[shelf.name], "category_data": {"name": shelf.name}}
        )
    for name, category, price, sizes, lists in SAMPLE_ITEMS:
        _item(catalog, name, category, price, sizes, lists, weight=30)
    for shelf in SHELVES:
        for head, tail in product(listed(shelf.heads), listed(shelf.tails)):
            price = rng.randrange(shelf.low // 5, shelf.high // 5 + 1) * 5
            _item(
                catalog,
                f"{tail} {head}",
                categories[shelf.name],
                price,
                shelf.sizes,
                shelf.lists,
                weight=shelf.weight,
            )
    for name, selection, modifiers in LISTS:
        _list(catalog, name, selection, modifiers)
    for tax in TAXES:
        catalog.objects.append(
            {
                "type": "TAX",
                "id": tax.id,
                "tax_data": {
                    "name": tax.name,
                    "percentage": tax.percentage,
                    "inclusion_type": "ADDITIVE",
                    "enabled": True,
                },
            }
        )
    _plant(catalog, ledger)
    _count(catalog, ledger)
    return catalog


def _item(
    catalog: Catalog,
    name: str,
    category: str,
    price: int,
    sizes: tuple[tuple[str, str, int], ...],
    lists: tuple[str, ...],
    *,
    weight: int,
) -> Json:
    item_id = catalog.next_id("ITEM")
    stem = "".join(word[:3] for word in name.upper().split())
    variations = [
        {
            "type": "ITEM_VARIATION",
            "id": catalog.next_id("VAR"),
            "item_variation_data": {
                "item_id": item_id,
                "name": size,
                "sku": f"{stem}-{item_id[4:]}-{letter}",
                "pricing_type": "FIXED_PRICING",
                "price_money": usd(price + more),
            },
        }
        for size, letter, more in sizes
    ]
    item = {
        "type": "ITEM",
        "id": item_id,
        "item_data": {
            "name": name,
            "description": f"{name}, prepared to order",
            "category_id": category,
            "variations": variations,
            "modifier_list_info": [{"modifier_list_id": list_id, "enabled": True} for list_id in lists],
        },
    }
    catalog.objects.append(item)
    if weight:
        catalog.counter += [(weight, item, variation) for variation in variations]
    return item


def _list(catalog: Catalog, name: str, selection: str, modifiers: tuple[tuple[str, int], ...]) -> str:
    list_id = catalog.next_id("MODLIST")
    catalog.objects.append(
        {
            "type": "MODIFIER_LIST",
            "id": list_id,
            "modifier_list_data": {
                "name": name,
                "selection_type": selection,
                "modifiers": [
                    {
                        "type": "MODIFIER",
                        "id": catalog.next_id("MOD"),
                        "modifier_data": {"name": modifier, "price_money": usd(price)},
                    }
                    for modifier, price in modifiers
                ],
            },
        }
    )
    return list_id


def _plant(catalog: Catalog, ledger: Ledger) -> None:
    """Plant a price 100 times too high, a missing one, an empty list, a repeated item; and a legal open price."""
    dear = _item(catalog, "Honey Cinnamon Latte", "CAT001", 42500, ONE_SIZE, (), weight=0)
    dear_id = dear["item_data"]["variations"][0]["id"]
    ledger.plant(
        "cents_dollars_mix", "item_variant", dear_id, "price", "100 times too high: 4.25", cents=42500
    )
    bare = _item(catalog, "Seasonal Bundt Slice", "CAT003", 0, ONE_SIZE, (), weight=0)
    variation = bare["item_data"]["variations"][0]
    del variation["item_variation_data"]["price_money"]
    ledger.plant("missing_price", "item_variant", variation["id"], "price", "fixed price, but none given")
    basket = _item(catalog, "Gift Basket", "CAT009", 0, ONE_SIZE, (), weight=0)
    open_priced = basket["item_data"]["variations"][0]["item_variation_data"]
    open_priced["pricing_type"] = "VARIABLE_PRICING"
    del open_priced["price_money"]
    empty = _list(catalog, "Holiday Toppings", "MULTIPLE", ())
    ledger.plant("modifier_group_empty", "modifier_group", empty, "external_id", "a list without modifiers")
    first = next(catalog.of("ITEM"))
    twin = first | {"item_data": first["item_data"] | {"description": "old description", "variations": []}}
    catalog.objects.append(twin)
    ledger.plant("duplicate_in_file", "menu_item", first["id"], "external_id", "same id, other description")


def _count(catalog: Catalog, ledger: Ledger) -> None:
    items = list(catalog.of("ITEM"))
    lists = list(catalog.of("MODIFIER_LIST"))
    modifiers = [
        modifier for modifier_list in lists for modifier in modifier_list["modifier_list_data"]["modifiers"]
    ]
    ledger.count("category", (entry["id"] for entry in catalog.of("CATEGORY")))
    ledger.count("menu_item", (item["id"] for item in items))
    ledger.count(
        "item_variant", (variation["id"] for item in items for variation in item["item_data"]["variations"])
    )
    ledger.count("modifier_group", (modifier_list["id"] for modifier_list in lists))
    ledger.count("modifier", (modifier["id"] for modifier in modifiers))
    ledger.count("tax_rate", (entry["id"] for entry in catalog.of("TAX")))
    for modifier in modifiers:
        cents = modifier["modifier_data"]["price_money"]["amount"]
        if cents < 0:
            name = modifier["modifier_data"]["name"]
            note = f"{name} lowers the price: legal"
            ledger.plant("negative_modifier", "modifier", modifier["id"], "price_delta", note, cents=cents)
