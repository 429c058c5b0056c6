"""Make the report of a period across the customers a person reaches; in a Context of the operator."""

from __future__ import annotations

from datetime import date
from zoneinfo import ZoneInfo

from core.business.insights.reports.files import FIGURES, report_csv, report_pdf
from core.business.insights.reports.orders import orders_section
from core.business.insights.reports.revenue import revenue_section
from core.business.insights.reports.rows import read_rows
from core.business.insights.reports.sessions import utilisation_section
from core.business.insights.reports.shapes import Report, check_days
from core.business.insights.reports.success import success_section
from core.business.specialists.utilisation.views import utilisation
from core.context import Context
from core.errors import InvalidInputError
from core.platform.access.actions import action, view
from core.platform.access.customers.actions import require_operator
from core.platform.access.portfolio import enter_portfolio
from core.platform.audit.actions import record

FORMS = ("csv", "pdf")


@view("report.read")
def report(context: Context, first: date, last: date) -> Report:
    """Report the days from `first` to `last`, both included. InvalidInputError for no period, or one that is too long."""
    require_operator(context)
    return _report(context, first, last)


@action("report.read")
def export_report(context: Context, first: date, last: date, form: str, table: str = FIGURES) -> bytes:
    """Write a report as 'pdf', or its figures or a table of it as 'csv', recorded in the audit log.

    InvalidInputError for another form, for no period and for a table that it has not.
    """
    require_operator(context)
    if form not in FORMS:
        raise InvalidInputError(f"{form!r} is no form of a report.", hint=f"Choose {' or '.join(FORMS)}.")
    document = _report(context, first, last)
    tenant = context.tenant
    file = (
        report_csv(document, table)
        if form == "csv"
        else report_pdf(document, tenant.name, tenant.zone, is_demo=tenant.is_demo)
    )
    period = f"{first.isoformat()} to {last.isoformat()}"
    record(context, "export.report", "tenant", tenant.id, period=period, form=form, table=table)
    return file


def _report(context: Context, first: date, last: date) -> Report:
    check_days(first, last)
    zone = context.tenant.zone
    today = context.now.astimezone(ZoneInfo(zone)).date()
    with enter_portfolio(context.person) as portfolio:
        rows = read_rows(portfolio, first, last, today, zone)
    sections = [
        orders_section(rows.orders, first, last),
        revenue_section(rows.payments, rows.overdue),
        utilisation_section(utilisation(context, first, last), rows.sessions),
        success_section(rows.orders, rows.answers, rows.levels, first, last, context.now),
    ]
    return Report(first, last, context.now, sections, has_generated=rows.has_generated)
