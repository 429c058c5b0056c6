"""The emulator of PayNow and the console's routes for payments, over real HTTP on loopback."""

from __future__ import annotations

from dataclasses import dataclass

import httpx
from sqlalchemy import select

from core.business.billing.gateway.messages import encoded
from core.business.billing.tables import GatewayPayment, Payment
from core.business.engagements.payments.online import RESULT_PATH, pay_online
from core.context import Context
from core.db.session import TenantSession
from core.entry.paynow_emulator.state import Merchant, Transaction, poll_url

KEY = "0f6d3a6e-7a5b-4d6e-9a43-1c1f6a2b9e11"


@dataclass
class Till:
    """The emulator, the console's routes, and an order of Alice's of 1,000 dollars in two instalments."""

    merchant: Merchant
    paynow: str
    console: str
    context: Context
    order_id: str

    def pay(self) -> Transaction:
        """Make the link for the next instalment; return the transaction that stands behind it."""
        number = int(pay_online(self.context, self.order_id).rpartition("/")[2])
        return self.merchant.by_number(number)

    def post(self, body: bytes) -> httpx.Response:
        return httpx.post(self.console + RESULT_PATH, content=body)

    def set(self, transaction: Transaction, status: str, *, is_silent: bool = False) -> None:
        """Change the status at PayNow, which notifies the console."""
        self.merchant.is_silent = is_silent
        url = f"{self.paynow}/emulator/transactions/{transaction.number}"
        httpx.post(url, content=status).raise_for_status()

    def message(self, transaction: Transaction, key: str = KEY, **changes: str) -> bytes:
        fields = {
            "reference": transaction.reference,
            "paynowreference": str(transaction.number),
            "amount": transaction.amount,
            "status": transaction.status,
            "pollurl": poll_url(transaction, self.paynow),
        }
        return encoded(fields | changes, key)

    def rows(self) -> list[tuple[object, ...]]:
        """Everything that is stored of payments."""
        with TenantSession(self.context.tenant.id, "", system=True) as session:
            payments = session.execute(select(Payment.id, Payment.kind, Payment.amount).order_by(Payment.id))
            online = session.execute(
                select(GatewayPayment.id, GatewayPayment.state, GatewayPayment.updated_at).order_by(
                    GatewayPayment.id
                )
            )
            return [*map(tuple, payments), *map(tuple, online)]
