"""Thirty days of orders in 25 coffee shops, exact to the cent, in the shape of Square's Orders API.

A line's gross_sales_money is (base price + modifiers) x quantity; its tax is the city's rate on gross less discount,
rounded half up; its total is gross less discount plus tax. As Square has it, an order's total_money *includes* the tip,
and so does a tender's amount_money: total = lines + tip = tenders.
"""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from itertools import accumulate
from zoneinfo import ZoneInfo

from mock_data.square.catalog import Catalog, usd
from mock_data.square.places import SHOPS, Shop
from mock_data.writing import Json, percent_of

DAYS = 30
ORDERS_ON_AN_ORDINARY_DAY = 5.5  # a shop; small, so that the file can be looked at
BY_WEEKDAY = (1.1, 1.1, 1.1, 1.05, 1.2, 0.9, 0.7)  # Monday first
HOURS = tuple(range(6, 19))
BY_HOUR = (6, 14, 20, 15, 9, 7, 8, 7, 5, 5, 4, 3, 1)
CARDS = ("VISA", "MASTERCARD", "AMERICAN_EXPRESS", "DISCOVER")
CARD_FEE_BASIS_POINTS = 260  # with 10 cents, a usual rate for cards that are there
DISCOUNT = ("Morning Special", 1500)


@dataclass(slots=True)
class Counter:
    """Rings up orders: the dice, the catalogue, the customers, and how many records of a kind there are already."""

    rng: random.Random
    catalog: Catalog
    customers: list[Json]
    numbers: dict[str, int] = field(default_factory=dict)
    weights: list[int] = field(init=False)
    modifiers: dict[str, list[Json]] = field(init=False)

    def __post_init__(self) -> None:
        self.weights = list(accumulate(weight for weight, _, _ in self.catalog.counter))
        lists = self.catalog.of("MODIFIER_LIST")
        self.modifiers = {
            modifier_list["id"]: modifier_list["modifier_list_data"]["modifiers"] for modifier_list in lists
        }

    def next_id(self, kind: str) -> str:
        self.numbers[kind] = self.numbers.get(kind, 0) + 1
        return f"{kind}{self.numbers[kind]:06d}"


def stamp(moment: datetime) -> str:
    """'2025-01-24T08:15:00Z', as the sample writes a time."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def local_date(order: Json) -> date:
    """Return the day on the shop's own calendar."""
    (shop,) = (shop for shop in SHOPS if shop.id == order["location_id"])
    return datetime.fromisoformat(order["created_at"]).astimezone(ZoneInfo(shop.zone)).date()


def build_orders(rng: random.Random, catalog: Catalog, customers: list[Json], *, until: date) -> list[Json]:
    """Return the orders of DAYS days in all shops, `until` the last day, in order of time."""
    counter = Counter(rng, catalog, customers)
    orders: list[Json] = []
    for back in range(DAYS - 1, -1, -1):
        day = until - timedelta(days=back)
        for shop in SHOPS:
            count = round(ORDERS_ON_AN_ORDINARY_DAY * BY_WEEKDAY[day.weekday()] * rng.uniform(0.75, 1.25))
            midnight = datetime.combine(day, time(), ZoneInfo(shop.zone))
            for hour in sorted(rng.choices(HOURS, BY_HOUR, k=count)):
                opened_at = midnight + timedelta(hours=hour, seconds=rng.randrange(3600))
                orders.append(_order(counter, shop, opened_at))
    return sorted(orders, key=lambda order: (order["created_at"], order["id"]))


def _order(counter: Counter, shop: Shop, opened_at: datetime) -> Json:
    rng = counter.rng
    closed_at = stamp(opened_at + timedelta(seconds=rng.randrange(40, 400)))
    rate = DISCOUNT[1] if opened_at.hour < 8 and rng.random() < 0.2 else 0
    lines = [_line(counter, shop, rate) for _ in range(rng.choices((1, 2, 3, 4), (42, 36, 15, 7))[0])]
    sums = {
        name: sum(line[f"total_{name}_money"]["amount"] for line in lines) for name in ("tax", "discount")
    }
    bill = sum(line["total_money"]["amount"] for line in lines)
    tip = percent_of(bill, rng.choice((0, 0, 0, 1000, 1500, 2000)))
    order: Json = {
        "id": counter.next_id("ORDER"),
        "location_id": shop.id,
        "created_at": stamp(opened_at),
        "updated_at": closed_at,
        "closed_at": closed_at,
        "state": "COMPLETED",
        "source": {"name": rng.choices(("Square Register", "Online Store", "Kiosk"), (75, 15, 10))[0]},
        "total_money": usd(bill + tip),
        "total_tax_money": usd(sums["tax"]),
        "total_discount_money": usd(sums["discount"]),
        "total_tip_money": usd(tip),
        "total_service_charge_money": usd(0),
        "line_items": lines,
        "taxes": [
            {
                "uid": counter.next_id("ORDERTAX"),
                "catalog_object_id": shop.tax.id,
                "name": shop.tax.name,
                "percentage": shop.tax.percentage,
                "type": "ADDITIVE",
                "scope": "ORDER",
                "applied_money": usd(sums["tax"]),
            }
        ],
        "tenders": [_tender(counter, bill + tip, tip, closed_at)],
    }
    kind = rng.choices(("PICKUP", "DELIVERY", None), (50, 8, 42))[0]
    if kind:
        order["fulfillments"] = [{"uid": counter.next_id("FULFILL"), "type": kind, "state": "COMPLETED"}]
    if rng.random() < 0.45:
        customer = rng.choice(counter.customers)
        customer["updated_at"] = max(customer["updated_at"], closed_at)
        order["customer_id"] = customer["id"]
    return order


def _line(counter: Counter, shop: Shop, discount_rate: int) -> Json:
    rng = counter.rng
    _, item, variation = rng.choices(counter.catalog.counter, cum_weights=counter.weights)[0]
    data = variation["item_variation_data"]
    quantity = rng.choices((1, 2, 3), (88, 10, 2))[0]
    base = data["price_money"]["amount"]
    modifiers = [
        _modifier(counter, list_info["modifier_list_id"], quantity)
        for list_info in item["item_data"]["modifier_list_info"]
        if rng.random() < 0.4
    ]
    gross = base * quantity + sum(modifier["total_price_money"]["amount"] for modifier in modifiers)
    discount = percent_of(gross, discount_rate)
    tax = percent_of(gross - discount, shop.tax.basis_points)
    return {
        "uid": counter.next_id("LINEITEM"),
        "catalog_object_id": variation["id"],
        "quantity": str(quantity),
        "name": f"{item['item_data']['name']} - {data['name']}",
        "variation_name": data["name"],
        "item_type": "ITEM",
        "base_price_money": usd(base),
        "modifiers": modifiers,
        "gross_sales_money": usd(gross),
        "total_discount_money": usd(discount),
        "total_tax_money": usd(tax),
        "total_money": usd(gross - discount + tax),
    }


def _modifier(counter: Counter, list_id: str, quantity: int) -> Json:
    modifier = counter.rng.choice(counter.modifiers[list_id])
    price = modifier["modifier_data"]["price_money"]["amount"]
    return {
        "uid": counter.next_id("LINEMOD"),
        "catalog_object_id": modifier["id"],
        "name": modifier["modifier_data"]["name"],
        "base_price_money": usd(price),
        "total_price_money": usd(price * quantity),
    }


def _tender(counter: Counter, amount: int, tip: int, paid_at: str) -> Json:
    rng = counter.rng
    kind = rng.choices(("CARD", "CASH", "SQUARE_GIFT_CARD"), (84, 12, 4))[0]
    tender: Json = {
        "id": counter.next_id("TENDER"),
        "created_at": paid_at,
        "type": kind,
        "amount_money": usd(amount),
        "tip_money": usd(tip),
    }
    if kind == "CARD":
        card = {
            "card_brand": rng.choices(CARDS, (52, 28, 14, 6))[0],
            "last_4": f"{rng.randrange(10_000):04d}",
        }
        tender["processing_fee_money"] = usd(percent_of(amount, CARD_FEE_BASIS_POINTS) + 10)
        tender["card_details"] = {"status": "CAPTURED", "card": card, "entry_method": "CONTACTLESS"}
    return tender
