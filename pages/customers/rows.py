"""The rows of the table: each migration of each customer with its state and next step; a customer without one has one row."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass

from core.context import Context
from core.engine.progress import views as progress
from core.errors import AppError
from core.platform.access.customers.views import Customer, team
from pages.ui.frame import session_context

log = logging.getLogger("aura.pages")


@dataclass(frozen=True, slots=True)
class Row:
    """A customer with one of its migrations ('' without one), the migration's state and next step, and who works for it."""

    customer: Customer
    migration_id: str
    migration: str
    state: str
    colour: str
    next_step: str
    screen: str
    assigned: tuple[str, ...]


def rows(context: Context, customers: Sequence[Customer]) -> list[Row]:
    """Gather the rows of the customers, in their order."""
    return [row for record in customers for row in _rows_of(context, record)]


def _rows_of(context: Context, record: Customer) -> list[Row]:
    names = tuple(dict.fromkeys(member.name for member in team(context, record.id) if member.state == "now"))
    try:
        with session_context(record.details.slug) as customer_context:
            migrations = progress.migration_progress(customer_context)
    except AppError:
        log.exception("a customer could not be read for Customers")
        return [Row(record, "", "–", "Not available", "red", "Reload the page", "today", names)]
    if not migrations:
        step = "Assign a specialist" if not names else "Upload an export"
        return [Row(record, "", "None yet", "Not started", "gray", step, "connect", names)]
    return [
        Row(
            record,
            migration.id,
            migration.name,
            migration.journey.status.label,
            migration.journey.status.colour,
            migration.journey.action.label,
            migration.journey.action.screen,
            names,
        )
        for migration in migrations
    ]
