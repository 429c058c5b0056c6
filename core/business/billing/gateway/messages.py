"""PayNow's messages: URL-encoded fields in an order, with a SHA-512 hash of their values and the integration key. Pure.

As developers.paynow.co.zw documents them: the hash is over the decoded values of every field but itself, in the order of
the message, followed by the key, as upper-case hexadecimal.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from urllib.parse import parse_qsl, urlencode

from core.business.billing.gateway.interface import GatewayState, GatewayStatus
from core.errors import InvalidInputError

HASH = "hash"
MAX_BYTES = 20_000
_MAX_FIELDS = 50
_STATES: Mapping[str, GatewayState] = {
    "created": GatewayState.CREATED,
    "sent": GatewayState.SENT,
    "paid": GatewayState.PAID,
    "awaiting delivery": GatewayState.AWAITING_DELIVERY,
    "delivered": GatewayState.DELIVERED,
    "cancelled": GatewayState.CANCELLED,
    "disputed": GatewayState.DISPUTED,
    "refunded": GatewayState.REFUNDED,
}
"""Their status, in small letters -> ours."""


class BadMessageError(InvalidInputError):
    """A message that does not come from the gateway, or cannot be read."""


def message_hash(fields: Mapping[str, str], key: str) -> str:
    """Hash the values in their order with the integration key."""
    values = "".join(value for name, value in fields.items() if name.lower() != HASH)
    return hashlib.sha512((values + key).encode()).hexdigest().upper()


def encoded(fields: Mapping[str, str], key: str) -> bytes:
    """Write a message with its hash."""
    return urlencode({**fields, HASH: message_hash(fields, key)}).encode()


def decoded(body: bytes) -> dict[str, str]:
    """Read the fields of a message, names in small letters. BadMessageError where it is none or names one twice."""
    if len(body) > MAX_BYTES:
        raise BadMessageError("The message of the payment gateway is too long.")
    try:
        pairs = parse_qsl(
            body.decode(),
            keep_blank_values=True,
            strict_parsing=True,
            errors="strict",
            max_num_fields=_MAX_FIELDS,
        )
    except ValueError:
        raise BadMessageError("The message of the payment gateway cannot be read.") from None
    fields = {name.lower(): value for name, value in pairs}
    if len(fields) < len(pairs):
        raise BadMessageError("The message of the payment gateway names a field twice.")
    return fields


def verified(body: bytes, key: str) -> dict[str, str]:
    """Read a message whose hash holds, compared in constant time. BadMessageError for any other."""
    fields = decoded(body)
    expected = message_hash(fields, key)
    if not hmac.compare_digest(expected.encode(), fields.get(HASH, "").upper().encode()):
        raise BadMessageError("The message does not come from the payment gateway: its hash is wrong.")
    return fields


def status_of(fields: Mapping[str, str]) -> GatewayStatus:
    """Read what a verified message says of a payment. BadMessageError where it lacks something."""
    state = _STATES.get(fields.get("status", "").strip().lower())
    amount = _amount(fields.get("amount", ""))
    reference = fields.get("reference", "")
    if state is None or amount is None or not reference:
        raise BadMessageError("The message of the payment gateway lacks reference, amount or status.")
    return GatewayStatus(reference, amount, state, fields.get("paynowreference", "")[:100])


def _amount(text: str) -> Decimal | None:
    try:
        amount = Decimal(text)
    except InvalidOperation:
        return None
    return amount if amount.is_finite() else None
