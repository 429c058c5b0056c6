"""Read what a stored version of a quote was made of: its terms, and the total discount on the price list."""

from __future__ import annotations

from decimal import Decimal

from core.business.catalog.packages import catalog
from core.business.sales.quotes.pricing import as_line, stored_discount
from core.business.sales.quotes.rules import QuoteTerms
from core.business.sales.tables import Quote


def terms_of(quote: Quote) -> QuoteTerms:
    """Return the terms of a version, to edit it or to write the next one."""
    lines = [as_line(document) for document in quote.lines]
    priced = next((line for line in lines if line.item == quote.package and line.note), None)
    add_ons = catalog(quote.domain).add_ons
    return QuoteTerms(
        locations=quote.locations,
        add_ons=tuple(line.item for line in lines if line.item in add_ons),
        unit_price=priced.unit_price if priced else None,
        price_note=priced.note if priced else "",
        discount_percent=quote.discount_percent,
        discount_reason=quote.discount_reason or "",
        payment_plan=quote.payment_plan,
        months=quote.months,
        valid_until=quote.valid_until,
        go_live_on=quote.go_live_on,
        roi_case_id=quote.roi_case_id,
    )


def total_discount_of(quote: Quote) -> Decimal:
    """Return what the customer gets on the price list, in percent."""
    return stored_discount(quote.lines, quote.discount_percent)
