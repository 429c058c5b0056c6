"""Reports across customers: whose rows they count, who may make them, and the line each export leaves."""

from __future__ import annotations

import csv
import io
from datetime import date, timedelta

import pytest
from sqlalchemy import text

from core.business.engagements.lookup import today_of
from core.business.insights.reports.views import export_report, report
from core.business.sales.acceptance.actions import Acceptance, accept
from core.context import Context
from core.db.session import TenantSession
from core.errors import InvalidInputError, NotAllowedError, NotFoundError
from core.platform.access.actions import enter
from tests.business.sales.acceptance.offers import send_offer
from tests.operators import Staff, add_staff

pytestmark = pytest.mark.usefixtures("database")


@pytest.fixture(scope="module")
def manager(database: None) -> Staff:
    return add_staff("manager")


@pytest.fixture(scope="module")
def ordered(manager: Staff) -> Acceptance:
    return accept(send_offer(payment_plan="split").token, "Ana Ng")


def month(context: Context) -> tuple[date, date]:
    today = today_of(context)
    return today - timedelta(days=30), today + timedelta(days=1)


def numbers(context: Context) -> list[object]:
    return [row[0] for row in report(context, *month(context)).table("placed").rows]


def test_a_report_counts_the_orders_of_every_customer_without_names_of_contacts(manager, ordered) -> None:
    with enter(manager.person, manager.operator) as context:
        document = report(context, *month(context))
        assert ordered.order_number in numbers(context)
    assert [section.key for section in document.sections] == ["orders", "revenue", "utilisation", "success"]
    assert "Ana Ng" not in repr(document)
    figures = [figure for section in document.sections for figure in section.figures]
    assert all(figure.definition and figure.sample and document.table(figure.table) for figure in figures)


def test_an_order_of_another_period_is_not_counted(manager, ordered) -> None:
    with enter(manager.person, manager.operator) as context:
        before = today_of(context) - timedelta(days=60)
        rows = report(context, before, before + timedelta(days=20)).table("placed").rows
        assert ordered.order_number not in [row[0] for row in rows]


def test_an_export_leaves_a_line_with_its_period(manager, ordered) -> None:
    with enter(manager.person, manager.operator) as context:
        file = export_report(context, *month(context), "csv", "placed")
        operator = context.tenant.id
    rows = list(csv.DictReader(io.StringIO(file.decode("utf-8-sig"))))
    assert ordered.order_number in [row["Order"] for row in rows]
    with TenantSession(operator, "", system=True) as session:
        query = "select facts from audit_line where action = 'export.report' order by seq desc limit 1"
        assert session.scalar(text(query))["form"] == "csv"


def test_a_report_is_made_by_managers_in_the_operator_for_a_period(manager, ordered) -> None:
    for role in ("sales", "specialist", "partner"):
        staff = add_staff(role)
        with enter(staff.person, staff.operator) as context, pytest.raises(NotAllowedError):
            report(context, *month(context))
    with enter(manager.person, ordered.customer_id) as context, pytest.raises(NotFoundError):
        report(context, *month(context))
    with enter(manager.person, manager.operator) as context:
        first, last = month(context)
        with pytest.raises(InvalidInputError, match="ends before"):
            report(context, last, first)
        with pytest.raises(InvalidInputError, match="no form"):
            export_report(context, first, last, "xlsx")
        assert export_report(context, first, last, "pdf").startswith(b"%PDF-")
