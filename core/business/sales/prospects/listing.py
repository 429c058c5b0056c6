"""List prospects: search, filters, order and paging in one query, and how many stand in each stage."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import ColumnElement, and_, false, func, literal, or_, select

from core.business.sales.prospects.contacts import contact_prints
from core.business.sales.prospects.rules import (
    CLOSED_STAGES,
    ContactDetails,
    Stage,
    fold_phone,
    is_email,
    name_key,
)
from core.business.sales.prospects.systems import system_label, systems
from core.business.sales.prospects.views import today_of
from core.business.sales.tables import Prospect, Quote
from core.context import Context
from core.platform.access.actions import view
from core.platform.access.customers.actions import require_operator
from core.platform.access.tables import Person

NOBODY = "nobody"
"""Owner of the prospects that nobody owns, as a filter."""
ORDERS = ("next_step", "activity", "name", "locations", "value", "newest")
MAX_ROWS = 200
DUE_SOON = timedelta(days=3)
"""How far ahead a next step is due."""


@dataclass(frozen=True, slots=True)
class ProspectFilter:
    """Which prospects are listed; '' for all. `owner` is a person's id or NOBODY, `step` is '', 'overdue', 'due' or 'none'."""

    text: str = ""
    stage: str = ""
    owner: str = ""
    domain: str = ""
    step: str = ""


@dataclass(frozen=True, slots=True)
class ProspectRow:
    """A prospect as the list shows it; `value` is the total of its newest quote, `at` the last activity."""

    id: str
    name: str
    domain: str
    stage: str
    owner_id: str | None
    owner_name: str | None
    source_system: str | None
    locations: int | None
    next_step: str | None
    next_step_on: date | None
    value: Decimal | None
    currency: str
    updated_at: datetime
    is_overdue: bool

    @property
    def source_label(self) -> str:
        return system_label(self.source_system)


@dataclass(frozen=True, slots=True)
class ProspectList:
    """A part of the prospects that match; `total` counts all of them."""

    rows: list[ProspectRow]
    total: int


@view("prospect.read")
def prospect_rows(
    context: Context,
    filters: ProspectFilter = ProspectFilter(),
    *,
    order: str = "next_step",
    limit: int = 50,
    offset: int = 0,
) -> ProspectList:
    """List the prospects that the person sees and the filters keep, in an order of ORDERS."""
    require_operator(context)
    today = today_of(context)
    newest = (
        select(Quote.total, Quote.currency)
        .where(Quote.tenant_id == Prospect.tenant_id, Quote.prospect_id == Prospect.id)
        .order_by(Quote.created_at.desc(), Quote.id.desc())
        .limit(1)
        .lateral("newest")
    )
    query = (
        select(
            Prospect.id,
            Prospect.name,
            Prospect.domain,
            Prospect.stage,
            Prospect.owner_id,
            Person.name,
            Prospect.source_system,
            Prospect.locations,
            Prospect.next_step,
            Prospect.next_step_on,
            newest.c.total,
            func.coalesce(newest.c.currency, Prospect.currency),
            Prospect.updated_at,
            func.coalesce(is_overdue(today), false()),
            func.count().over(),
        )
        .outerjoin(Person, Person.id == Prospect.owner_id)
        .outerjoin(newest, literal(True))
        .where(*_conditions(context, filters))
        .order_by(*_order(order, newest.c.total), Prospect.id)
        .limit(max(1, min(limit, MAX_ROWS)))
        .offset(max(0, offset))
    )
    rows: list[Any] = list(context.session.execute(query))
    return ProspectList([ProspectRow(*row[:-1]) for row in rows], rows[0][-1] if rows else 0)


@view("prospect.read")
def stage_counts(context: Context, filters: ProspectFilter = ProspectFilter()) -> dict[str, int]:
    """Count the prospects of each stage that the other filters keep; every stage is there, in their order."""
    require_operator(context)
    query = select(Prospect.stage, func.count()).group_by(Prospect.stage)
    rows = context.session.execute(query.where(*_conditions(context, filters, with_stage=False)))
    return dict.fromkeys(map(str, Stage), 0) | {row[0]: row[1] for row in rows}


def is_overdue(day: date) -> ColumnElement[bool]:
    """Build the condition that the next step of an open prospect is before a day."""
    return and_(Prospect.next_step_on < day, Prospect.stage.not_in(CLOSED_STAGES))


def _conditions(
    context: Context, filters: ProspectFilter, *, with_stage: bool = True
) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = []
    if text := " ".join(filters.text.split()):
        conditions.append(_search(context, text))
    if filters.stage and with_stage:
        conditions.append(Prospect.stage == filters.stage)
    if filters.owner:
        is_nobody = filters.owner == NOBODY
        conditions.append(
            Prospect.owner_id.is_(None) if is_nobody else func.text(Prospect.owner_id) == filters.owner
        )
    if filters.domain:
        conditions.append(Prospect.domain == filters.domain)
    if filters.step == "overdue":
        conditions.append(is_overdue(today_of(context)))
    if filters.step == "due":
        conditions.append(is_overdue(today_of(context) + DUE_SOON + timedelta(days=1)))
    if filters.step == "none":
        conditions += [Prospect.next_step.is_(None), Prospect.stage.not_in(CLOSED_STAGES)]
    return conditions


def _search(context: Context, text: str) -> ColumnElement[bool]:
    """Match a part of the name or of the source system; an e-mail address or telephone number exactly."""
    contact = ContactDetails("", text if is_email(text) else "", text if fold_phone(text) else "")
    matches = [
        Prospect.name.icontains(text, autoescape=True),
        Prospect.source_system.icontains(text, autoescape=True),
        Prospect.source_system.in_(_systems_named(text)),
    ]
    if folded := name_key(text):
        matches.append(Prospect.name_key.contains(folded, autoescape=True))
    if contact:
        matches.append(Prospect.contact_index.overlap(contact_prints(context.session, contact)))
    return or_(*matches)


def _systems_named(text: str) -> list[str]:
    return [
        key
        for domain in ("restaurant", "school")
        for key, label in systems(domain).items()
        if text.casefold() in label.casefold()
    ]


def _order(order: str, value: ColumnElement[Any]) -> list[ColumnElement[Any]]:
    """Choose the order; open prospects come before closed ones where the next step counts."""
    is_closed = Prospect.stage.in_(CLOSED_STAGES)
    orders: Mapping[str, list[ColumnElement[Any]]] = {
        "next_step": [is_closed, Prospect.next_step_on.asc().nulls_last(), Prospect.updated_at.desc()],
        "activity": [Prospect.updated_at.desc()],
        "name": [func.lower(Prospect.name)],
        "locations": [Prospect.locations.desc().nulls_last()],
        "value": [value.desc().nulls_last()],
        "newest": [Prospect.created_at.desc()],
    }
    return orders.get(order, orders["next_step"])
