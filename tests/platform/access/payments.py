"""What Mallory would try on the payments of others, by the names of parameters."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from core.business.billing.gateway.interface import StartedPayment
from core.business.billing.gateway.paynow import PayNow
from core.business.billing.payments.methods import NewPayment, NewRefund


def payment_arguments(of_others: str) -> dict[str, object]:
    """Return arguments for the actions and views of payments; `of_others` is an id of somebody else's."""
    day = date(2026, 1, 1)
    return {
        "payment": NewPayment(Decimal(1), "USD", "cash", day),
        "refund": NewRefund("OC-0001-R1", Decimal(1), "Mine now", "cash", day),
        "receipt_number": "OC-0001-R1",
        "instalment_id": of_others,
        "gateway_payment_id": of_others,
        "gateway": PayNow("http://127.0.0.1:9/interface", "1201", "a key of Mallory's", "USD"),
        "addresses": StartedPayment("http://127.0.0.1:9/pay", "http://127.0.0.1:9/poll"),
        "base": "USD",
        "quote": "ZWG",
        "day": day,
        "rate": Decimal(1),
    }
