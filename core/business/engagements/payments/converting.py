"""Convert between an order's currency and another by the operator's dated rates, in a Context of the customer."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from core.business.billing.currencies import MAX_RATE_AGE, Conversion, Rate, convert, rate_on
from core.business.billing.rates.stored import rate_text, stored_rates
from core.context import Context
from core.db.session import TenantSession
from core.errors import NotFoundError
from core.kit.money import show
from core.platform.access.customers.both import operator_of


def operator_rates(context: Context, day: date) -> Sequence[Rate]:
    """List the rates of the operator that may hold on a day. NotFoundError for a customer without an operator."""
    operator = operator_of(context)
    if operator is None:
        raise NotFoundError(
            "This customer has no operator.", hint="Enter the amount in the order's currency."
        )
    since = date.fromordinal(day.toordinal() - MAX_RATE_AGE)
    with TenantSession(operator, context.person, system=True) as session:
        return [entry.rate for entry in stored_rates(session, since).values()]


def converted_on(context: Context, amount: Decimal, currency: str, into: str, day: date) -> Conversion | None:
    """Convert an amount by the rate of a day; None where both currencies are the same.

    ConflictError, with what to do, where no rate holds on that day.
    """
    if currency == into:
        return None
    return convert(amount, currency, into, rate_on(operator_rates(context, day), currency, into, day))


def rate_note(rate: Rate) -> str:
    """Write a rate with its day: '26.4 ZWG for 1 USD, RBZ, 28 Nov 2026'."""
    return f"{rate_text(rate.rate)} {rate.text}, {rate.day:%-d %b %Y}"


def conversion_text(conversion: Conversion) -> str:
    """Write both amounts and the rate: 'ZiG 1,320.00 for $50.00, 26.4 ZWG for 1 USD, RBZ, 28 Nov 2026'."""
    into, amount = show(conversion.converted, conversion.into), show(conversion.amount, conversion.currency)
    return f"{into} for {amount}, {rate_note(conversion.rate)}"
