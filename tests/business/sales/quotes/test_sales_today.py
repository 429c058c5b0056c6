"""What waits for a person who sells: steps that are due, quotes that expire, ranked by day; what waits for a manager."""

from __future__ import annotations

from datetime import timedelta

import pytest

from core.business.engagements.actions import approve_order
from core.business.sales.acceptance.actions import accept
from core.business.sales.decisions import DISCOUNT, ORDER, decisions
from core.business.sales.prospects.actions import set_next_step, set_stage
from core.business.sales.prospects.views import today_of
from core.business.sales.quotes.actions import draft_quote
from core.business.sales.quotes.approval import approve_discount, request_approval
from core.business.sales.quotes.rules import QuoteTerms
from core.business.sales.quotes.views import quote
from core.business.sales.today import EXPIRY, STEP, sales_tasks
from core.errors import NotAllowedError
from core.platform.access.actions import enter
from tests.business.sales.acceptance.offers import send_offer
from tests.business.sales.factories import add_prospect
from tests.business.sales.quotes.desk import DEEP, send_new

pytestmark = pytest.mark.usefixtures("database")


def of(context, *prospects):
    return [(task.kind, task.prospect_id) for task in sales_tasks(context) if task.prospect_id in prospects]


def test_due_steps_and_expiring_quotes_stand_by_their_day(seller):
    today = today_of(seller)
    overdue, soon, later, quoted = (add_prospect(seller) for _ in range(4))
    set_next_step(seller, soon, "Call", today + timedelta(days=3))
    set_next_step(seller, overdue, "Call", today - timedelta(days=9))
    set_next_step(seller, later, "Call", today + timedelta(days=4))
    send_new(seller, quoted, terms=QuoteTerms(valid_until=today + timedelta(days=2)))
    assert of(seller, overdue, soon, later, quoted) == [(STEP, overdue), (EXPIRY, quoted), (STEP, soon)]


def test_a_step_of_a_closed_prospect_and_a_quote_that_holds_long_do_not_wait(seller):
    today = today_of(seller)
    lost, quoted = add_prospect(seller), add_prospect(seller)
    set_next_step(seller, lost, "Call", today)
    set_stage(seller, lost, "lost", "Price")
    send_new(seller, quoted, terms=QuoteTerms(valid_until=today + timedelta(days=20)))
    assert of(seller, lost, quoted) == []


def waiting(manager, quote_id):
    return [
        (decision.kind, decision.text) for decision in decisions(manager) if decision.quote_id == quote_id
    ]


def test_a_discount_waits_for_managers_from_when_approval_was_asked_for_until_it_is_given(seller, manager):
    quote_id = draft_quote(seller, add_prospect(seller), "professional", DEEP)
    manager.session.rollback()
    assert waiting(manager, quote_id) == []
    request_approval(seller, quote_id)
    manager.session.rollback()
    number = quote(manager, quote_id).number
    assert waiting(manager, quote_id) == [(DISCOUNT, f"15% discount on Q-{number:04d}")]
    approve_discount(manager, quote_id)
    assert waiting(manager, quote_id) == []
    with pytest.raises(NotAllowedError):
        decisions(seller)


def test_an_order_waits_for_managers_until_it_is_approved(manager):
    offer = send_offer()
    order = accept(offer.token, "Ana Ng")
    assert waiting(manager, offer.quote) == [(ORDER, order.order_number)]
    with enter(manager.person, order.customer_id) as customer:
        approve_order(customer, order.engagement_id)
    assert waiting(manager, offer.quote) == []
    assert waiting(manager, offer.quote) == []


def test_a_manager_has_the_steps_of_their_own_prospects_only(seller, manager):
    theirs = add_prospect(manager, owner_id=manager.person)
    set_next_step(manager, theirs, "Call", today_of(manager))
    others = add_prospect(seller)
    set_next_step(seller, others, "Call", today_of(seller))
    assert of(manager, theirs, others) == [(STEP, theirs)]
