"""Collect the figures of finished migrations on demand, and store what people report after go-live."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from core.business.sales.figures.collecting import collect_from_customer
from core.business.sales.figures.measures import REPORTED_MEASURES, Measure
from core.business.sales.tables import FinishedMigration, Prospect
from core.context import Context
from core.errors import InvalidInputError, NotAllowedError, NotFoundError
from core.kit.printable import is_readable
from core.platform.access.actions import action, enter_as_worker
from core.platform.access.customers.actions import require_operator
from core.platform.access.views import reached_by
from core.platform.audit.actions import record

MAX_SOURCE = 200


class ReportError(InvalidInputError):
    """A report that cannot be stored; `faults` is measure (or 'source') -> what is wrong."""

    def __init__(self, faults: Mapping[str, str]) -> None:
        super().__init__(
            "; ".join(faults.values()), hint="Correct the fields and try again.", fields=[*faults]
        )
        self.faults = dict(faults)


@action("prospect.edit")
def collect_figures(context: Context) -> int:
    """Record the finished migrations of the customers that the person reaches; return how many are new or changed."""
    require_operator(context)
    count = 0
    for access in reached_by(context.person):
        if access.kind != "customer" or access.is_demo != context.tenant.is_demo:
            continue
        with enter_as_worker(access.tenant_id, context.person) as customer:
            count += collect_from_customer(customer, context.tenant.id)
    if count:
        record(context, "figures.collect", "tenant", context.tenant.id, migrations=count)
    return count


@action("prospect.edit")
def report_figures(context: Context, finished_id: str, values: Mapping[str, Decimal], source: str) -> None:
    """Store what became of a finished migration after go-live: measure -> number, and who or what says so.

    A measure that is reported again replaces the report before, which stays in the audit log. ReportError names the
    fields that are wrong; NotFoundError for a migration whose prospect the person does not see.
    """
    require_operator(context)
    row = _row(context, finished_id)
    source = " ".join(source.split())
    _check(values, source)
    before = {key: row.reported[key] for key in values if key in row.reported}
    reports: dict[str, Any] = {
        key: {
            "value": format(value, "f"),
            "source": source,
            "person": context.person,
            "at": context.now.isoformat(),
        }
        for key, value in values.items()
    }
    row.reported = {**row.reported, **reports}
    record(
        context,
        "figures.report",
        "finished_migration",
        row.id,
        reported={key: report["value"] for key, report in reports.items()},
        before={key: entry["value"] if isinstance(entry, dict) else entry for key, entry in before.items()},
    )


def _row(context: Context, finished_id: str) -> FinishedMigration:
    """Return the finished migration, locked. Without a prospect it is for those who assign prospects."""
    row = context.session.get(FinishedMigration, (context.tenant.id, finished_id), with_for_update=True)
    if row is None or (
        row.prospect_id and context.session.get(Prospect, (context.tenant.id, row.prospect_id)) is None
    ):
        raise NotFoundError("There is no such finished migration for you.", hint="Open the prospect again.")
    if row.prospect_id is None and not context.may("prospect.assign"):
        raise NotAllowedError("This migration has no prospect.", hint="Ask a manager to report its figures.")
    return row


def _check(values: Mapping[str, Decimal], source: str) -> None:
    faults = {}
    if not values:
        faults["values"] = "Enter at least one figure"
    for key, value in values.items():
        measure = REPORTED_MEASURES.get(key)
        if measure is None:
            faults[key] = f"{key} is not a figure that is reported"
        elif (fault := _fault(measure, value)) is not None:
            faults[key] = f"{measure.title}: {fault}"
    if not source:
        faults["source"] = "Source: say who or what tells these figures"
    elif len(source) > MAX_SOURCE or not is_readable(source):
        faults["source"] = f"Source: use at most {MAX_SOURCE} characters, without control characters"
    if faults:
        raise ReportError(faults)


def _fault(measure: Measure, value: Decimal) -> str | None:
    """Say what is wrong with a reported number; None where nothing is."""
    if not value.is_finite() or not 0 <= value <= measure.maximum:
        return f"enter a number from 0 to {measure.maximum:,}"
    exponent = value.normalize().as_tuple().exponent
    if isinstance(exponent, int) and -exponent > measure.digits:
        return f"use at most {measure.digits} decimals" if measure.digits else "enter a whole number"
    return None
