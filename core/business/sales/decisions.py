"""List what waits for a manager's decision at the sales desk: orders to approve, and discounts whose approval was asked for."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from sqlalchemy import and_, select

from core.business.engagements.views import order_states
from core.business.sales.quotes.approval import percent_text
from core.business.sales.quotes.rules import QuoteState, needs_approval
from core.business.sales.quotes.stored import total_discount_of
from core.business.sales.tables import Prospect, Quote
from core.context import Context
from core.errors import NotFoundError
from core.platform.access.actions import enter, view
from core.platform.access.customers.actions import require_operator

ORDER, DISCOUNT = "order", "discount"
_approved_orders: set[str] = set()  # an approval is final, so their customers are not entered again


@dataclass(frozen=True, slots=True)
class SalesDecision:
    """What waits: `kind` is ORDER or DISCOUNT, `text` the order's number, or the discount and the quote's number.

    `customer` is the name of the customer, or of the prospect that is none yet. `since` in UTC.
    """

    kind: str
    text: str
    quote_id: str
    customer: str
    amount: Decimal
    currency: str
    since: datetime


@view("quote.approve")
def decisions(context: Context) -> list[SalesDecision]:
    """List what waits for the approval of the person, the longest wait first."""
    require_operator(context)
    return sorted([*_orders(context), *_discounts(context)], key=lambda decision: decision.since)


def _discounts(context: Context) -> Iterator[SalesDecision]:
    query = (
        select(Quote, Prospect.name)
        .join(Prospect, and_(Prospect.tenant_id == Quote.tenant_id, Prospect.id == Quote.prospect_id))
        .where(
            Quote.state == QuoteState.DRAFT,
            Quote.approval_asked_at.is_not(None),
            Quote.approved_at.is_(None),
            Prospect.stage != "lost",
        )
    )
    for quote, prospect in context.session.execute(query):
        discount = total_discount_of(quote)
        since = quote.approval_asked_at
        if since is not None and needs_approval(discount):
            text = f"{percent_text(discount)} discount on Q-{quote.number:04d}"
            yield SalesDecision(DISCOUNT, text, quote.id, prospect, quote.total, quote.currency, since)


def _orders(context: Context) -> Iterator[SalesDecision]:
    """Yield pending orders; each customer of an accepted quote is entered as the person until its orders are approved."""
    query = select(Quote.customer_id, Quote.engagement_id).where(
        Quote.state == QuoteState.ACCEPTED, Quote.engagement_id.is_not(None)
    )
    ordered = [row for row in context.session.execute(query) if row.engagement_id not in _approved_orders]
    for customer in sorted({row.customer_id for row in ordered if row.customer_id}):
        with suppress(NotFoundError), enter(context.person, customer, sign_in=context.sign_in) as entered:
            if not entered.may("order.approve"):
                continue
            for order in order_states(entered):
                if order.is_pending and order.quote_id is not None:
                    yield SalesDecision(
                        ORDER,
                        order.number,
                        order.quote_id,
                        entered.tenant.name,
                        order.total,
                        order.currency,
                        order.ordered_at,
                    )
                elif not order.is_pending:
                    _approved_orders.add(order.id)
