"""Plants the faults of the demo in Bella's orders, each in an order of its own, and tells the ledger.

All of them lie before the last week, so that the CSV exports of that week stay clean.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import date, timedelta

from mock_data.ledger import Ledger
from mock_data.writing import Json

CLEAN_DAYS = 7
SHORT_BY = 423  # the tax that the payment of the Toast sample leaves out
TEST_CARD = "4111111111111111"  # the card number every processor publishes for tests


def plant_in_orders(rng: random.Random, orders: list[Json], ledger: Ledger, *, until: date) -> None:
    """Change a handful of orders and repeats one; the others stay exact."""
    last = (until - timedelta(days=CLEAN_DAYS)).isoformat()
    plain = [order for order in orders if order["businessDate"] <= last and _is_plain(order)]
    picked: Iterator[Json] = iter(rng.sample(plain, 9))
    for plant in (
        _short_payment,
        _lost_line,
        _wrong_total,
        _unpaid,
        _orphan_item,
        _orphan_guest,
        _card_number,
    ):
        plant(next(picked), ledger)
    _repeat(orders, next(picked), ledger)
    _impossible_time(next(picked), ledger)


def count_orders(orders: list[Json], ledger: Ledger) -> None:
    """Tells the ledger every record; a check is our order, as guests and taxes know it."""
    checks = [check for order in orders for check in order["checks"]]
    ledger.count("employee", (order["server"]["guid"] for order in orders))
    ledger.count("order", (check["guid"] for check in checks))
    ledger.count("order_line", (line["guid"] for check in checks for line in check["selections"]))
    ledger.count("payment", (payment["guid"] for check in checks for payment in check["payments"]))


def _is_plain(order: Json) -> bool:
    """One check of at least two lines, paid once by card, nothing voided, discounted or refunded."""
    check = order["checks"][0]
    return (
        len(order["checks"]) == 1
        and len(check["selections"]) >= 2
        and len(check["payments"]) == 1
        and check["payments"][0]["type"] == "CREDIT_CARD"
        and "refund" not in check["payments"][0]
        and not any(line["voided"] or "appliedDiscounts" in line for line in check["selections"])
    )


def _short_payment(order: Json, ledger: Ledger) -> None:
    check = order["checks"][0]
    check["payments"][0]["amount"] -= SHORT_BY
    ledger.plant("payment_differs", "order", check["guid"], "total", "paid $4.23 too little", cents=-SHORT_BY)


def _lost_line(order: Json, ledger: Ledger) -> None:
    check = order["checks"][0]
    missing_line = check["selections"].pop()
    note = f"the line {missing_line['displayName']} is missing"
    ledger.plant("order_lines_differ", "order", check["guid"], "subtotal", note, cents=-missing_line["price"])


def _wrong_total(order: Json, ledger: Ledger) -> None:
    check = order["checks"][0]
    check["total"] += 100
    check["payments"][0]["amount"] += 100
    note = "total and payment are $1.00 over subtotal and tax"
    ledger.plant("order_total_differs", "order", check["guid"], "total", note, cents=100)


def _unpaid(order: Json, ledger: Ledger) -> None:
    check = order["checks"][0]
    check["payments"] = []
    check["paymentStatus"] = "OPEN"
    ledger.plant(
        "order_without_payment", "order", check["guid"], "total", "a tab left open", cents=check["total"]
    )


def _orphan_item(order: Json, ledger: Ledger) -> None:
    line = order["checks"][0]["selections"][0]
    line["itemGuid"] = "item-9999"
    note = "item-9999 is on no menu"
    ledger.plant(
        "optional_reference_missing", "order_line", line["guid"], "item_id", note, cents=line["price"]
    )


def _orphan_guest(order: Json, ledger: Ledger) -> None:
    order["customer"] = {"guid": "cust-9999"}
    check = order["checks"][0]["guid"]
    ledger.plant("optional_reference_missing", "order", check, "customer_id", "there is no guest cust-9999")


def _card_number(order: Json, ledger: Ledger) -> None:
    payment = order["checks"][0]["payments"][0]
    payment["last4"] = TEST_CARD
    ledger.plant("card_number_removed", "payment", payment["guid"], "last4", "a whole (test) card number")


def _impossible_time(order: Json, ledger: Ledger) -> None:
    order["createdDate"] = order["createdDate"][:5] + "02-30" + order["createdDate"][10:]
    check = order["checks"][0]["guid"]
    ledger.plant("bad_datetime", "order", check, "opened_at", "opened on the 30th of February")


def _repeat(orders: list[Json], order: Json, ledger: Ledger) -> None:
    orders.insert(orders.index(order) + 1, order)
    check = order["checks"][0]
    rows = [("order", check["guid"])]
    rows += [("order_line", line["guid"]) for line in check["selections"]]
    rows += [("payment", payment["guid"]) for payment in check["payments"]]
    for entity, guid in rows:
        ledger.plant("repeated_row", entity, guid, "external_id", "the export holds this order twice")
