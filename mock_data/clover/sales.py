"""Thirty days of Pacific Seafood Group's orders in three places, exact to the cent, in the shape of Clover's Orders API.

A line is one piece, or a quantity by the pound; its price has no modifiers in it. An order's total is its lines less its
discount, and the sales tax on those that are taxed, rounded half up; its tip stands on the payment alone.
"""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from itertools import accumulate
from zoneinfo import ZoneInfo

from mock_data.clover.goods import GROUPS, SALES_TAX_BASIS_POINTS, Good
from mock_data.ledger import Ledger
from mock_data.people import people
from mock_data.writing import Json, percent_of

DAYS = 30
ORDERS_A_DAY = 9  # a place
ZONE = ZoneInfo("America/Los_Angeles")
SHOPS = (
    ("PSGMERCHANT01", "Pier 54 Market", "54 Alaskan Way", "98104"),
    ("PSGMERCHANT02", "Harbor Grill", "1200 Harbor Avenue", "98116"),
    ("PSGMERCHANT03", "Ballard Oyster Bar", "5100 Shilshole Avenue", "98107"),
)
ORDER_TYPES = (("PSGTYPE000001", "Dine In"), ("PSGTYPE000002", "To Go"), ("PSGTYPE000003", "Delivery"))
CARDS = ("VISA", "MC", "AMEX", "DISCOVER")
ROLES = ("ADMIN", "MANAGER", "MANAGER", *["EMPLOYEE"] * 6)
CUSTOMERS = 90


@dataclass(slots=True)
class Till:
    """Rings up orders: the dice, the goods, who buys and who sells, and how many records of a kind there are already."""

    rng: random.Random
    goods: list[Good]
    customers: list[Json]
    employees: list[Json]
    numbers: dict[str, int] = field(default_factory=dict)

    def next_id(self, kind: str) -> str:
        self.numbers[kind] = self.numbers.get(kind, 0) + 1
        return f"PSG{kind}{self.numbers[kind]:0{10 - len(kind)}d}"

    def pick(self) -> Good:
        weights = list(accumulate(good.weight for good in self.goods))
        return self.rng.choices(self.goods, cum_weights=weights)[0]


def milliseconds(moment: datetime) -> int:
    """Return a moment as Clover writes it: milliseconds since 1970."""
    return int(moment.timestamp()) * 1000


def page(records: list[Json]) -> Json:
    return {"elements": records}


def build_merchants(ledger: Ledger) -> list[Json]:
    ledger.count("location", (key for key, *_ in SHOPS))
    return [
        {
            "id": key,
            "name": name,
            "phoneNumber": f"206555010{number}",
            "address": {"address1": street, "city": "Seattle", "state": "WA", "zip": code, "country": "US"},
            "defaultCurrency": "USD",
            "timezone": "America/Los_Angeles",
        }
        for number, (key, name, street, code) in enumerate(SHOPS)
    ]


def build_people(rng: random.Random, ledger: Ledger, *, start: date) -> tuple[list[Json], list[Json]]:
    """Return the customers and the employees; one customer has an address that nobody can be written to. Plants it."""
    opened_at = datetime.combine(start, time(9), ZONE)
    persons = people(rng, CUSTOMERS + len(ROLES), ("206", "425"))
    customers: list[Json] = [
        {
            "id": f"PSGCUST{number:06d}",
            "firstName": person.first_name,
            "lastName": person.family,
            "marketingAllowed": rng.random() < 0.6,
            "customerSince": milliseconds(opened_at - timedelta(days=rng.randrange(20, 900))),
            "emailAddresses": page([{"id": f"PSGMAIL{number:06d}", "emailAddress": person.email}]),
            "phoneNumbers": page([{"id": f"PSGPHON{number:06d}", "phoneNumber": person.phone[2:]}]),
        }
        for number, person in enumerate(persons[:CUSTOMERS], start=1)
    ]
    last = customers[-1]
    address = last["emailAddresses"]["elements"][0]
    address["emailAddress"] = address["emailAddress"].replace("@", " at ")
    ledger.plant("bad_email", "customer", last["id"], "email", "no @ in the address")
    ledger.count("customer", (customer["id"] for customer in customers))
    employees: list[Json] = [
        {
            "id": f"PSGEMPL{number:06d}",
            "name": f"{person.first_name} {person.family}",
            "nickname": person.first_name,
            "customId": f"{100 + number}",
            "email": person.email,
            "inviteSent": True,
            "role": role,
            "isOwner": role == "ADMIN",
        }
        for number, (person, role) in enumerate(zip(persons[CUSTOMERS:], ROLES, strict=True), start=1)
    ]
    ledger.count("employee", (employee["id"] for employee in employees))
    return customers, employees


def build_orders(till: Till, *, until: date) -> list[Json]:
    """Return the orders of DAYS days in all places, `until` the last day, in order of time."""
    orders = []
    for back in range(DAYS - 1, -1, -1):
        midnight = datetime.combine(until - timedelta(days=back), time(), ZONE)
        for shop, *_ in SHOPS:
            for _ in range(ORDERS_A_DAY + till.rng.randrange(-2, 3)):
                moment = midnight + timedelta(seconds=till.rng.randrange(11 * 3600, 21 * 3600))
                orders.append(_order(till, shop, moment))
    return sorted(orders, key=lambda order: (order["createdTime"], order["id"]))


def _order(till: Till, shop: str, opened_at: datetime) -> Json:
    rng, key = till.rng, till.next_id("ORDER")
    sold = [
        _line(till, till.pick(), opened_at) for _ in range(rng.choices((1, 2, 3, 4), (30, 38, 22, 10))[0])
    ]
    gross = sum(cents for _, cents, _ in sold)
    taxed = sum(cents for _, cents, is_taxed in sold if is_taxed)
    discount = 500 if taxed > 5000 and rng.random() < 0.1 else 0
    tax = percent_of(taxed - discount, SALES_TAX_BASIS_POINTS)
    total = gross - discount + tax
    type_id, label = rng.choices(ORDER_TYPES, (60, 30, 10))[0]
    order: Json = {
        "id": key,
        "currency": "USD",
        "merchant": {"id": shop},
        "employee": {"id": rng.choice(till.employees)["id"]},
        "total": total,
        "paymentState": "PAID",
        "title": f"{int(key[-4:]):04d}",
        "orderType": {"id": type_id, "label": label, "taxable": True},
        "taxRemoved": False,
        "isVat": False,
        "state": "locked",
        "manualTransaction": False,
        "groupLineItems": True,
        "testMode": False,
        "createdTime": milliseconds(opened_at),
        "modifiedTime": milliseconds(opened_at + timedelta(minutes=40)),
        "lineItems": page([line for line, _, _ in sold]),
        "payments": page([_payment(till, key, total, tax, opened_at + timedelta(minutes=35))]),
    }
    if discount:
        order["discounts"] = page(
            [{"id": till.next_id("DISC"), "name": "Pier Neighbor", "amount": -discount}]
        )
    if rng.random() < 0.5:
        order["customers"] = page([{"id": rng.choice(till.customers)["id"]}])
    return order


def _line(till: Till, good: Good, moment: datetime) -> tuple[Json, int, bool]:
    """Return a line, what it comes to in cents, and whether it is taxed."""
    rng = till.rng
    price = good.price or rng.randrange(2200, 4800, 25)
    line: Json = {
        "id": till.next_id("LINE"),
        "item": {"id": good.id},
        "name": good.name,
        "price": price,
        "printed": True,
        "createdTime": milliseconds(moment),
        "exchanged": False,
        "refunded": False,
        "isRevenue": True,
    }
    cents = price
    options = [
        rng.choice(choices)
        for name, _, least, _, choices in GROUPS
        if name in good.groups and not good.unit and (least or rng.random() < 0.4)
    ]
    if options:
        cents += sum(extra for _, extra in options)
        line["modifications"] = page(
            [{"id": till.next_id("MODN"), "name": name, "amount": extra} for name, extra in options]
        )
    if good.unit:
        line |= {"unitQty": rng.randrange(500, 4000, 5), "unitName": good.unit}
        cents = (price * line["unitQty"] + 500) // 1000
    return line, cents, good.is_taxed


def _payment(till: Till, order_id: str, total: int, tax: int, paid_at: datetime) -> Json:
    rng = till.rng
    is_card = rng.random() < 0.85
    label = "Credit Card" if is_card else "Cash"
    payment: Json = {
        "id": till.next_id("PAYM"),
        "order": {"id": order_id},
        "tender": {"id": "PSGTENDER0001" if is_card else "PSGTENDER0002", "label": label},
        "amount": total,
        "tipAmount": percent_of(total, rng.choice((0, 1500, 1800, 2000))) if is_card else 0,
        "taxAmount": tax,
        "createdTime": milliseconds(paid_at),
        "result": "SUCCESS",
    }
    if is_card:
        card = {"cardType": rng.choice(CARDS), "last4": f"{rng.randrange(10_000):04d}", "type": "AUTH"}
        payment["cardTransaction"] = card
    return payment
