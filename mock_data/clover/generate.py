"""Writes the export of the demo tenant Pacific Seafood Group: fish markets and grills on Clover, with prices of every kind."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from pathlib import Path

from mock_data.clover.goods import build_goods, sheets
from mock_data.clover.sales import (
    DAYS,
    ORDER_TYPES,
    Till,
    build_merchants,
    build_orders,
    build_people,
    page,
)
from mock_data.clover.workbook import write_workbook
from mock_data.ledger import Ledger
from mock_data.writing import Json, dollars, write_json

SEED = 54
TENANT = "Pacific Seafood Group"


def write_pacific(folder: Path, *, until: date) -> list[Path]:
    """Thirty days up to `until` in three places, in three files; the same `until` gives the same bytes.

    pacific_inventory.xlsx is Clover's inventory workbook, money in dollars; pacific_sales.json has the answers of its API
    side by side, money in cents; expected.json lists every planted defect and how many records of each entity there are.
    """
    rng, ledger = random.Random(SEED), Ledger()
    start = until - timedelta(days=DAYS - 1)
    goods = build_goods(ledger)
    merchants = build_merchants(ledger)
    customers, employees = build_people(rng, ledger, start=start)
    orders = build_orders(Till(rng, goods, customers, employees), until=until)
    _plant_in_orders(rng, orders, ledger)
    _count_orders(orders, ledger)

    folder.mkdir(parents=True, exist_ok=True)
    document = {
        "merchants": page(merchants),
        "customers": page(customers),
        "employees": page(employees),
        "orders": page(orders),
        "demo": True,
        "dataQualityNotes": [{"issue": "Demo data: places, guests and orders are invented", "demo": True}],
    }
    expected = ledger.as_json(
        source="clover",
        tenant=TENANT,
        first_business_date=start.isoformat(),
        last_business_date=until.isoformat(),
        totals=totals(orders),
    )
    return [
        write_workbook(folder / "pacific_inventory.xlsx", sheets(goods), datetime.combine(until, time())),
        write_json(folder / "pacific_sales.json", document),
        write_json(folder / "expected.json", expected, indent=True),
    ]


def totals(orders: list[Json]) -> dict[str, str]:
    """Return the sums of the orders as they stand in the file, planted defects included; total and paid hold no tips."""
    payments = [payment for order in orders for payment in order["payments"]["elements"]]
    sums = {
        "tax": sum(payment["taxAmount"] for payment in payments),
        "tips": sum(payment["tipAmount"] for payment in payments),
        "total": sum(order["total"] for order in orders),
        "paid": sum(payment["amount"] for payment in payments),
    }
    return {name: str(dollars(cents)) for name, cents in sums.items()}


def _count_orders(orders: list[Json], ledger: Ledger) -> None:
    ledger.count("dining_option", (key for key, _ in ORDER_TYPES))
    ledger.count("order", (order["id"] for order in orders))
    ledger.count("order_line", (line["id"] for order in orders for line in order["lineItems"]["elements"]))
    ledger.count("payment", (paid["id"] for order in orders for paid in order["payments"]["elements"]))


def _plant_in_orders(rng: random.Random, orders: list[Json], ledger: Ledger) -> None:
    """Four faults, each in an order of its own; the other orders stay exact."""
    plain = [order for order in orders if "discounts" not in order]
    picked: Iterator[Json] = iter(rng.sample(plain, 4))

    order = next(picked)
    order["total"] += 100
    order["payments"]["elements"][0]["amount"] += 100
    note = "total and payment are $1.00 over lines and tax: unexplained"
    ledger.plant("order_lines_differ", "order", order["id"], "total", note, cents=100)

    order = next(picked)
    order["payments"]["elements"][0] |= {"amount": order["total"] - 250, "tipAmount": 0}
    ledger.plant("payment_differs", "order", order["id"], "total", "paid $2.50 too little", cents=-250)

    line = next(picked)["lineItems"]["elements"][0]
    line["item"] = {"id": "PSGITEM999999"}
    note = "PSGITEM999999 is no longer in the inventory"
    ledger.plant("optional_reference_missing", "order_line", line["id"], "item_id", note)

    order = next(picked)
    tax = order["payments"]["elements"][0]["taxAmount"]
    order |= {"paymentState": "OPEN", "state": "open", "payments": page([])}
    order["total"] -= tax
    ledger.plant("order_without_payment", "order", order["id"], "total", "still open", cents=order["total"])
