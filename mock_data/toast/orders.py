"""Thirty days of checks at Bella's, exact to the cent.

Amounts are whole cents, as in the Toast sample. A selection's preDiscountPrice is (price + modifiers) x quantity,
its price the same after discounts, its tax 8 % of that rounded half up; a check's subtotal and tax are the sums
over its selections that are not voided, its total both together, and its payments (tips apart) add up to the total.
The business day ends at four in the morning, New York time, so a check opened after midnight belongs to the day before.
"""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from itertools import accumulate
from zoneinfo import ZoneInfo

from mock_data.toast.guests import stamp
from mock_data.toast.menu import Menu
from mock_data.writing import Json, listed, percent_of

ZONE = ZoneInfo("America/New_York")
DAYS = 30
TAX_BASIS_POINTS = 800
CARD_FEE_BASIS_POINTS = 249  # with 15 cents, a usual rate for cards that are there
CHECKS_ON_AN_ORDINARY_DAY = 105
BY_WEEKDAY = (0.72, 0.76, 0.85, 1.0, 1.42, 1.6, 1.12)  # Monday first
HOURS = (11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24)
BY_HOUR = (4, 11, 10, 5, 3, 4, 9, 15, 18, 14, 8, 4, 2, 1)
SERVERS = listed(
    "Mike Johnson|Elena Conti|Omar Haddad|Priya Raman|Luca Ferrara|Tessa Nolan|Diego Vargas|Hannah Lindqvist|"
    "Wei Zhao|Sofia Marchetti|Andre Baptiste|Nora Walsh"
)
DISCOUNTS = (("Happy Hour", 20), ("Neighborhood 10%", 10), ("Manager's Courtesy", 50))
CARDS = ("VISA", "MASTERCARD", "AMEX", "DISCOVER")


@dataclass(slots=True)
class Till:
    """Rings up checks: the dice, the card, the guests, and how many records of a kind there are already."""

    rng: random.Random
    menu: Menu
    guests: list[Json]
    numbers: dict[str, int] = field(default_factory=dict)
    orders: list[Json] = field(default_factory=list)
    weights: list[int] = field(init=False)

    def __post_init__(self) -> None:
        self.weights = list(accumulate(weight for _, weight in self.menu.floor))

    def next_id(self, kind: str) -> str:
        self.numbers[kind] = self.numbers.get(kind, 0) + 1
        return f"{kind}-{self.numbers[kind]:05d}"


def build_orders(rng: random.Random, menu: Menu, guests: list[Json], *, until: date) -> list[Json]:
    """Return the orders of DAYS business days, `until` the last; also moves the guests' lastVisit forward."""
    till = Till(rng, menu, guests)
    for back in range(DAYS - 1, -1, -1):
        day = until - timedelta(days=back)
        spread = rng.uniform(0.9, 1.1)
        count = round(CHECKS_ON_AN_ORDINARY_DAY * BY_WEEKDAY[day.weekday()] * spread)
        opening_times = sorted(
            (hour * 60 + rng.randrange(60), rng.randrange(60))
            for hour in rng.choices(HOURS, BY_HOUR, k=count)
        )
        midnight = datetime.combine(day, time(), ZONE)
        for number, (minutes, seconds) in enumerate(opening_times, start=1):
            local = midnight + timedelta(minutes=minutes, seconds=seconds)
            till.orders.append(_order(till, day, local, number))
    return till.orders


def _order(till: Till, day: date, opened_at: datetime, number: int) -> Json:
    rng = till.rng
    kind = rng.choices(("DINE_IN", "TAKEOUT", "DELIVERY"), (70, 20, 10))[0]
    party = rng.choices((1, 2, 3, 4, 5, 6), (14, 38, 16, 20, 7, 5))[0] if kind == "DINE_IN" else 1
    closed_at = opened_at + timedelta(
        minutes=rng.randrange(38, 95) if kind == "DINE_IN" else rng.randrange(12, 40)
    )
    server = rng.randrange(len(SERVERS))
    first_name, _, family = SERVERS[server].partition(" ")
    order: Json = {
        "guid": till.next_id("order"),
        "displayNumber": str(number),
        "businessDate": day.isoformat(),
        "createdDate": stamp(opened_at),
        "closedDate": stamp(closed_at),
        "orderType": kind,
        "source": "In Store" if kind == "DINE_IN" else rng.choice(("Online", "In Store", "Kiosk")),
        "numberOfGuests": party,
        "table": str(rng.randrange(1, 41)) if kind == "DINE_IN" else None,
        "server": {"guid": f"staff-{server + 1:03d}", "firstName": first_name, "lastName": family},
    }
    if rng.random() < 0.36:
        guest = rng.choice(till.guests)
        guest["lastVisit"] = max(guest["lastVisit"], stamp(closed_at))
        order["customer"] = {"guid": guest["guid"]}
    lines = max(1, round(party * rng.uniform(1.2, 2.2)))
    parts = 2 if lines >= 4 and rng.random() < 0.06 else 1
    void = rng.random() < 0.006
    selections = [_selection(till, void=void or rng.random() < 0.012) for _ in range(lines)]
    order["voided"] = void
    order["checks"] = [
        _check(till, selections[part::parts], closed_at, f"{number}-{part + 1}" if parts > 1 else str(number))
        for part in range(parts)
    ]
    return order


def _selection(till: Till, *, void: bool) -> Json:
    rng = till.rng
    item, _ = rng.choices(till.menu.floor, cum_weights=till.weights)[0]
    quantity = rng.choices((1, 2, 3), (86, 11, 3))[0]
    unit = item["price"]
    selection: Json = {
        "guid": till.next_id("selection"),
        "itemGuid": item["guid"],
        "displayName": item["name"],
        "quantity": quantity,
        "modifiers": [],
    }
    if item.get("sizes"):
        size = rng.choice(item["sizes"])
        unit = size["price"]
        selection["size"] = {"guid": size["guid"], "name": size["name"]}
    for group in item.get("modifierGroups", []):
        options = group["modifiers"]
        if not options or (group["selectionType"] == "OPTIONAL" and rng.random() < 0.6):
            continue
        option = rng.choice(options)
        unit += option["price"]
        selection["modifiers"].append(
            {"guid": option["guid"], "displayName": option["name"], "price": option["price"]}
        )
    gross = unit * quantity
    return selection | {
        "preDiscountPrice": gross,
        "price": gross,
        "tax": percent_of(gross, TAX_BASIS_POINTS),
        "voided": void,
    }


def _check(till: Till, selections: list[Json], closed_at: datetime, number: str) -> Json:
    rng = till.rng
    discount = rng.choices((None, *DISCOUNTS), (930, 40, 22, 8))[0]
    sold = [selection for selection in selections if not selection["voided"]]
    if discount:
        for selection in sold:
            off = percent_of(selection["price"], discount[1] * 100)
            net = selection["price"] - off
            selection |= {
                "price": net,
                "tax": percent_of(net, TAX_BASIS_POINTS),
                "appliedDiscounts": [
                    {"guid": till.next_id("discount"), "name": discount[0], "discountAmount": off}
                ],
            }
    subtotal = sum(selection["price"] for selection in sold)
    tax = sum(selection["tax"] for selection in sold)
    return {
        "guid": till.next_id("check"),
        "displayNumber": number,
        "selections": selections,
        "payments": _payments(till, subtotal, subtotal + tax, closed_at),
        "subtotal": subtotal,
        "tax": tax,
        "total": subtotal + tax,
        "paymentStatus": "CLOSED" if sold else "VOIDED",
        "voided": not sold,
    }


def _payments(till: Till, subtotal: int, total: int, closed_at: datetime) -> list[Json]:
    rng = till.rng
    if not total:
        return []
    amounts = [total]
    if total > 4000 and rng.random() < 0.09:
        first = total // 2 if rng.random() < 0.6 else rng.randrange(total // 5, total // 2)
        amounts = [first, total - first]
    return [_payment(till, amount, subtotal // len(amounts), closed_at) for amount in amounts]


def _payment(till: Till, amount: int, base: int, closed_at: datetime) -> Json:
    rng = till.rng
    kind = rng.choices(("CREDIT_CARD", "CASH", "GIFT_CARD"), (84, 12, 4))[0]
    share = rng.choice((15, 18, 18, 20, 20, 20, 22, 25)) if kind == "CREDIT_CARD" else rng.choice((0, 0, 15))
    payment: Json = {
        "guid": till.next_id("payment"),
        "type": kind,
        "paidDate": stamp(closed_at),
        "amount": amount,
        "tipAmount": percent_of(base, share * 100),
        "paymentStatus": "CAPTURED",
    }
    if kind == "CREDIT_CARD":
        payment["cardType"] = rng.choices(CARDS, (52, 28, 14, 6))[0]
        payment["last4"] = f"{rng.randrange(10_000):04d}"
        charged = amount + payment["tipAmount"]
        payment["originalProcessingFee"] = percent_of(charged, CARD_FEE_BASIS_POINTS) + 15
    if rng.random() < 0.01:
        is_full = rng.random() < 0.5
        payment["refundStatus"] = "FULL" if is_full else "PARTIAL"
        payment["refund"] = {
            "refundAmount": amount if is_full else amount // 3,
            "tipRefundAmount": payment["tipAmount"] if is_full else 0,
            "refundDate": stamp(closed_at + timedelta(minutes=25)),
        }
    return payment
