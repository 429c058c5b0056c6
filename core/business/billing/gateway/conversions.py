"""Keep with a payment at the gateway how its amount was converted: what comes back is recorded by the same rate."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from core.business.billing.currencies import Conversion, Rate
from core.business.billing.tables import GatewayPayment


def conversion_to_json(used: Conversion) -> dict[str, str]:
    """Return what is stored of a conversion from the plan's currency into the gateway's."""
    return {
        "amount": str(used.amount),
        "currency": used.currency,
        "base": used.rate.base,
        "quote": used.rate.quote,
        "rate": str(used.rate.rate),
        "day": used.rate.day.isoformat(),
        "source": used.rate.source,
    }


def paid_conversion(row: GatewayPayment) -> Conversion | None:
    """Return how what is paid at the gateway is converted back: to the very amount that was asked for; None if it is not."""
    stored = row.details.get("conversion")
    if not stored:
        return None
    rate = Rate(
        stored["base"],
        stored["quote"],
        date.fromisoformat(stored["day"]),
        Decimal(stored["rate"]),
        stored["source"],
    )
    return Conversion(row.amount, row.currency, Decimal(stored["amount"]), stored["currency"], rate)
