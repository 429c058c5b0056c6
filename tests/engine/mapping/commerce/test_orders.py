"""Tables of orders: their buyers, what delivery costs, their payments, and the kind of each transaction."""

from __future__ import annotations

import polars as pl
import pytest

from core.engine.batch import ROW
from core.engine.mapping.proposal import Proposal, StreamSample
from core.engine.mapping.proposals import propose
from core.engine.plan import ImportSettings

SETTINGS = ImportSettings("restaurant", "spreadsheet", currency="USD", country="US")

ORDERS: dict[str, list[str | None]] = {
    "Order Number": ["1001", "1002", "1003"],
    "Created at": ["2025-10-13 10:05", "2025-10-14 11:15", "2025-10-15 12:25"],
    "Order Status": ["paid", "paid", "cancelled"],
    "Subtotal": ["40.00", "20.00", "10.00"],
    "Tax": ["3.20", "1.60", "0.80"],
    "Total": ["43.20", "21.60", "10.80"],
}
EMAILS: list[str | None] = ["ada@example.com", "bo@example.com", "ada@example.com"]


def proposals(columns: dict[str, list[str | None]]) -> list[Proposal]:
    height = max(map(len, columns.values()))
    frame = pl.DataFrame({ROW: range(2, height + 2), **columns})
    return propose([StreamSample("orders", None, frame)], SETTINGS, year=2026)


def targets(columns: dict[str, list[str | None]]) -> dict[str, list[str]]:
    """Column -> its targets that an import above 70 % takes over."""
    feeds: dict[str, list[str]] = {column: [] for column in columns}
    for proposal in proposals(columns):
        if proposal.target and not proposal.question and (proposal.confidence or 0) >= 0.7:
            feeds[proposal.source].append(proposal.target)
    return feeds


@pytest.mark.parametrize(
    "column", ["Email", "Customer Email", "Billing Email", "E-Mail", "Kunden-E-Mail", "Buyer e-mail", "Correo electrónico"]
)  # fmt: skip
def test_an_address_on_orders_is_its_buyer_s(column):
    assert targets(ORDERS | {column: EMAILS})[column] == ["customer.email"]


def test_a_telephone_number_on_orders_is_its_buyer_s():
    phones = ["617-555-0142", "617-555-0143", "617-555-0142"]
    assert targets(ORDERS | {"Phone": phones})["Phone"] == ["customer.phone"]


@pytest.mark.parametrize("column", ["Employee Email", "Store Email", "Shipping Email", "Server e-mail"])
def test_the_address_of_somebody_else_makes_no_guest(column):
    assert "customer.email" not in targets(ORDERS | {column: EMAILS})[column]


def test_an_address_that_stands_on_every_order_makes_no_guest_unasked():
    many: dict[str, list[str | None]] = {column: values * 10 for column, values in ORDERS.items()}
    many["Order Number"] = [str(number) for number in range(1001, 1031)]
    assert targets(many | {"Email": ["shop@example.com"] * 30})["Email"] == []


def test_billing_columns_are_about_the_buyer_and_shipping_columns_are_not():
    feeds = targets(
        ORDERS
        | {
            "Email": EMAILS,
            "Billing Name": ["Ada Sample", "Bo Sample", "Ada Sample"],
            "Billing City": ["Testville", "Sampleton", "Testville"],
            "Billing Zip": ["02139", "90210", "02139"],
            "Billing Country": ["US", "US", "US"],
            "Shipping Name": ["Cy Doe", "Bo Sample", "Ada Sample"],
            "Shipping City": ["Newtown", "Sampleton", "Testville"],
            "Shipping Zip": ["10001", "90210", "02139"],
        }
    )
    assert feeds["Billing Name"] == ["customer.first_name", "customer.last_name"]
    assert feeds["Billing City"] == ["customer.city"]
    assert feeds["Billing Zip"] == ["customer.postal_code"]
    assert feeds["Billing Country"] == ["customer.country"]
    assert not [target for name in ("Name", "City", "Zip") for target in feeds[f"Shipping {name}"] if target.startswith("customer.")]  # fmt: skip


def test_a_billing_name_without_address_or_number_claims_no_guest():
    feeds = targets(ORDERS | {"Billing City": ["Testville", "Sampleton", "Testville"]})
    assert feeds["Billing City"] == []


@pytest.mark.parametrize(
    "column", ["Shipping", "Shipping and Handling", "Delivery Fee", "Shipping Cost (ex tax)", "Freight"]
)
def test_what_delivery_costs_is_a_charge(column):
    assert targets(ORDERS | {column: ["6.00", "0.00", "4.00"]})[column] == ["order.service_charge_total"]


def test_a_way_of_delivery_or_two_costs_of_it_are_no_charge():
    feeds = targets(ORDERS | {"Shipping": ["Ground", "Pickup", "Ground"]})
    assert feeds["Shipping"] != ["order.service_charge_total"]
    costs = {"Shipping (ex tax)": ["5.00", "0.00", "3.00"], "Shipping (inc tax)": ["6.00", "0.00", "4.00"]}
    assert not {"order.service_charge_total"} <= {
        target for feeds in targets(ORDERS | costs).values() for target in feeds
    }


def test_references_and_refunds_make_payments_of_orders():
    feeds = targets(
        ORDERS
        | {
            "Payment Method": ["Cash", "Credit Card", None],
            "Payment Reference": ["c1.1", "c2.1", None],
            "Refunded Amount": ["0.00", "4.00", "0.00"],
        }
    )
    assert feeds["Payment Method"] == ["payment.tender"]
    assert feeds["Payment Reference"] == ["payment.external_id"]
    assert feeds["Refunded Amount"] == ["payment.refund_amount"]


@pytest.mark.parametrize(
    ("column", "kinds"),
    [
        ("Event Type", ["Payment", "Refund", "Payment"]),
        ("Transaction Type", ["Sale", "Return", "Void"]),
        ("Vorgang", ["Verkauf", "Erstattung", "Verkauf"]),
    ],
)
def test_kinds_of_transactions_are_states_where_nothing_else_tells_the_state(column, kinds):
    without_status = {name: values for name, values in ORDERS.items() if name != "Order Status"}
    assert targets(without_status | {column: kinds})[column] == ["order.state"]


@pytest.mark.parametrize(
    "kinds", [["Payment", "Gift card load", "Refund"], ["Dine in", "Takeout", "Dine in"], ["Exchange"] * 3]
)
def test_kinds_that_are_no_states_stay_open(kinds):
    without_status = {name: values for name, values in ORDERS.items() if name != "Order Status"}
    assert "order.state" not in targets(without_status | {"Event Type": kinds})["Event Type"]


TILL: dict[str, list[str | None]] = {
    "Date": ["2025-10-13", "2025-10-14", "2025-10-15"],
    "Time": ["10:05:00", "11:15:00", "12:25:00"],
    "Net Sales": ["27.00", "22.50", "60.00"],
    "Tax": ["2.16", "0.00", "0.00"],
    "Tip": ["2.00", "0.00", "10.00"],
    "Total Collected": ["31.16", "22.50", "70.00"],
    "Fees": ["-0.93", "-0.69", "-1.50"],
    "Transaction ID": ["TX1", "TX2", "TX3"],
    "Payment ID": ["P1", "P2", "P3"],
    "Card Brand": ["Visa", "Mastercard", "Visa"],
    "PAN Suffix": ["1111", "2222", "3333"],
}


def test_a_payment_in_every_row_has_the_moment_the_amount_and_the_tip_of_its_transaction():
    feeds = targets(TILL)
    assert "payment.amount" in feeds["Total Collected"]
    assert "payment.tip_amount" in feeds["Tip"]
    assert "payment.paid_at" in feeds["Date"]
    assert "payment.paid_at" in feeds["Time"]
    assert feeds["Fees"] == ["payment.processing_fee"]
    amounts = {proposal.transform for proposal in proposals(TILL) if proposal.target == "payment.amount"}
    assert amounts == {"expression('total_collected - coalesce(tip, 0)')"}


@pytest.mark.parametrize(
    "change",
    [
        {"Payment ID": ["P1", None, "P3"]},
        {"Payment ID": ["P1", "P1", "P3"]},
        {"Transaction ID": ["TX1", "TX1", "TX3"]},
    ],
)
def test_the_amount_of_a_transaction_is_no_payment_s_where_rows_are_not_one_payment_each(change):
    assert not {"payment.amount"} & {target for feeds in targets(TILL | change).values() for target in feeds}
