"""Take sent quotes back in the open transaction of an action: their links open no longer, and they count as expired."""

from __future__ import annotations

from sqlalchemy import select, update

from core.business.sales.tables import Quote, QuoteLink
from core.context import Context
from core.platform.audit.actions import record
from core.platform.events.actions import end_waiting

_SENT, _EXPIRED = "sent", "expired"


def quote_text(quote: Quote) -> str:
    """Write number and version of a quote: 'Q-0042 v2'."""
    return f"Q-{quote.number:04d} v{quote.version}"


def lock_sent(context: Context, prospect_id: str) -> list[Quote]:
    """Lock the sent quotes of a prospect for the rest of the transaction; return them.

    An answer by a link locks the quote before the prospect: whoever locks both does so too.
    """
    query = select(Quote).where(Quote.prospect_id == prospect_id, Quote.state == _SENT)
    query = query.order_by(Quote.number, Quote.version).with_for_update()
    return list(context.session.scalars(query, execution_options={"populate_existing": True}))


def withdraw_sent(context: Context, quote: Quote) -> None:
    """Withdraw a sent quote whose row is locked, with its links, and record it."""
    quote.state, quote.decided_at, quote.updated_at = _EXPIRED, context.now, context.now
    context.session.flush()
    withdraw_links(context, quote.id)
    record(context, "quote.withdraw", "quote", quote.id, quote=quote_text(quote))


def withdraw_links(context: Context, quote_id: str) -> int:
    """Withdraw the open links of a quote; return how many there were. A mail that waits with one is not sent."""
    end_waiting(context, "quote_sent", "The link was withdrawn before this was sent.", quote_id=quote_id)
    links = context.session.scalars(
        update(QuoteLink)
        .where(
            QuoteLink.tenant_id == context.tenant.id,
            QuoteLink.quote_id == quote_id,
            QuoteLink.withdrawn_at.is_(None),
        )
        .values(withdrawn_at=context.now)
        .returning(QuoteLink.id)
    )
    return len(links.all())
