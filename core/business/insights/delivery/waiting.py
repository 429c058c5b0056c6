"""List what waits at the delivery desk for a person: orders, milestones, money, escalations; sessions and tasks of their own."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum

from sqlalchemy import text

from core.context import Portfolio
from core.platform.access.portfolio import portfolio_view

MAX_ROWS = 200
COMING_DAYS = 7
"""Days ahead whose sessions are listed."""
_MANAGING = frozenset({"manager", "admin"})


class WaitingKind(StrEnum):
    """What waits, in the order in which it is listed on a day."""

    SESSION = "session"
    APPROVAL = "approval"
    ESCALATION = "escalation"
    TEAM = "team"
    HELD = "held"
    OVERDUE = "overdue"
    MILESTONE = "milestone"
    TASK = "task"


@dataclass(frozen=True, slots=True)
class Waiting:
    """A thing that waits. `on` is its day at the customer, `detail` the key of a session, milestone or task.

    `starts_at` is the moment of a session, `zone` the zone to show it in. `amount` is money that is overdue, held or ordered.
    """

    kind: WaitingKind
    on: date
    customer: str
    slug: str
    engagement_id: str
    number: str
    detail: str
    starts_at: datetime | None
    zone: str
    amount: Decimal | None
    currency: str
    is_generated: bool


_PERSONAL = text(
    """
select 'session' as kind, (s.starts_at at time zone s.specialist_zone)::date as on_day, s.customer, s.slug,
  s.engagement_id::text, s.number, s.kind as detail, s.starts_at, s.specialist_zone as zone, null::numeric as amount,
  '' as currency, s.is_generated
from portfolio_session s where s.state = 'booked' and s.specialist_person_id::text = :person
  and s.ends_at > :now and s.starts_at < :now + make_interval(days => :days)
union all
select 'task', coalesce(k.due_on, (k.created_at at time zone o.zone)::date), o.customer, o.slug, o.engagement_id::text,
  o.number, k.kind, null, o.zone, null, '', o.is_generated
from portfolio_task k join portfolio_order o on o.engagement_id = k.engagement_id
where k.state = 'open' and k.owner_id::text = :person"""
)
_MANAGED = text(
    """
select 'approval', (o.ordered_at at time zone o.zone)::date, o.customer, o.slug, o.engagement_id::text, o.number, '',
  null::timestamptz, o.zone, o.total, o.currency, o.is_generated from portfolio_order o where o.state = 'pending'
union all
select 'team', (o.approved_at at time zone o.zone)::date, o.customer, o.slug, o.engagement_id::text, o.number, '', null,
  o.zone, null, '', o.is_generated from portfolio_order o where o.state = 'approved' and o.lead_id is null
union all
select 'overdue', i.due_on, o.customer, o.slug, o.engagement_id::text, o.number, '', null, o.zone,
  i.amount - i.paid + i.refunded, i.currency, o.is_generated
from portfolio_instalment i join portfolio_order o on o.engagement_id = i.engagement_id
where i.waived_at is null and o.state <> 'cancelled' and i.due_on < (:now at time zone o.zone)::date
  and i.paid - i.refunded < i.amount
union all
select 'held', max(y.received_on), o.customer, o.slug, o.engagement_id::text, o.number, '', null, o.zone, h.amount,
  o.currency, o.is_generated
from (select i.engagement_id, sum(i.paid - i.refunded - i.amount) as amount from portfolio_instalment i
  where i.paid - i.refunded > i.amount group by 1) h
join portfolio_order o on o.engagement_id = h.engagement_id
join portfolio_payment y on y.engagement_id = h.engagement_id and y.kind = 'payment'
group by o.customer, o.slug, o.engagement_id, o.number, o.zone, o.currency, o.is_generated, h.amount
union all
select 'escalation', (least(x.resolve_by, case when x.taken_at is null then x.respond_by end) at time zone o.zone)::date,
  o.customer, o.slug, o.engagement_id::text, o.number, x.level::text, null, o.zone, null, '', o.is_generated
from portfolio_escalation x join portfolio_order o on o.engagement_id = x.engagement_id where x.closed_at is null"""
)
_LATE = text(
    """
select 'milestone', o.next_promised_on, o.customer, o.slug, o.engagement_id::text, o.number, o.next_milestone,
  null::timestamptz, o.zone, null, '', o.is_generated
from portfolio_order o where o.state not in ('pending', 'completed', 'cancelled', 'on_hold')
  and o.next_promised_on < (:now at time zone o.zone)::date"""
)
_ORDER = list(WaitingKind)


@portfolio_view("portfolio.read")
def waiting(portfolio: Portfolio) -> list[Waiting]:
    """List what waits for the person, the earliest day first: at most MAX_ROWS.

    Everybody has their sessions of the coming days and their tasks; managers also orders to approve, orders without a
    lead, overdue money, money that is held, and open escalations; both see milestones whose promised day is over.
    """
    queries = [_PERSONAL]
    if portfolio.role in _MANAGING:
        queries.append(_MANAGED)
    if portfolio.role != "sales":
        queries.append(_LATE)
    params = {"person": portfolio.person, "now": portfolio.now, "days": COMING_DAYS}
    rows = [
        Waiting(WaitingKind(row[0]), *row[1:])
        for query in queries
        for row in portfolio.session.execute(query, params)
    ]
    in_order = sorted(rows, key=lambda row: (row.on, _ORDER.index(row.kind), row.starts_at or portfolio.now))
    return in_order[:MAX_ROWS]
