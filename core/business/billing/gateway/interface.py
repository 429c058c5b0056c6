"""What a payment gateway does for the console: start a payment that a person completes there, and say its state."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Protocol


class GatewayState(StrEnum):
    """What became of a payment at the gateway, in its own order of events."""

    CREATED = "created"
    SENT = "sent"
    PAID = "paid"
    AWAITING_DELIVERY = "awaiting_delivery"
    DELIVERED = "delivered"
    CANCELLED = "cancelled"
    DISPUTED = "disputed"
    REFUNDED = "refunded"


GATEWAY_STATES = {
    GatewayState.CREATED: "Waiting for the customer",
    GatewayState.SENT: "At the customer's bank or wallet",
    GatewayState.PAID: "Paid",
    GatewayState.AWAITING_DELIVERY: "Paid, delivery to be confirmed",
    GatewayState.DELIVERED: "Paid, delivery confirmed",
    GatewayState.CANCELLED: "Cancelled",
    GatewayState.DISPUTED: "Disputed",
    GatewayState.REFUNDED: "Refunded",
}
"""State -> its name on screens."""
MONEY_IS_IN = frozenset({GatewayState.PAID, GatewayState.AWAITING_DELIVERY, GatewayState.DELIVERED})
"""States in which the customer has paid."""
FINAL = frozenset({GatewayState.CANCELLED, GatewayState.REFUNDED})
"""States that nothing follows."""


@dataclass(frozen=True, slots=True)
class PaymentRequest:
    """What a gateway is asked for. `reference` is ours; the customer is sent to `return_url`, results to `result_url`."""

    reference: str
    amount: Decimal
    currency: str
    text: str
    return_url: str
    result_url: str


@dataclass(frozen=True, slots=True)
class StartedPayment:
    """A payment that waits at the gateway: the customer pays at `browser_url`, `poll_url` says its state."""

    browser_url: str
    poll_url: str


@dataclass(frozen=True, slots=True)
class GatewayStatus:
    """What the gateway says of a payment. `gateway_reference` is its own number, '' before it has one."""

    reference: str
    amount: Decimal
    state: GatewayState
    gateway_reference: str = ""


class Gateway(Protocol):
    """A payment gateway. What it answers is verified before it is returned."""

    name: str
    currency: str

    def start(self, request: PaymentRequest) -> StartedPayment:
        """Ask for a payment. SourceUnavailableError where it may be tried again, SourceRejectedError where not."""

    def status(self, poll_url: str) -> GatewayStatus:
        """Ask for the state of a payment. SourceUnavailableError or SourceRejectedError where there is no answer."""

    def read_notification(self, body: bytes) -> GatewayStatus:
        """Read what the gateway posts of its own accord. InvalidInputError unless it comes from the gateway."""
