"""Write the generated orders into customers of the demo's operator, which are made for them; all of it is invented."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, time
from uuid import NAMESPACE_OID, uuid5
from zoneinfo import ZoneInfo

from sqlalchemy import func, select, text

from core.business.engagements.signers import encrypted_signer
from core.business.engagements.tables import Engagement
from core.context import Context
from core.db.keys import add_new_key
from core.db.session import TenantSession
from core.entry.demo_delivery.bookings import WorkedOrder
from core.entry.demo_delivery.sessions import certificates_by_person, write_sessions
from core.entry.demo_delivery.shapes import OrderShape, customers_of, order_shapes
from core.entry.demo_delivery.teams import Teams
from core.entry.demo_delivery.writing import CURRENCY, OrderWriter
from core.errors import NotFoundError
from core.platform.access.actions import action
from core.platform.access.customers.rules import slug_of
from core.platform.access.tables import Assignment, TenantRecord
from core.platform.access.views import HISTORY_PREFIX, person_by_handle
from core.platform.audit.actions import record
from core.platform.audit.writing import append_later

SCHOOL = "school"
_ZONE_AND_COUNTRY = {SCHOOL: ("Africa/Harare", "ZW"), "restaurant": ("America/Chicago", "US")}
_FIRST_NUMBER = 7001
_SIGNER = "A. Sample"
SHOWN = "bob"
"""Handle of the specialist who signs in when the demo is shown."""
SELLER = "sam"
"""Handle of the person who sells, and follows the open orders of restaurants."""


@action("demo.reset")
def seed_delivery(context: Context, anchor: date | None = None, *, again: bool = False) -> int:
    """Write the orders of the history that ends before `anchor` (today by default); return how many.

    Nothing is written where the history is already, unless `again`: then its customers are emptied first. The context is
    a manager's, in the demo's operator; NotFoundError anywhere else. All of it happens in one transaction, or nothing.
    """
    if not (context.tenant.is_demo and context.tenant.kind == "operator"):
        raise NotFoundError(f"{context.tenant.name} is not the operator of a demo.")
    anchor = anchor or context.today
    groups = customers_of(order_shapes(anchor))
    with TenantSession(context.tenant.id, context.person, system=True) as session:
        if not again and has_orders(session, _tenant(context.tenant.id, [*groups][-1])):
            return 0
        teams = Teams(certificates_by_person(session), anchor, person_by_handle(SHOWN))
        seller = person_by_handle(SELLER)
        number = _FIRST_NUMBER
        worked: list[WorkedOrder] = []
        zones: dict[str, str] = {}
        for name, orders in groups.items():
            tenant = _tenant(context.tenant.id, name)
            zones[tenant] = _ZONE_AND_COUNTRY[orders[0].domain][0]
            with session.working_in(tenant):
                followed = orders[0].domain != SCHOOL and any(order.ended_on is None for order in orders)
                _add_or_empty_customer(session, name, orders[0].domain, seller if followed else None)
                worked += _write(session, orders, number, context.person, teams, anchor)
            number += len(orders)
        write_sessions(session, worked, anchor, zones, _since(context, anchor))
        session.commit()
    count = number - _FIRST_NUMBER
    record(context, "demo.reset", "tenant", context.tenant.id, orders=count)
    return count


def _write(
    session: TenantSession,
    orders: Sequence[OrderShape],
    number: int,
    manager: str,
    teams: Teams,
    anchor: date,
) -> Iterator[WorkedOrder]:
    """Write the orders of the session's customer, numbered from `number`; yield those that somebody leads."""
    for index, shape in enumerate(orders, number):
        zone = _ZONE_AND_COUNTRY[shape.domain][0]
        writer = OrderWriter(session.tenant, shape, f"OC-{index}", zone, manager, teams.choose(shape))
        session.add(writer.order(encrypted_signer(session, writer.id, _SIGNER)))
        session.flush()
        for rows in (writer.details(), writer.plan_parts(), writer.payments(), writer.tasks(anchor)):
            for row in rows:
                if isinstance(row, Assignment):
                    session.merge(row)  # assignments stay in a demo that is emptied
                else:
                    session.add(row)
            session.flush()
        if writer.lead is not None and shape.approved_on is not None:
            yield WorkedOrder(
                session.tenant,
                writer.id,
                writer.lead,
                shape.approved_on,
                shape.ended_on,
                shape.domain,
                writer.team.reviewer,
                writer.state.value,
            )


def has_orders(session: TenantSession, tenant: str) -> bool:
    """Tell whether a customer has any order."""
    with session.working_in(tenant):
        return session.scalar(select(Engagement.id).limit(1)) is not None


def _tenant(operator: str, name: str) -> str:
    """Return the id of a customer of the history: the same for the same operator, whoever asks."""
    return str(uuid5(NAMESPACE_OID, f"{operator}|{_slug(name)}"))


def _slug(name: str) -> str:
    return f"{HISTORY_PREFIX}{slug_of(name)}"


def _add_or_empty_customer(session: TenantSession, name: str, domain: str, owner: str | None) -> None:
    """Add the customer of the session's tenant, or empty the one that is there."""
    earlier = session.get(TenantRecord, session.tenant)
    if earlier is not None:
        session.execute(text("select empty_demo()"))
        earlier.owner_id = owner
        return
    zone, country = _ZONE_AND_COUNTRY[domain]
    session.add(
        TenantRecord(
            id=session.tenant,
            name=name,
            slug=_slug(name),
            domain=domain,
            is_demo=True,
            zone=zone,
            currency=CURRENCY,
            country=country,
            kind="customer",
            owner_id=owner,
            created_at=session.scalar(select(func.now())),
        )
    )
    session.flush()
    add_new_key(session)
    facts: dict[str, object] = {"slug": _slug(name), "domain": domain}
    append_later(session, "tenant.create", "tenant", session.tenant, reason=None, facts=facts)


def _since(context: Context, anchor: date) -> datetime:
    """Return the moment after which sessions are ahead: now, and for an anchor to come the beginning of its day."""
    begin = datetime.combine(anchor, time(), ZoneInfo(context.tenant.zone)).astimezone(UTC)
    return max(context.now, begin)
