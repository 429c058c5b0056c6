"""Writes the export of the demo tenant Coffee Corner Chain, the larger sister of square_sample.json."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

from mock_data.ledger import Ledger
from mock_data.square.catalog import build_catalog
from mock_data.square.exports import write_items_detail, write_library
from mock_data.square.guests import build_customers, build_loyalty
from mock_data.square.orders import DAYS, build_orders, local_date
from mock_data.square.places import MERCHANT_ID, SHOPS
from mock_data.square.wholesale import write_wholesale
from mock_data.writing import Json, dollars, write_json

SEED = 25
CLEAN_DAYS = 7
MERCHANT: Json = {
    "id": MERCHANT_ID,
    "business_name": "Coffee Corner Chain",
    "country": "US",
    "currency": "USD",
    "timezone": "America/Los_Angeles",
}


def write_coffee_corner(folder: Path, *, until: date) -> list[Path]:
    """Thirty days up to `until` in 25 shops, in six files; the same `until` gives the same bytes.

    coffee_corner.json has the shape of square_sample.json with Square's "locations" beside it, money in cents;
    ItemLibrary.csv and .xlsx and ItemsDetail.csv (the last week) have the dashboard's export formats, money in dollars;
    coffee_wholesale.csv is a list kept by hand beside Square;
    expected.json lists every planted defect and how many records of each target entity there are.
    """
    rng = random.Random(SEED)
    ledger = Ledger()
    ledger.count("location", (shop.id for shop in SHOPS))
    catalog = build_catalog(rng, ledger)
    customers = build_customers(rng, ledger, start=until - timedelta(days=DAYS - 1))
    loyalty = build_loyalty(rng, customers, ledger)
    orders = build_orders(rng, catalog, customers, until=until)
    opening = until - timedelta(days=CLEAN_DAYS - 1)
    week = [order for order in orders if local_date(order) >= opening]
    _plant_in_orders(rng, [order for order in orders if local_date(order) < opening], ledger)
    _count_orders(orders, ledger)

    folder.mkdir(parents=True, exist_ok=True)
    wholesale = write_wholesale(folder, ledger, until=until)
    document = {
        "merchant": MERCHANT,
        "locations": [shop.location for shop in SHOPS],
        "catalog": {"objects": catalog.objects},
        "customers": customers,
        "loyalty": loyalty,
        "orders": orders,
        **_notes(),
    }
    created_at = datetime.combine(until, time(), UTC).replace(tzinfo=None)
    expected = ledger.as_json(
        source="square",
        tenant=MERCHANT["business_name"],
        first_business_date=(until - timedelta(days=DAYS - 1)).isoformat(),
        last_business_date=until.isoformat(),
        totals=totals(orders),
        loyalty=_liability(loyalty),
        opted_out=sum(customer["preferences"]["email_unsubscribed"] for customer in customers),
    )
    return [
        write_json(folder / "coffee_corner.json", document),
        *write_library(folder, catalog, created_at),
        write_items_detail(folder / "ItemsDetail.csv", week, catalog, customers),
        wholesale,
        write_json(folder / "expected.json", expected, indent=True),
    ]


def totals(orders: list[Json]) -> dict[str, str]:
    """Return the sums of the orders as they stand in the file, planted defects included; total and paid hold the tips."""
    lines = [line for order in orders for line in order["line_items"]]
    tenders = [tender for order in orders for tender in order["tenders"]]
    sums = {
        "gross": sum(line["gross_sales_money"]["amount"] for line in lines),
        "discount": sum(order["total_discount_money"]["amount"] for order in orders),
        "tax": sum(order["total_tax_money"]["amount"] for order in orders),
        "tips": sum(order["total_tip_money"]["amount"] for order in orders),
        "total": sum(order["total_money"]["amount"] for order in orders),
        "paid": sum(tender["amount_money"]["amount"] for tender in tenders),
    }
    return {name: str(dollars(cents)) for name, cents in sums.items()}


def _notes() -> Json:
    return {
        "demo": True,
        "dataQualityNotes": [
            {"issue": "Demo data: shops, customers and orders are invented", "demo": True},
            {
                "issue": "Prices stored in cents (smallest currency unit)",
                "recommendation": "Divide by 100 for dollar amounts",
            },
            {
                "issue": "Some customers opted out of email",
                "recommendation": "Respect email preferences during migration",
            },
        ],
    }


def _liability(loyalty: Json) -> Json:
    """Add up the points that the chain owes its members, the stray account included."""
    accounts = loyalty["accounts"]
    return {
        "accounts": len(accounts),
        "points_balance": sum(account["balance"] for account in accounts),
        "lifetime_points": sum(account["lifetime_points"] for account in accounts),
    }


def _count_orders(orders: list[Json], ledger: Ledger) -> None:
    ledger.count("order", (order["id"] for order in orders))
    ledger.count("order_line", (line["uid"] for order in orders for line in order["line_items"]))
    ledger.count("payment", (tender["id"] for order in orders for tender in order["tenders"]))


def _plant_in_orders(rng: random.Random, orders: list[Json], ledger: Ledger) -> None:
    """Five faults, each in an order of its own before the last week; the other orders stay exact."""
    plain = [order for order in orders if not order["total_tip_money"]["amount"]]
    picked: Iterator[Json] = iter(rng.sample(plain, 5))

    order = next(picked)
    order["total_money"]["amount"] += 100
    order["tenders"][0]["amount_money"]["amount"] += 100
    note = "total and payment are $1.00 over lines and tax: unexplained"
    ledger.plant("order_lines_differ", "order", order["id"], "total", note, cents=100)

    order = next(picked)
    order["tenders"][0]["amount_money"]["amount"] -= 250
    ledger.plant("payment_differs", "order", order["id"], "total", "paid $2.50 too little", cents=-250)

    line = next(picked)["line_items"][0]
    line["base_price_money"]["amount"] -= 50
    note = "charged 50 cents a piece over the price that stands beside it"
    cents = 50 * int(line["quantity"])
    ledger.plant("line_amount_differs", "order_line", line["uid"], "gross_amount", note, cents=cents)

    line = next(picked)["line_items"][0]
    line["catalog_object_id"] = "VAR9999"
    note = "VAR9999 is no longer in the catalogue"
    ledger.plant("optional_reference_missing", "order_line", line["uid"], "variant_id", note)

    order = next(picked)
    cents = order["total_money"]["amount"]
    del order["closed_at"]
    order |= {"state": "OPEN", "tenders": []}
    ledger.plant("order_without_payment", "order", order["id"], "total", "still open", cents=cents)
