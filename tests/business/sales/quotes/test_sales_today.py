"""What waits for a person who sells: steps that are due, quotes that expire, discounts to approve, ranked by day."""

from __future__ import annotations

from datetime import timedelta

import pytest

from core.business.sales.prospects.actions import set_next_step, set_stage
from core.business.sales.prospects.views import today_of
from core.business.sales.quotes.actions import draft_quote
from core.business.sales.quotes.approval import request_approval
from core.business.sales.quotes.rules import QuoteTerms
from core.business.sales.today import APPROVAL, EXPIRY, STEP, sales_tasks
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


def test_a_discount_waits_for_managers_and_not_for_who_sells(seller, manager):
    prospect_id = add_prospect(seller)
    quote_id = draft_quote(seller, prospect_id, "professional", DEEP)
    request_approval(seller, quote_id)
    manager.session.rollback()
    assert of(manager, prospect_id) == [(APPROVAL, prospect_id)]
    assert of(seller, prospect_id) == []
    [task] = [task for task in sales_tasks(manager) if task.quote_id == quote_id]
    assert task.text.startswith("Q-")


def test_a_manager_has_the_steps_of_their_own_prospects_only(seller, manager):
    theirs = add_prospect(manager, owner_id=manager.person)
    set_next_step(manager, theirs, "Call", today_of(manager))
    others = add_prospect(seller)
    set_next_step(seller, others, "Call", today_of(seller))
    assert of(manager, theirs, others) == [(STEP, theirs)]
