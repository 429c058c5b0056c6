"""Prospects with quotes that were sent, and their links, for tests of what becomes of them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from typing import Any

from core.business.sales.quotes.links import new_link
from core.business.sales.tables import Prospect, Quote
from core.context import Context
from core.kit import clock
from core.kit.ids import new_id
from core.platform.access.actions import enter
from tests.operators import Staff, add_staff, operator

LINES = (("professional", "Professional package", "1", "2000.00"),)


@dataclass(frozen=True)
class Offer:
    """A quote (id) that was sent to a prospect (id), the token of its link, and who sells it."""

    staff: Staff
    tenant: str
    prospect: str
    quote: str
    token: str


def add_prospect(context: Context, **fields: Any) -> str:
    values = {
        "domain": "restaurant",
        "name": "Harbor Grill",
        "name_key": new_id(),
        "stage": "quoted",
        "stage_since": context.now,
        "owner_id": context.person,
        "locations": 4,
        "currency": "USD",
        "country": "US",
        "contact_index": [],
        "volumes": {},
        "updated_at": context.now,
    } | fields
    prospect = Prospect(tenant_id=context.tenant.id, id=new_id(), created_at=context.now, **values)
    context.session.add(prospect)
    context.session.flush()
    return prospect.id


def add_quote(context: Context, prospect: str = "", lines: Any = LINES, **fields: Any) -> str:
    """Add a quote in a state (default: sent) with lines of item, text, quantity and unit price."""
    amounts = [Decimal(quantity) * Decimal(price) for _, _, quantity, price in lines]
    subtotal = sum(amounts, Decimal(0))
    values = {
        "number": int(new_id()[-7:], 16),
        "version": 1,
        "state": "sent",
        "domain": "restaurant",
        "package": "professional",
        "locations": 4,
        "currency": "USD",
        "lines": [
            {
                "item": item,
                "text": text,
                "quantity": quantity,
                "unit_price": price,
                "amount": str(amount),
                "explanation": "Fixed price.",
            }
            for (item, text, quantity, price), amount in zip(lines, amounts, strict=True)
        ],
        "discount_percent": Decimal(0),
        "subtotal": subtotal,
        "total": subtotal,
        "payment_plan": "full",
        "valid_until": context.now.date() + timedelta(days=30),
        "person_id": context.person,
        "sent_at": context.now,
        "updated_at": context.now,
    } | fields
    quote = Quote(
        tenant_id=context.tenant.id,
        id=new_id(),
        created_at=context.now,
        prospect_id=prospect or add_prospect(context),
        **values,
    )
    context.session.add(quote)
    context.session.flush()
    return quote.id


def send_offer(
    staff: Staff | None = None,
    *,
    is_demo: bool = False,
    prospect: dict[str, Any] | None = None,
    days: int = 30,
    **fields: Any,
) -> Offer:
    """Send a quote of a new prospect, or of the one whose `id` is in `prospect`, whose link works for so many days."""
    staff = staff or add_staff("sales", is_demo=is_demo)
    with enter(staff.person, staff.operator) as context:
        about = dict(prospect or {})
        prospect_id = about.pop("id", None) or add_prospect(context, **about)
        quote = add_quote(context, prospect_id, **fields)
        token = new_link(context, quote, clock.now() + timedelta(days=days))
        context.session.commit()
    return Offer(staff, operator(is_demo=is_demo)[0], prospect_id, quote, token)
