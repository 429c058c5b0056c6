"""Goods, buyers and sales of an invented shop, which the samples of Shopify and WooCommerce tell each in their own form."""

from __future__ import annotations

import random
from dataclasses import dataclass, replace
from datetime import datetime, timedelta, timezone

from mock_data.people import Person, people
from mock_data.writing import listed, percent_of

ZONE = timezone(timedelta(hours=-5))
FIRST_SALE = datetime(2025, 11, 3, 9, 30, tzinfo=ZONE)
TAX_BASIS_POINTS = 625
SHIPPING = 650


@dataclass(frozen=True, slots=True)
class Variant:
    """What is sold of a product; amounts in cents. `options` are values of the product's options, in their order."""

    options: tuple[str, ...]
    sku: str
    barcode: str
    price: int
    cost: int
    stock: int

    @property
    def name(self) -> str:
        return " / ".join(self.options)


@dataclass(frozen=True, slots=True)
class Product:
    """A product; without options it has one variant. `status`: active, draft or archived."""

    id: int
    handle: str
    title: str
    description: str
    brand: str
    category: str
    tags: tuple[str, ...]
    status: str
    options: tuple[str, ...]
    variants: tuple[Variant, ...]
    pictures: int = 1
    is_tracked: bool = True

    def pictures_at(self, host: str = "https://cdn.example.com") -> list[str]:
        return [f"{host}/{self.handle}-{number}.jpg" for number in range(1, self.pictures + 1)]


def _single(sku: str, barcode: str, price: int, cost: int, stock: int) -> tuple[Variant, ...]:
    return (Variant((), sku, barcode, price, cost, stock),)


PRODUCTS = (
    Product(
        101,
        "harbor-blend",
        "Harbor Blend",
        "<p>Cocoa and orange, <b>medium</b> roast</p>",
        "Harbor Roasters",
        "Coffee",
        ("coffee", "beans"),
        "active",
        ("Grind", "Size"),
        (
            Variant(("Whole Bean", "250 g"), "HB-WB-250", "0612345000012", 1450, 610, 12),
            Variant(("Whole Bean", "1 kg"), "HB-WB-1000", "0612345000029", 4900, 2240, 3),
            Variant(("Filter", "250 g"), "HB-FI-250", "0612345000036", 1450, 620, 7),
            Variant(("Filter", "1 kg"), "HB-FI-1000", "0612345000043", 4900, 2260, 0),
        ),
        pictures=2,
    ),
    Product(
        102,
        "tide-decaf",
        "Tide Decaf",
        "<p>Swiss water process</p>",
        "Harbor Roasters",
        "Coffee",
        ("coffee", "decaf"),
        "active",
        ("Size",),
        (
            Variant(("250 g",), "TD-250", "0612345000050", 1595, 700, 9),
            Variant(("1 kg",), "TD-1000", "0612345000067", 5400, 2500, 2),
        ),
        pictures=4,
    ),
    Product(103, "stone-mug", "Stone Mug", "Holds 12 oz", "Clay & Co", "Kitchen", ("mug",), "active", (),
            _single("MUG-1", "0612345000074", 1800, 640, 25)),
    Product(104, "oat-cookie", "Oat Cookie", "", "Harbor Bakery", "Bakery", (), "active", (),
            _single("CK-1", "", 325, 90, 40), pictures=0),
    Product(105, "winter-box", "Winter Box", "A bag, a mug and cookies", "Harbor Roasters", "Gifts", ("gift",), "draft", (),
            _single("WB-1", "0612345000081", 3900, 1700, 0)),
    Product(106, "paper-filters", "Paper Filters", "100 pieces", "Clay & Co", "Kitchen", (), "archived", (),
            _single("PF-1", "0612345000098", 600, 210, 5), is_tracked=False),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class SaleLine:
    """A line of a sale; `discount` in cents."""

    product: Product
    variant: Variant
    quantity: int
    discount: int = 0

    @property
    def name(self) -> str:
        return f"{self.product.title} - {self.variant.name}" if self.variant.options else self.product.title

    @property
    def gross(self) -> int:
        return self.variant.price * self.quantity


@dataclass(frozen=True, slots=True)
class Sale:
    """An order; amounts in cents. `state`: paid, pending, partially_refunded, refunded or cancelled."""

    number: int
    buyer: Person
    at: datetime
    lines: tuple[SaleLine, ...]
    state: str
    tender: str
    code: str = ""
    shipping: int = 0
    refunded: int = 0

    @property
    def discount(self) -> int:
        return sum(line.discount for line in self.lines)

    @property
    def subtotal(self) -> int:
        """Amount after discounts, before shipping and tax."""
        return sum(line.gross for line in self.lines) - self.discount

    @property
    def tax(self) -> int:
        return percent_of(self.subtotal, TAX_BASIS_POINTS)

    @property
    def total(self) -> int:
        return self.subtotal + self.shipping + self.tax

    @property
    def is_paid(self) -> bool:
        return self.state in {"paid", "partially_refunded", "refunded"}


def buyers() -> list[Person]:
    return people(random.Random(7), 7, ("617", "207"))


_PLAN = listed(
    "paid card SHIP|paid card|paid wallet SHIP CODE|pending cash|partially_refunded card SHIP|refunded card|"
    "cancelled card SHIP|paid gift_card|paid card SHIP CODE|paid cash"
)


def sales() -> list[Sale]:
    """Return ten orders in a row: shipped and picked up, with and without a code, unpaid, refunded and cancelled."""
    rng = random.Random(11)
    guests = buyers()
    counter = [(product, variant) for product in PRODUCTS[:4] for variant in product.variants]
    orders = []
    for index, plan in enumerate(_PLAN):
        state, tender, *marks = plan.split()
        goods = rng.sample(counter, 1 + index % 3)
        lines = tuple(
            SaleLine(
                product, variant, quantity := rng.randrange(1, 4),
                percent_of(variant.price * quantity, 1000) if "CODE" in marks else 0,
            )
            for product, variant in goods
        )  # fmt: skip
        sale = Sale(
            1001 + index,
            guests[index % len(guests)],
            FIRST_SALE + timedelta(hours=7 * index, minutes=13 * index),
            lines,
            state,
            tender,
            "HARBOR10" if "CODE" in marks else "",
            SHIPPING if "SHIP" in marks else 0,
        )
        orders.append(_with_refund(sale))
    return orders


def _with_refund(sale: Sale) -> Sale:
    if sale.state == "refunded":
        return replace(sale, refunded=sale.total)
    return replace(sale, refunded=500) if sale.state == "partially_refunded" else sale
