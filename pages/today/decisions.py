"""What waits for the person's approval at the sales desk, as rows of Needs you."""

from __future__ import annotations

from functools import partial

from core.business.sales.decisions import ORDER, SalesDecision, decisions
from core.context import Context
from core.kit import money
from core.platform.access.actions import enter
from core.platform.access.views import operator_of
from pages.today.rows import NeedRow, since
from pages.ui.links import pages, turn_to
from pages.ui.quote_words import PATH


def sales_decisions(context: Context) -> list[SalesDecision]:
    """List orders and discounts that the person may approve, the longest wait first."""
    if PATH not in pages() or (operator := operator_of(context.person)) is None:
        return []
    with enter(context.person, operator.tenant_id, sign_in=context.sign_in) as desk:
        return decisions(desk) if desk.may("quote.approve") else []


def decision_row(context: Context, decision: SalesDecision) -> NeedRow:
    """Describe a decision; its button opens the quote, on which it is taken."""
    is_order = decision.kind == ORDER
    return NeedRow(
        "Order to approve" if is_order else "Discount to approve",
        "orange" if is_order else "violet",
        f"Approve order {decision.text}" if is_order else f"Approve {decision.text}",
        decision.customer,
        money.show(decision.amount, decision.currency).removesuffix(".00"),
        since(context, decision.since),
        "Open order" if is_order else "Open quote",
        partial(turn_to, PATH, quote=decision.quote_id),
    )
