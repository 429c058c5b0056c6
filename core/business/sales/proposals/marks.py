"""Word the mark that a proposal carries on each page where it is no offer that holds: a draft, or what it became."""

from __future__ import annotations

from sqlalchemy import select

from core.business.sales.quotes.locking import operator_zone
from core.business.sales.quotes.rules import QuoteState, is_withdrawn, state_at
from core.business.sales.tables import Quote
from core.context import Context


def mark_of(context: Context, row: Quote) -> str:
    """Return the mark of a version at the moment: 'Draft', 'Expired', 'Replaced by v2'; '' for one sent or accepted."""
    zone = operator_zone(context.session)
    state = state_at(row.state, row.valid_until, zone, context.now)
    if state in {QuoteState.SENT, QuoteState.ACCEPTED}:
        return ""
    if is_withdrawn(state, row.decided_at, row.valid_until, zone):
        return "Withdrawn"
    if state is QuoteState.REPLACED:
        later = select(Quote.version).where(
            Quote.number == row.number, Quote.version > row.version, Quote.sent_at.is_not(None)
        )
        version = context.session.scalar(later.order_by(Quote.version).limit(1))
        return f"Replaced by v{version}" if version else "Replaced"
    return state.value.capitalize()
