"""Ways to bring a quote into a state, for tests."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

from core.business.sales.quotes.actions import draft_quote
from core.business.sales.quotes.rules import QuoteTerms
from core.business.sales.quotes.sending import send_quote
from core.platform.delivery.notifications import notifications

DEEP = QuoteTerms(discount_percent=Decimal(15), discount_reason="Three sites by spring")


def send_new(context, prospect_id, package="professional", terms=None):
    quote_id = draft_quote(context, prospect_id, package, terms)
    send_quote(context, quote_id)
    return quote_id


def later(context, **by):
    return replace(context, now=context.now + timedelta(**by))


def notices(context, kind):
    return [notice for notice in notifications(context) if notice.kind == kind]
