"""Ways to bring a quote into a state, for tests."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, time, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from sqlalchemy import text

from core.business.sales.quotes.actions import draft_quote
from core.business.sales.quotes.rules import QuoteTerms
from core.business.sales.sending import send_quote
from core.db.session import TenantSession
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


def zone_of(tenant):
    with TenantSession(tenant, "", system=True) as session:
        return session.scalar(text("select zone from tenant where id = :tenant"), {"tenant": tenant})


def midnight_after(row, tenant):
    return datetime.combine(row.valid_until + timedelta(days=1), time(0), ZoneInfo(zone_of(tenant)))
