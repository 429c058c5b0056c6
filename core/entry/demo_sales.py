"""Reset the sales data of the demo's operator: prospects and quotes begin as generated, customers they became are archived."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace

from sqlalchemy import select, text

from core.business.engagements.tables import Engagement
from core.business.sales.tables import Prospect, Quote
from core.context import Context
from core.entry import demo
from core.entry.demo_history import seed_history
from core.errors import NotFoundError
from core.platform.access.actions import action, enter, require
from core.platform.access.customers.actions import archive_customer
from core.platform.audit.actions import record


def reset_sales(person: str) -> int:
    """Reset what the demo's operator sells; return how many customers were archived. `person` (id) asks for it.

    NotFoundError for who does not work for the demo's operator.
    """
    manager = demo.seed_cast()[next(iter(demo.STAFF))]
    with enter(person, demo.OPERATOR) as context:
        require(context, "demo.reset")
    with enter(manager, demo.OPERATOR) as context:
        customers = list(_bought(context))
        for customer in customers:
            with enter(manager, customer) as bought:
                _empty(bought)
            context.session.rollback()
            archive_customer(context, customer, "The demo was reset.")
        _begin_again(replace(context, person=person), len(customers))
    return len(customers)


def _bought(context: Context) -> Iterator[str]:
    """Yield the ids of active customers of the demo that an accepted quote made; stories are none of them."""
    ids = {
        *context.session.scalars(select(Prospect.customer_id)),
        *context.session.scalars(select(Quote.customer_id)),
    }
    for customer in sorted(filter(None, ids)):
        with suppress(NotFoundError), enter(context.person, customer) as entered:
            if (
                entered.tenant.is_demo
                and not entered.tenant.is_archived
                and entered.tenant.slug not in demo.TENANTS
                and entered.session.scalar(select(Engagement.id).limit(1)) is not None
            ):
                yield customer


@action("demo.reset")
def _empty(context: Context) -> None:
    """Empty a customer of the demo. NotFoundError for one that is none, which the database refuses as well."""
    if not context.tenant.is_demo:
        raise NotFoundError(f"{context.tenant.name} is no demo tenant.")
    context.session.execute(text("select empty_demo()"))
    record(context, "demo.reset", "tenant", context.tenant.id, migrations=0)


@action("demo.reset")
def _begin_again(context: Context, customers: int) -> None:
    """Replace the operator's sales data by the generated one, in one transaction."""
    if not (context.tenant.is_demo and context.tenant.kind == "operator"):
        raise NotFoundError(f"{context.tenant.name} is not the operator of a demo.")
    context.session.execute(text("select empty_demo()"))
    seed_history(context)
    record(context, "demo.reset", "tenant", context.tenant.id, customers=customers)
