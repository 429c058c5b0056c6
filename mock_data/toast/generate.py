"""Writes the export of the demo tenant Bella's Italian Kitchen, the larger sister of toast_sample.json."""

from __future__ import annotations

import random
from datetime import date, timedelta
from pathlib import Path

from mock_data.ledger import Ledger
from mock_data.toast.defects import CLEAN_DAYS, count_orders, plant_in_orders
from mock_data.toast.exports import write_payments, write_selections
from mock_data.toast.guests import WITHOUT_EMAIL, build_guests
from mock_data.toast.menu import build_menu, count_menu
from mock_data.toast.orders import DAYS, ZONE, build_orders
from mock_data.toast.side_files import write_catering, write_gift_cards, write_suppliers
from mock_data.writing import Json, dollars, write_json

SEED = 2500
RESTAURANT: Json = {
    "guid": "2fca9c3e-5834-4b8d-9b7a-1234567890ab",
    "name": "Bella's Italian Kitchen",
    "timezone": "America/New_York",
    "currency": "USD",
    "country": "US",
    "phone": "+12125550100",
    "address": "100 Example Street, New York, NY 10001",
}


def write_bella(folder: Path, *, until: date) -> list[Path]:
    """Thirty business days up to `until`, in eight files; the same `until` gives the same bytes.

    bella_menu_customers.json and bella_orders.json have the shape of toast_sample.json, money in cents;
    ItemSelectionDetails.csv and PaymentDetails.csv hold the last week's orders in Toast's CSV formats, money in
    dollars; bella_gift_cards.csv, bella_suppliers.csv and bella_catering.csv come from small systems beside the till.
    expected.json lists every planted defect and how many records of each target entity there are, those of catering
    apart, for they are not part of the till's orders.
    """
    rng = random.Random(SEED)
    ledger, events = Ledger(), Ledger()
    ledger.count("location", [RESTAURANT["guid"]])
    menu = build_menu(rng, ledger)
    count_menu(menu, ledger)
    guests = build_guests(rng, ledger, start=until - timedelta(days=DAYS - 1))
    orders = build_orders(rng, menu, guests, until=until)
    plant_in_orders(rng, orders, ledger, until=until)
    count_orders(orders, ledger)

    folder.mkdir(parents=True, exist_ok=True)
    opening = (until - timedelta(days=CLEAN_DAYS - 1)).isoformat()
    week = [order for order in orders if order["businessDate"] >= opening]
    card = {"restaurant": RESTAURANT, "menus": menu.menus, "customers": guests, **_notes()}
    return [
        write_json(folder / "bella_menu_customers.json", card),
        write_json(folder / "bella_orders.json", {"restaurant": RESTAURANT, "orders": orders, **_notes()}),
        write_selections(folder / "ItemSelectionDetails.csv", week, menu, ZONE),
        write_payments(folder / "PaymentDetails.csv", week, ZONE),
        write_gift_cards(folder, guests, ledger, until=until),
        write_suppliers(folder),
        write_catering(folder, guests, events, until=until),
        write_json(
            folder / "expected.json",
            _expected(ledger, orders, week, until) | {"catering": events.as_json()},
            indent=True,
        ),
    ]


def _notes() -> Json:
    return {
        "demo": True,
        "dataQualityIssues": [
            {"description": "Demo data: restaurant, guests and orders are invented", "demo": True},
            {
                "description": "Some items have price 0 (possibly comped items)",
                "exampleItem": "item-comp-001",
            },
            {"description": "Modifier prices stored in cents, need conversion"},
            {"description": "Some customers missing email addresses", "count": WITHOUT_EMAIL},
        ],
    }


def _expected(ledger: Ledger, orders: list[Json], week: list[Json], until: date) -> Json:
    return ledger.as_json(
        source="toast",
        tenant=RESTAURANT["name"],
        first_business_date=(until - timedelta(days=DAYS - 1)).isoformat(),
        last_business_date=until.isoformat(),
        totals=totals(orders),
        week={"first_business_date": week[0]["businessDate"], "totals": totals(week)},
    )


def totals(orders: list[Json]) -> dict[str, str]:
    """Return the sums of the orders as they stand in the file, planted defects included; a repeated order counts once."""
    distinct = {order["guid"]: order for order in orders}.values()
    checks = [check for order in distinct for check in order["checks"]]
    lines = [line for check in checks for line in check["selections"] if not line["voided"]]
    payments = [payment for check in checks for payment in check["payments"]]
    sums = {
        "gross": sum(line["preDiscountPrice"] for line in lines),
        "net": sum(line["price"] for line in lines),
        "subtotal": sum(check["subtotal"] for check in checks),
        "tax": sum(check["tax"] for check in checks),
        "total": sum(check["total"] for check in checks),
        "paid": sum(payment["amount"] for payment in payments),
        "tips": sum(payment["tipAmount"] for payment in payments),
        "refunds": sum(payment.get("refund", {}).get("refundAmount", 0) for payment in payments),
    }
    return {name: str(dollars(cents)) for name, cents in sums.items()}
