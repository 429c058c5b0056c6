"""The generated sales history stands in the demo's operator, once, and nowhere else."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from sqlalchemy import func, select, text

from core.business.sales.prospects.views import prospect
from core.business.sales.quotes.roi_check import roi_faults
from core.business.sales.roi.results_json import results_to_json
from core.business.sales.roi.rules import compute
from core.business.sales.roi.views import saved_case
from core.business.sales.tables import FinishedMigration, Prospect, Quote, RoiCase
from core.entry.demo_history import seed_history
from core.errors import NotFoundError
from core.platform.access.actions import enter
from core.platform.access.audit_log import AuditFilter, audit_count
from tests.operators import add_staff, operator

ANCHOR = date(2026, 11, 28)
TABLES = (Prospect, Quote, FinishedMigration)


def _counts(context) -> list[int]:
    return [context.session.scalar(select(func.count()).select_from(table)) or 0 for table in TABLES]


@pytest.fixture
def manager(people):
    """A manager of the demo's operator, whose history is empty."""
    staff = add_staff("manager", is_demo=True)
    with enter(staff.person, staff.operator) as context:
        context.session.execute(text("select empty_demo()"))
        context.session.commit()
        yield context
        context.session.execute(text("select empty_demo()"))
        context.session.commit()


def test_the_history_is_written_whole(manager):
    assert seed_history(manager, ANCHOR) > 500
    assert _counts(manager) == [60, 40, 30]
    assert manager.session.scalar(select(func.bool_and(FinishedMigration.is_generated)))
    assert audit_count(manager, AuditFilter(action="demo.reset")) >= 1


def test_contacts_are_read_by_the_sales_desk_and_lines_sum_to_the_total(manager):
    seed_history(manager, ANCHOR)
    rows = {row.name: row for row in manager.session.scalars(select(Prospect))}
    details = prospect(manager, rows["Bella's Italian Kitchen"].id)
    assert details.contact.email.endswith(("@example.com", "@example.org"))
    assert details.answers["locations"] == "1"
    for quote in manager.session.scalars(select(Quote)):
        assert sum(Decimal(line["amount"]) for line in quote.lines) == quote.total
    bella = manager.session.scalars(
        select(Quote).where(Quote.prospect_id == rows["Bella's Italian Kitchen"].id)
    )
    assert [quote.subtotal for quote in bella] == [2000]


def test_roi_cases_are_computed_by_the_rules_of_roi(manager):
    seed_history(manager, ANCHOR)
    cases = list(manager.session.scalars(select(RoiCase)))
    assert len(cases) > 20
    for row in cases:
        details = saved_case(manager, row.prospect_id, row.version)
        assert row.results == results_to_json(compute(details.case))
        assert details.case.inputs["consultant_per_location"].source == "customer"
    with_case = list(manager.session.scalars(select(Quote).where(Quote.roi_case_id.is_not(None))))
    assert {quote.roi_case_id for quote in with_case} <= {row.id for row in cases}


def test_every_quote_of_the_history_agrees_with_its_roi(manager):
    seed_history(manager, ANCHOR)
    with_case = list(manager.session.scalars(select(Quote).where(Quote.roi_case_id.is_not(None))))
    assert len(with_case) > 10
    for quote in with_case:
        case = manager.session.get_one(RoiCase, (quote.tenant_id, quote.roi_case_id))
        [package] = [line["amount"] for line in case.results["lines"] if line["key"] == "package"]
        assert Decimal(package) == quote.total
        assert roi_faults(manager, quote.id) == []


def test_a_second_history_adds_and_replaces_nothing(manager):
    seed_history(manager, ANCHOR)
    prospect = manager.session.scalars(select(Prospect).order_by(Prospect.created_at)).first()
    prospect.next_step = "Edited by hand"
    manager.session.commit()
    assert seed_history(manager, ANCHOR) == 0
    assert _counts(manager) == [60, 40, 30]
    manager.session.expire_all()
    assert prospect.next_step == "Edited by hand"


def test_nothing_of_the_history_is_seen_in_the_operator_of_the_installation(manager):
    query = select(func.count()).select_from(FinishedMigration).where(FinishedMigration.is_generated)
    with enter(add_staff("manager").person, operator()[1]) as context:
        before = context.session.scalar(query)  # those of other tests
    seed_history(manager, ANCHOR)
    for role in ("sales", "manager", "admin"):
        staff = add_staff(role)
        with enter(staff.person, staff.operator) as context:
            assert not context.tenant.is_demo
            names = set(context.session.scalars(select(Prospect.name)))
            assert "Bella's Italian Kitchen" not in names
            assert context.session.scalar(query) == before


def test_the_history_is_refused_in_the_operator_of_the_installation_and_in_every_customer(alice):
    staff = add_staff("manager")
    with enter(staff.person, operator()[1]) as context, pytest.raises(NotFoundError):
        seed_history(context, ANCHOR)
    with pytest.raises(NotFoundError):
        seed_history(alice, ANCHOR)
