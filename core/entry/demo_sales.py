"""Reset the sales data of the demo's operator: prospects and quotes begin as generated, customers they became are archived."""

from __future__ import annotations

from dataclasses import replace

from sqlalchemy import select, text, update

from core.business.engagements.tables import Engagement
from core.business.sales.tables import Prospect, Quote
from core.context import Context
from core.entry import demo
from core.entry.demo_delivery.loading import seed_delivery
from core.entry.demo_delivery.roster import seed_roster, seed_roster_people
from core.entry.demo_history import seed_history
from core.errors import NotFoundError
from core.platform.access.actions import action, enter, enter_as_worker, require
from core.platform.access.rules import permissions_of
from core.platform.access.tables import TenantRecord
from core.platform.audit.actions import record
from core.platform.audit.writing import append_later

_REASON = "The demo was reset."


def reset_sales(person: str) -> int:
    """Reset what the demo's operator sells; return how many customers were archived. `person` (id) asks for it.

    The sales data and the roster are replaced in one transaction, or not at all; then the orders, which the roster leads,
    in one of their own. NotFoundError for who does not work for the demo's operator.
    """
    manager = next(iter(demo.STAFF))
    cast = demo.seed_cast()
    seed_roster_people()
    with enter(person, demo.OPERATOR) as context:
        require(context, "demo.reset")
        operator = context.tenant.id
    role = demo.STAFF[manager]
    with enter_as_worker(operator, cast[manager]) as context:
        acting = replace(
            context,
            person=person,
            name=demo.PEOPLE[manager],
            role=role,
            permissions=permissions_of(role, is_demo=context.tenant.is_demo),
        )
        count = _begin_again(acting)
        seed_delivery(acting, again=True)
    return count


@action("demo.reset")
def _begin_again(context: Context) -> int:
    """Replace the operator's sales data by the generated one, and empty and archive the customers it had made."""
    if not (context.tenant.is_demo and context.tenant.kind == "operator"):
        raise NotFoundError(f"{context.tenant.name} is not the operator of a demo.")
    count = sum(_archive(context, customer) for customer in _customers(context))
    context.session.execute(text("select empty_demo()"))
    seed_history(context)
    seed_roster(context)
    record(context, "demo.reset", "tenant", context.tenant.id, customers=count)
    return count


def _customers(context: Context) -> list[str]:
    """List the customers (ids) that prospects and quotes name, all of them locked; quotes first, as an acceptance does."""
    context.session.execute(select(Quote.id).order_by(Quote.number, Quote.version).with_for_update())
    context.session.execute(select(Prospect.id).order_by(Prospect.id).with_for_update())
    ids = {
        *context.session.scalars(select(Prospect.customer_id)),
        *context.session.scalars(select(Quote.customer_id)),
    }
    return sorted(filter(None, ids))


def _archive(context: Context, customer: str) -> bool:
    """Empty and archive a customer of the demo that an accepted quote made; tell whether it is one: a story is none."""
    session = context.session
    with session.working_in(customer):
        tenant = session.execute(
            select(TenantRecord.is_demo, TenantRecord.slug, TenantRecord.archived_at).where(
                TenantRecord.id == customer, TenantRecord.kind == "customer"
            )
        ).first()
        if tenant is None or not tenant.is_demo or tenant.archived_at or tenant.slug in demo.TENANTS:
            return False
        if session.scalar(select(Engagement.id).limit(1)) is None:
            return False
        session.execute(text("select empty_demo()"))
        session.execute(
            update(TenantRecord).where(TenantRecord.id == customer).values(archived_at=context.now)
        )
        behalf: dict[str, object] = {"on_behalf_of": context.person}
        append_later(
            session, "demo.reset", "tenant", customer, reason=None, facts={"migrations": 0, **behalf}
        )
        append_later(session, "tenant.archive", "tenant", customer, reason=_REASON, facts=behalf)
    return True
