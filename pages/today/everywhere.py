"""Gather the migrations of every customer a person may enter."""

from __future__ import annotations

import logging
from dataclasses import dataclass

from core.context import Context
from core.engine.progress import views as progress
from core.engine.progress.needs import MigrationProgress
from core.errors import AppError
from core.platform.access import views as access
from core.platform.access.actions import enter

log = logging.getLogger("aura.pages")
MAX_CUSTOMERS = 50
"""Customers looked at; whoever has more sees the first by name, and the present one."""


@dataclass(frozen=True, slots=True)
class CustomerMigrations:
    """One customer (slug, name) with its migrations, and the role the person has there."""

    tenant: str
    name: str
    role: str
    currency: str
    migrations: tuple[MigrationProgress, ...]


def everywhere(context: Context) -> list[CustomerMigrations]:
    """Return the customers the person may enter, the present one first. One that fails is omitted and logged.

    Customers of a demo's generated history have no migrations and are left out.
    """
    present = context.tenant.slug
    slugs = [
        customer.slug
        for customer in access.tenants_of(context.person)
        if customer.slug != present and not customer.is_archived and not customer.is_history
    ]
    customers = [_customer(context)]
    for slug in slugs[: MAX_CUSTOMERS - 1]:
        try:
            with enter(context.person, slug, sign_in=context.sign_in) as customer_context:
                customers.append(_customer(customer_context))
        except AppError:
            log.exception("a customer could not be read for Today")
    return customers


def _customer(context: Context) -> CustomerMigrations:
    tenant = context.tenant
    migrations = tuple(progress.migration_progress(context))
    return CustomerMigrations(tenant.slug, tenant.name, context.role, tenant.currency, migrations)
