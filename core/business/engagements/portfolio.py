"""List the orders of all customers that a person reaches, with who leads them, the next milestone and how late they are."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import RowMapping, text

from core.business.engagements.milestones.rules import TITLES
from core.business.engagements.rules import FINAL, STATES, WAY, OrderState
from core.context import Portfolio
from core.platform.access.portfolio import portfolio_view

ACTIVE = "active"
"""The filter of states that are not an end."""
NOBODY = "nobody"
"""The filter of orders without a lead."""

_QUERY = text("select * from portfolio_order order by ordered_at desc, engagement_id")


@dataclass(frozen=True, slots=True)
class OrderRow:
    """An order with its customer. `late` counts days past the next milestone's promise; 0 for one on hold or over.

    `lead` and `owner` (who sells) are names, None where there is nobody.
    """

    engagement_id: str
    number: str
    customer: str
    slug: str
    state: str
    state_since: datetime | None
    domain: str
    package: str
    currency: str
    total: Decimal
    source: str | None
    ordered_at: datetime
    go_live_promised_on: date | None
    went_live_on: date | None
    next_milestone: str | None
    next_promised_on: date | None
    lead_id: str | None
    lead: str | None
    owner_id: str | None
    owner: str | None
    open_tasks: int
    late_tasks: int
    late: int

    @property
    def state_text(self) -> str:
        return STATES[self.state]

    @property
    def next_text(self) -> str:
        return TITLES.get(self.next_milestone or "", "")


@dataclass(frozen=True, slots=True)
class OrderFilter:
    """Which orders: of a state (or ACTIVE), a line of business, late ones only, a lead (id, or NOBODY), a text in number or name."""

    state: str = ""
    domain: str = ""
    is_late: bool = False
    lead_id: str = ""
    text: str = ""


@portfolio_view("order.follow")
def all_orders(portfolio: Portfolio) -> list[OrderRow]:
    """List the orders of every customer the person reaches, the newest first."""
    rows = portfolio.session.execute(_QUERY).mappings().all()
    return [_row(row, portfolio.now) for row in rows]


def matching(rows: Sequence[OrderRow], filters: OrderFilter) -> list[OrderRow]:
    """Choose the orders that a filter wants; late ones first where only they are filters."""
    needle = filters.text.casefold()
    matches = [
        row
        for row in rows
        if (not filters.state or row.state == filters.state or _is_active(row, filters.state))
        and (not filters.domain or row.domain == filters.domain)
        and (not filters.is_late or row.late > 0)
        and (not filters.lead_id or (row.lead_id or NOBODY) == filters.lead_id)
        and (not needle or needle in row.number.casefold() or needle in row.customer.casefold())
    ]
    return sorted(matches, key=lambda row: -row.late) if filters.is_late else matches


def by_state(rows: Sequence[OrderRow]) -> dict[OrderState, list[OrderRow]]:
    """Group orders by state in the order of the way, those on hold last; without the two ends."""
    columns = [state for state in WAY if state not in FINAL] + [OrderState.ON_HOLD]
    return {state: [row for row in rows if row.state == state] for state in columns}


def _is_active(row: OrderRow, state: str) -> bool:
    return state == ACTIVE and row.state not in FINAL


def _row(row: RowMapping, now: datetime) -> OrderRow:
    today = now.astimezone(ZoneInfo(row["zone"])).date()
    promised = row["next_promised_on"]
    is_halted = row["state"] in FINAL or row["state"] == OrderState.ON_HOLD
    late = 0 if is_halted or promised is None else max(0, (today - promised).days)
    values: dict[str, Any] = {name: row[name] for name in _COLUMNS}
    for name in ("engagement_id", "lead_id", "owner_id"):
        values[name] = None if row[name] is None else str(row[name])
    return OrderRow(**values, late=late)


_COLUMNS = tuple(field.name for field in fields(OrderRow) if field.name != "late")
