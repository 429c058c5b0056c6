"""List what waits for a person who sells: steps that are due and quotes that expire; ranked by day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from core.business.sales.prospects.listing import ProspectFilter, prospect_rows
from core.business.sales.quotes.listing import QuoteFilter, quote_rows
from core.context import Context
from core.platform.access.actions import view

STEP, EXPIRY = "step", "expiry"
EXPIRES_WITHIN = 7
"""Days before a quote's last day in which it is listed."""
_MAX_ROWS = 50


@dataclass(frozen=True, slots=True)
class SalesTask:
    """What waits: `kind` is STEP or EXPIRY, `on` its day; `text` the step or the quote's number."""

    kind: str
    on: date
    text: str
    prospect_id: str
    prospect_name: str
    quote_id: str
    value: Decimal | None
    currency: str


@view("prospect.read")
def sales_tasks(context: Context) -> list[SalesTask]:
    """List what waits for the person, the earliest day first, then the largest value.

    Who sells has their prospects and those that nobody owns; a manager the steps of their own, and all quotes.
    """
    owner = "" if context.role == "sales" else context.person
    steps = prospect_rows(context, ProspectFilter(step="due", owner=owner), limit=_MAX_ROWS).rows
    tasks = [
        SalesTask(STEP, row.next_step_on, row.next_step or "", row.id, row.name, "", row.value, row.currency)
        for row in steps
        if row.next_step_on is not None
    ]
    if context.may("quote.read"):
        tasks += _expiring(context)
    return sorted(tasks, key=lambda task: (task.on, -(task.value or 0), task.prospect_name))


def _expiring(context: Context) -> list[SalesTask]:
    filters = QuoteFilter("sent", expires_within=EXPIRES_WITHIN, without_lost=True)
    return [
        SalesTask(
            EXPIRY,
            row.valid_until,
            row.number_text,
            row.prospect_id,
            row.prospect_name,
            row.id,
            row.total,
            row.currency,
        )
        for row in quote_rows(context, filters, limit=_MAX_ROWS).rows
    ]
