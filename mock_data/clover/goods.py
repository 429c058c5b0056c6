"""What Pacific Seafood Group sells: dishes, fish by the pound at the price of the day, oysters by size, drinks.

Its prices are of every kind that Clover has: fixed, per unit, variable, and items in groups of sizes. Raw fish is sold
untaxed. Descriptions name allergens and the harvest area, as the health department asks.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from mock_data.clover.workbook import CATEGORIES, ITEMS, MODIFIER_GROUPS, TAX_RATES, Cell, Sheets
from mock_data.ledger import Ledger
from mock_data.writing import dollars, listed

SALES_TAX_BASIS_POINTS = 1025
FISH = listed(
    "King Salmon|Sockeye Salmon|Halibut|Black Cod|Lingcod|Rockfish|Albacore|Dover Sole|Steelhead|Arctic Char"
)
SHELLFISH = listed("Dungeness Crab|Spot Prawns|Manila Clams|Penn Cove Mussels|Sea Scallops|Bay Shrimp")
AREAS = listed("Puget Sound|Gulf of Alaska|Bering Sea|Columbia River|Willapa Bay")
PREPARED = listed("Grilled|Blackened|Cedar Plank|Miso Glazed|Pan Seared|Fried")
OYSTERS = listed("Kumamoto|Shigoku|Hama Hama|Blue Pool|Fanny Bay")
SIZES = (("Half Dozen", 1), ("Dozen", 2))
CATEGORY_NAMES = listed("Market Fish|Market Shellfish|Mains|Raw Bar|Soups|Drinks|Day Boat")
# name, pop up, least, most, (modifier, cents)
GROUPS = (
    ("Side", "Yes", 1, 1, (("Fries", 0), ("Wild Rice", 0), ("Slaw", 0), ("Side Salad", 250))),
    ("Sauce", "No", 0, 2, (("Tartar", 0), ("Lemon Butter", 75), ("Chimichurri", 100))),
    ("Preparation", "Yes", 0, 1, (("Whole", 0), ("Filleted", 150), ("Skin Off", 200), ("On Ice", -50))),
)


@dataclass(frozen=True, slots=True)
class Good:
    """An item of the inventory, its price in cents; `weight` is how often it sells."""

    id: str
    name: str
    category: str
    price: int
    kind: str = "Fixed"
    groups: tuple[str, ...] = ()
    description: str = ""
    option: str = ""
    weight: int = 4
    is_taxed: bool = True

    @property
    def unit(self) -> str:
        return "lb" if self.kind == "Per Unit" else ""


def build_goods(ledger: Ledger) -> list[Good]:
    """Return every item in the order of the workbook."""
    goods = [Good(f"PSGITEM{number:06d}", *values) for number, values in enumerate(_values(), start=1)]
    ledger.count("menu_item", (good.id for good in goods))
    ledger.count("category", (_category_id(name) for name in CATEGORY_NAMES))
    ledger.count("modifier_group", (_group_id(name) for name, *_ in GROUPS))
    ledger.count("modifier", (f"{group}/{name}" for group, _, _, _, options in GROUPS for name, _ in options))
    ledger.count("tax_rate", ["PSGTAX0000001"])
    return goods


def _values() -> Iterator[tuple[Any, ...]]:
    raw = ("Preparation",)
    for number, fish in enumerate(FISH):
        area = AREAS[number % len(AREAS)]
        note = f"Contains fish. Harvest area: {area}."
        yield f"{fish} per lb", "Market Fish", 1899 + 275 * number, "Per Unit", raw, note, "", 6, False
        for cooked in PREPARED:
            price = 2450 + 150 * number + 25 * len(cooked)
            yield f"{cooked} {fish}", "Mains", price, "Fixed", ("Side", "Sauce"), note
    for number, shellfish in enumerate(SHELLFISH):
        note = f"Contains shellfish. Harvest area: {AREAS[number % len(AREAS)]}."
        yield (
            f"{shellfish} per lb",
            "Market Shellfish",
            1250 + 475 * number,
            "Per Unit",
            (),
            note,
            "",
            5,
            False,
        )
        yield (
            f"{shellfish} Chowder",
            "Soups",
            895 + 60 * number,
            "Fixed",
            (),
            f"{note} Contains milk and wheat.",
        )
    for number, oyster in enumerate(OYSTERS):
        for size, times in SIZES:
            note = f"Contains shellfish. Harvest area: {AREAS[number % len(AREAS)]}."
            price = (1850 + 150 * number) * times - 100 * (times - 1)
            yield f"{oyster} Oysters {size}", "Raw Bar", price, "Fixed", ("Sauce",), note, size
    for name in ("Catch of the Day", "Whole Fish of the Day", "Chef's Cut"):
        yield name, "Day Boat", 0, "Variable", ("Side",), "Priced by the day's landing. Contains fish.", "", 3
    for number, name in enumerate(
        listed("Lemonade|Iced Tea|Ginger Beer|House White Glass|House Red Glass|Stout")
    ):
        yield name, "Drinks", 395 + 125 * number, "Fixed", (), "", "", 8


def sheets(goods: Sequence[Good]) -> Sheets:
    """Return the sheets of the inventory workbook, in dollars."""
    return {
        "Items": (ITEMS, [_item(good) for good in goods]),
        "Modifier Groups": (MODIFIER_GROUPS, list(_modifiers())),
        "Categories": (
            CATEGORIES,
            [(_category_id(name), name, "", number) for number, name in enumerate(CATEGORY_NAMES, start=1)],
        ),
        "Tax Rates": (
            TAX_RATES,
            [("PSGTAX0000001", "Seattle Sales Tax", Decimal(SALES_TAX_BASIS_POINTS).scaleb(-4), "", "Yes")],
        ),
    }


def _item(good: Good) -> tuple[Cell, ...]:
    is_market = good.kind == "Per Unit"
    cost = "" if good.kind == "Variable" else dollars(good.price * 35 // 100)
    return (
        good.id,
        good.name,
        good.name[:12].upper() if good.category == "Mains" else "",
        good.description,
        dollars(good.price),
        good.kind,
        good.unit,
        cost,
        "",
        f"PS-{good.id[-4:]}",
        int(good.id[-3:]) % 40 + 5 if is_market else "",
        "No",
        "No" if not good.is_taxed else "Yes",
        "No",
        "Fish Counter" if is_market else "Kitchen",
        ", ".join(good.groups),
        good.category,
        "Seattle Sales Tax" if good.is_taxed else "",
        "Size" if good.option else "",
        good.option,
    )


def _modifiers() -> Iterator[tuple[Cell, ...]]:
    """Yield a row a modifier; what is about its group stands in the first row alone, as Clover writes it."""
    for group, pop_up, least, most, options in GROUPS:
        for number, (name, cents) in enumerate(options):
            head: tuple[Cell, ...] = (_group_id(group), group, pop_up) if number == 0 else ("", "", "")
            limits: tuple[Cell, ...] = (least, most) if number == 0 else ("", "")
            yield (*head, name, dollars(cents), *limits)


def _category_id(name: str) -> str:
    return f"PSGCAT{CATEGORY_NAMES.index(name) + 1:07d}"


def _group_id(name: str) -> str:
    return f"PSGMODG{[group for group, *_ in GROUPS].index(name) + 1:06d}"
