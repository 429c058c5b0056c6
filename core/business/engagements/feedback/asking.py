"""Ask the customer's contacts once a milestone of the order is reached: once for each question, whoever notices it first."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import text
from sqlalchemy.dialects.postgresql import insert

from core.business.engagements.feedback.rules import feedback_rules
from core.business.engagements.papers.orders import find_order
from core.business.engagements.papers.rounds import contexts_of, portfolio_rows
from core.business.engagements.papers.tables import Feedback
from core.context import Context
from core.kit.ids import new_id
from core.kit.wording import as_words
from core.platform.access.rules import CUSTOMER
from core.platform.audit.actions import record
from core.platform.events.actions import emit
from core.platform.events.recipients import people_in_roles

_RECENT = timedelta(days=30)
"""How long ago a milestone may have been reached that is asked about: what is older nobody remembers."""

_REACHED = text(
    """select m.customer_id::text as customer_id, m.engagement_id::text as engagement_id, m.key, m.reached_on
    from portfolio_milestone m
    left join portfolio_feedback f on f.customer_id = m.customer_id and f.engagement_id = m.engagement_id
      and f.milestone = m.key
    where m.reached_on >= :since and m.key = any(:keys) and f.engagement_id is null and not m.is_generated
    order by 1, m.reached_on, m.position"""
)


def ask_at_milestone(context: Context, engagement_id: str, milestone: str) -> bool:
    """Ask about a milestone in the open transaction, unless it was asked about before; tell whether it was asked now.

    A milestone without a question is not asked about. The context is of the staff or the program in the customer.
    """
    question = feedback_rules().questions.get(milestone)
    if question is None:
        return False
    order = find_order(context, engagement_id)
    feedback_id = new_id()
    row = {
        "tenant_id": context.tenant.id,
        "id": feedback_id,
        "created_at": context.now,
        "engagement_id": engagement_id,
        "kind": question.kind,
        "milestone": milestone,
    }
    insertion = insert(Feedback).values(**row).on_conflict_do_nothing().returning(Feedback.id)
    if context.session.scalar(insertion) is None:
        return False
    contacts = people_in_roles(context.session, {CUSTOMER})
    emit(
        context,
        "feedback_wanted",
        to=contacts,
        order=order.number,
        engagement_id=order.id,
        milestone=as_words(milestone),
    )
    record(context, "feedback.ask", "feedback", feedback_id, order=order.number, milestone=milestone)
    return True


def ask_for_feedback() -> int:
    """Ask about every milestone that was reached within 30 days and not asked about yet; return how many.

    A job: those of the installation's operator. What is asked by then is not asked again.
    """
    count = 0
    keys = [*feedback_rules().questions]
    for row in portfolio_rows(
        _REACHED, lambda now: {"since": (now - _RECENT - timedelta(days=1)).date(), "keys": keys}
    ):
        for context in contexts_of(row["customer_id"]):
            if row["reached_on"] >= context.today - _RECENT:
                count += ask_at_milestone(context, row["engagement_id"], row["key"])
            context.session.commit()
    return count
