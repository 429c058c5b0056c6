"""Bella's orders once more as Toast's nightly CSV files: ItemSelectionDetails.csv and PaymentDetails.csv.

Amounts are dollars and times local, as Toast exports them. The ids are those of the JSON export (a real CSV has
long numbers of its own), so that the same order can be recognised in both.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from mock_data.toast.menu import Menu
from mock_data.writing import Json, dollars, listed, write_table

ITEM_SELECTION_DETAILS = listed(
    "Location|Order Id|Order #|Sent Date|Order Date|Check Id|Server|Table|Dining Area|Service|Dining Option|"
    "Item Selection Id|Item Id|Master Id|SKU|PLU|Menu Item|Menu Subgroup(s)|Menu Group|Menu|Sales Category|"
    "Gross Price|Discount|Net Price|Qty|Tax|Void?|Deferred|Tax Exempt|Tax Inclusion Option|Dining Option Tax|Tab Name"
)
PAYMENT_DETAILS = listed(
    "Location|Payment Id|Order Id|Order #|Paid Date|Order Date|Check Id|Check #|Tab Name|Server|Table|Dining Area|"
    "Service|Dining Option|House Acct #|Amount|Tip|Gratuity|Total|Swiped Card Amount|Keyed Card Amount|"
    "Amount Tendered|Refunded|Refund Date|Refund Amount|Refund Tip Amount|Void User|Void Approver|Void Date|Status|"
    "Type|Cash Drawer|Card Type|Other Type|Email|Phone|Last 4 Card Digits|V/MC/D Fees|Room Info|Receipt|Source|"
    "Last 4 Gift Card Digits|First 5 Gift Card Digits"
)
DINING_OPTIONS = {"DINE_IN": "Dine In", "TAKEOUT": "Takeout", "DELIVERY": "Delivery"}
PAYMENT_TYPES = {"CREDIT_CARD": "Credit", "CASH": "Cash", "GIFT_CARD": "Gift Card"}
DRINKS = frozenset({"Cocktails", "Birra", "Rossi by the Glass", "Bianchi by the Glass", "Bollicine"})
LOCATION = "Bella's Italian Kitchen"


def write_selections(path: Path, orders: list[Json], menu: Menu, zone: ZoneInfo) -> Path:
    menu_paths = {
        item["guid"]: (group["name"], card["name"])
        for card in menu.menus
        for group in card["groups"]
        for item in group["items"]
    }
    return write_table(path, ITEM_SELECTION_DETAILS, _selection_rows(orders, menu_paths, zone))


def write_payments(path: Path, orders: list[Json], zone: ZoneInfo) -> Path:
    return write_table(path, PAYMENT_DETAILS, _payment_rows(orders, zone))


def _local(stamp: str, zone: ZoneInfo) -> str:
    """'4/02/25 7:05 PM', the way Toast prints a moment."""
    moment = datetime.fromisoformat(stamp).astimezone(zone)
    return f"{moment.month}/{moment:%d/%y} {moment.hour % 12 or 12}:{moment:%M %p}"


def _head(order: Json, check: Json, zone: ZoneInfo) -> dict[str, object]:
    """Return the columns both files open a row with."""
    hour = datetime.fromisoformat(order["createdDate"]).astimezone(zone).hour
    dine_in = order["orderType"] == "DINE_IN"
    return {
        "Location": LOCATION,
        "Order Id": order["guid"],
        "Order #": order["displayNumber"],
        "Order Date": _local(order["createdDate"], zone),
        "Check Id": check["guid"],
        "Server": f"{order['server']['firstName']} {order['server']['lastName']}",
        "Table": order["table"] or "",
        "Dining Area": "Main Room" if dine_in else "",
        "Service": "Lunch" if 4 <= hour < 16 else "Dinner",
        "Dining Option": DINING_OPTIONS[order["orderType"]],
    }


def _selection_rows(
    orders: list[Json], menu_paths: dict[str, tuple[str, str]], zone: ZoneInfo
) -> Iterator[dict[str, object]]:
    for order in orders:
        for check in order["checks"]:
            head = _head(order, check, zone)
            for line in check["selections"]:
                group, card = menu_paths[line["itemGuid"]]
                yield head | {
                    "Sent Date": head["Order Date"],
                    "Item Selection Id": line["guid"],
                    "Item Id": line["itemGuid"],
                    "Menu Item": line["displayName"],
                    "Menu Group": group,
                    "Menu": card,
                    "Sales Category": "Alcohol" if group in DRINKS else "Food",
                    "Gross Price": dollars(line["preDiscountPrice"]),
                    "Discount": dollars(line["preDiscountPrice"] - line["price"]),
                    "Net Price": dollars(line["price"]),
                    "Qty": f"{line['quantity']}.0000",
                    "Tax": dollars(line["tax"]),
                    "Void?": str(line["voided"]).lower(),
                    "Deferred": "false",
                    "Tax Exempt": "false",
                    "Tax Inclusion Option": "NOT_INCLUDED",
                }


def _payment_rows(orders: list[Json], zone: ZoneInfo) -> Iterator[dict[str, object]]:
    for order in orders:
        for check in order["checks"]:
            head = _head(order, check, zone) | {"Check #": check["displayNumber"]}
            for payment in check["payments"]:
                yield head | _payment(payment, zone) | {"Source": order["source"]}


def _payment(payment: Json, zone: ZoneInfo) -> dict[str, object]:
    card = payment["type"] == "CREDIT_CARD"
    amount, tip = payment["amount"], payment["tipAmount"]
    refund = payment.get("refund", {})
    return {
        "Payment Id": payment["guid"],
        "Paid Date": _local(payment["paidDate"], zone),
        "Amount": dollars(amount),
        "Tip": dollars(tip),
        "Gratuity": dollars(0),
        "Total": dollars(amount + tip),
        "Swiped Card Amount": dollars(amount + tip if card else 0),
        "Keyed Card Amount": dollars(0),
        "Amount Tendered": dollars(amount) if payment["type"] == "CASH" else "",
        "Refunded": payment.get("refundStatus", ""),
        "Refund Date": _local(refund["refundDate"], zone) if refund else "",
        "Refund Amount": dollars(refund["refundAmount"]) if refund else "",
        "Refund Tip Amount": dollars(refund["tipRefundAmount"]) if refund else "",
        "Status": payment["paymentStatus"],
        "Type": PAYMENT_TYPES[payment["type"]],
        "Card Type": payment.get("cardType", ""),
        "Last 4 Card Digits": payment.get("last4", ""),
        "V/MC/D Fees": dollars(payment["originalProcessingFee"]) if card else "",
    }
