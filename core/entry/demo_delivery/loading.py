"""Write the generated orders into customers of the demo's operator, which are made for them; all of it is invented."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from zoneinfo import ZoneInfo

from sqlalchemy import func, select, text

from core.business.engagements.signers import encrypted_signer
from core.business.specialists.tables import Specialist
from core.context import Context
from core.db.keys import add_new_key
from core.db.session import TenantSession
from core.entry.demo_delivery.shapes import OrderShape, customers_of, order_shapes
from core.entry.demo_delivery.writing import CURRENCY, OrderWriter
from core.errors import NotFoundError
from core.kit.ids import new_id
from core.platform.access.actions import action
from core.platform.access.customers.rules import slug_of
from core.platform.access.tables import TenantRecord
from core.platform.audit.actions import record
from core.platform.audit.writing import append_later

PREFIX = "demo-"
"""How the slugs of these customers begin."""
_PLACES = {"school": ("Africa/Harare", "ZW"), "restaurant": ("America/Chicago", "US")}
_FIRST_NUMBER = 7001
_SIGNER = "A. Sample"


@action("demo.reset")
def seed_delivery(context: Context, anchor: date | None = None, *, again: bool = False) -> int:
    """Write the orders of the history that ends before `anchor` (today by default); return how many.

    Nothing is written where the history is already, unless `again`: then its customers are emptied first. The context is
    a manager's, in the demo's operator; NotFoundError anywhere else. All of it happens in one transaction, or nothing.
    """
    if not (context.tenant.is_demo and context.tenant.kind == "operator"):
        raise NotFoundError(f"{context.tenant.name} is not the operator of a demo.")
    groups = customers_of(order_shapes(anchor or _today(context)))
    with TenantSession(context.tenant.id, context.person, system=True) as session:
        existing = _customers(session)
        if len(existing) == len(groups) and not again:
            return 0
        leads = list(session.scalars(select(Specialist.person_id).order_by(Specialist.initials)))
        number = _FIRST_NUMBER
        for name, orders in groups.items():
            tenant = existing.get(_slug(name)) or new_id()
            with session.working_in(tenant):
                if _slug(name) in existing:
                    session.execute(text("select empty_demo()"))
                else:
                    _add_customer(session, name, orders[0].domain)
                _write(session, orders, number, context.person, leads)
            number += len(orders)
        session.commit()
    count = number - _FIRST_NUMBER
    record(context, "demo.reset", "tenant", context.tenant.id, orders=count)
    return count


def _write(
    session: TenantSession, orders: Sequence[OrderShape], number: int, manager: str, leads: Sequence[str]
) -> None:
    """Write the orders of the session's customer, numbered from `number`."""
    for index, shape in enumerate(orders, number):
        lead = leads[index % len(leads)] if leads else None
        writer = OrderWriter(session.tenant, shape, f"OC-{index}", _PLACES[shape.domain][0], manager, lead)
        session.add(writer.order(encrypted_signer(session, writer.id, _SIGNER)))
        session.flush()
        for rows in (writer.details(), writer.plan_parts(), writer.payments()):
            session.add_all(list(rows))
            session.flush()


def _customers(session: TenantSession) -> dict[str, str]:
    """Return the customers that were made for the history: slug -> id."""
    rows = session.execute(
        select(TenantRecord.slug, TenantRecord.id).where(
            TenantRecord.is_demo, TenantRecord.kind == "customer", TenantRecord.slug.startswith(PREFIX)
        )
    )
    return {row.slug: row.id for row in rows}


def _slug(name: str) -> str:
    return f"{PREFIX}{slug_of(name)}"


def _add_customer(session: TenantSession, name: str, domain: str) -> None:
    zone, country = _PLACES[domain]
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
            created_at=session.scalar(select(func.now())),
        )
    )
    session.flush()
    add_new_key(session)
    facts: dict[str, object] = {"slug": _slug(name), "domain": domain}
    append_later(session, "tenant.create", "tenant", session.tenant, reason=None, facts=facts)


def _today(context: Context) -> date:
    return context.now.astimezone(ZoneInfo(context.tenant.zone)).date()
