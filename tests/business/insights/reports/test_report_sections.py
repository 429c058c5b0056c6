"""Figures of reports against rows counted by hand, and their files read back."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.business.insights.delivery.rules import PaymentRow
from core.business.insights.reports.files import PRINTED_ROWS, period_text, report_csv, report_pdf
from core.business.insights.reports.orders import orders_section
from core.business.insights.reports.periods import PERIODS, days_of
from core.business.insights.reports.revenue import revenue_section
from core.business.insights.reports.rows import AnswerRow, LevelRow, OrderLife, OverdueRow, SessionRow
from core.business.insights.reports.sessions import utilisation_section
from core.business.insights.reports.shapes import (
    Report,
    ReportSection,
    check_days,
    sample_text,
    share_text,
)
from core.business.insights.reports.success import success_section
from core.business.specialists.utilisation.rules import TeamUtilisation, Utilisation
from core.errors import InvalidInputError

FIRST, LAST = date(2026, 11, 1), date(2026, 11, 30)
NOW = datetime(2026, 11, 28, 12, tzinfo=UTC)


def order(ordered_on: date, **changes: object) -> OrderLife:
    base = OrderLife(
        *("Harbor Grill", "OC-0001", "approved", "professional", Decimal(2000), "USD"),
        ordered_on,
        *(None, None, None, None),
        is_generated=False,
    )
    return replace(base, **changes)


def payment(amount: str, kind: str = "payment", currency: str = "USD") -> PaymentRow:
    return PaymentRow(
        *("c", "Harbor Grill", "e", "OC-0001", kind, Decimal(amount), currency, FIRST, "R-0001"),
        is_generated=False,
    )


def answer(kind: str, score: int) -> AnswerRow:
    return AnswerRow("Harbor Grill", "OC-0001", kind, "kickoff", score, FIRST, is_generated=False)


def figures_of(section: ReportSection) -> dict[str, tuple[str, str]]:
    return {figure.key: (figure.value, figure.sample) for figure in section.figures}


def table_of(section: ReportSection, key: str) -> list:
    return next(list(table.rows) for table in section.tables if table.key == key)


def success(
    orders: Sequence[OrderLife], answers: Sequence[AnswerRow] = (), levels: Sequence[LevelRow] = ()
) -> ReportSection:
    return success_section(orders, answers, levels, FIRST, LAST, NOW)


def test_orders_are_placed_in_the_period_and_active_at_its_end() -> None:
    early, inside = date(2026, 10, 1), date(2026, 11, 5)
    orders = [
        order(early, approved_on=early),
        order(early, approved_on=early, state="completed", ended_on=date(2026, 11, 30)),
        order(early, approved_on=early, state="completed", ended_on=date(2026, 12, 1)),
        order(inside),
        order(inside, approved_on=LAST, state="on_hold"),
        order(inside, state="cancelled", ended_on=inside),
        order(inside, approved_on=date(2026, 12, 2)),
    ]
    section = orders_section(orders, FIRST, LAST)
    assert figures_of(section) == {
        "placed": ("4", "n = 4"),
        "value": ("$8,000.00", "n = 4"),
        "average": ("–", "4 of 5 orders needed"),
        "active": ("3", "n = 3"),
    }
    assert (len(table_of(section, "placed")), len(table_of(section, "active"))) == (4, 3)


def test_orders_of_two_currencies_are_neither_added_nor_averaged_together() -> None:
    orders = [order(FIRST) for _ in range(5)] + [order(FIRST, currency="EUR", total=Decimal(900))]
    figures = figures_of(orders_section(orders, FIRST, LAST))
    assert figures["value"][0] == "€900.00, $10,000.00"
    assert figures["average"] == ("$2,000.00", "n = 5")


def test_revenue_is_what_was_received_less_refunds_and_overdue_stands_beside_it() -> None:
    payments = [payment("1000"), payment("500.50"), payment("200", "refund"), payment("70", currency="EUR")]
    overdue = [OverdueRow("Harbor Grill", "OC-0001", 2, FIRST, Decimal("333.33"), "USD", is_generated=False)]
    section = revenue_section(payments, overdue)
    assert figures_of(section) == {
        "revenue": ("€70.00, $1,300.50", "n = 4"),
        "received": ("€70.00, $1,500.50", "n = 4"),
        "refunds": ("$200.00", "n = 1"),
        "overdue": ("$333.33", "n = 1"),
    }
    assert sum(row[5] for row in table_of(section, "payments") if row[6] == "USD") == Decimal("1300.50")


def test_only_sessions_that_were_held_count_with_their_hours() -> None:
    session = SessionRow(
        *("Harbor Grill", "OC-0001", "mapping", "held", "Bob", FIRST, 180), was_held=True, is_generated=False
    )
    moved = replace(session, was_held=False, state="cancelled")
    bob = Utilisation("s", "Bob", Decimal(87), Decimal(100), Decimal(8), 2)
    section = utilisation_section(
        TeamUtilisation(FIRST, LAST, [bob]), [session, replace(session, minutes=125), moved]
    )
    assert figures_of(section) == {
        "utilisation": ("87%", "1 specialist, 87 of 100 h"),
        "held": ("2", "n = 2"),
        "hours": ("5.1", "n = 2"),
    }
    assert len(table_of(section, "sessions")) == 3


def test_success_counts_orders_that_ended_after_their_approval() -> None:
    finished = order(FIRST, approved_on=FIRST, ended_on=LAST)
    orders = [
        *[replace(finished, state="completed")] * 24,
        replace(finished, state="cancelled"),
        replace(finished, state="cancelled", approved_on=None),
        replace(finished, state="completed", ended_on=date(2026, 12, 1)),
    ]
    assert figures_of(success(orders))["success"] == ("96%", "n = 25")
    assert figures_of(success(orders[:4]))["success"] == ("–", "4 of 5 ended orders needed")


def test_a_go_live_is_on_time_by_the_day_that_was_promised() -> None:
    live = order(FIRST, went_live_on=LAST, go_live_promised_on=LAST)
    late = replace(live, go_live_promised_on=LAST - timedelta(days=1))
    without_promise = replace(live, go_live_promised_on=None)
    section = success([live, live, live, live, late, late, without_promise])
    assert figures_of(section)["on_time"] == ("66.7%", "n = 6")
    assert len(table_of(section, "live")) == 6


def test_satisfaction_and_nps_need_five_answers_each() -> None:
    answers = [*[answer("satisfaction", score) for score in (5, 5, 4, 4, 4)], *[answer("nps", 9)] * 4]
    figures = figures_of(success([], answers))
    assert figures["satisfaction"] == ("4.4", "5 answers")
    assert figures["nps"] == ("–", "4 of 5 answers needed")


def test_escalations_in_time_leave_out_those_that_still_have_time() -> None:
    level = LevelRow("Harbor Grill", "OC-0001", 1, NOW, NOW + timedelta(hours=1), None)
    in_time = replace(level, closed_at=NOW + timedelta(minutes=59))
    late = replace(level, closed_at=NOW + timedelta(hours=2))
    past = replace(level, resolve_by=NOW - timedelta(hours=1))
    assert figures_of(success([], [], [level, in_time, in_time, in_time, late, past]))["escalations"] == (
        "60%",
        "n = 5",
    )


@given(st.integers(0, 500), st.integers(0, 500))
def test_a_share_is_within_the_whole_and_missing_below_the_minimum(part: int, more: int) -> None:
    size = part + more
    text = share_text(part, size)
    if size < 5:
        assert text == "–"
        assert sample_text(size, "orders") == f"{size} of 5 orders needed"
    else:
        assert abs(Decimal(text.removesuffix("%")) - Decimal(100 * part) / size) <= Decimal("0.05")


@pytest.mark.parametrize(
    ("period", "first", "last"),
    [
        ("this_month", date(2026, 11, 1), date(2026, 11, 28)),
        ("last_month", date(2026, 10, 1), date(2026, 10, 31)),
        ("quarter", date(2026, 10, 1), date(2026, 11, 28)),
        ("last_90", date(2026, 8, 31), date(2026, 11, 28)),
        ("year", date(2026, 1, 1), date(2026, 11, 28)),
    ],
)
def test_a_named_period_has_its_days(period: str, first: date, last: date) -> None:
    assert days_of(period, date(2026, 11, 28)) == (first, last)


@given(st.dates(date(2000, 1, 1), date(2100, 1, 1)), st.sampled_from(sorted(PERIODS)))
def test_every_named_period_can_be_reported_on_any_day(today: date, period: str) -> None:
    first, last = days_of(period, today)
    check_days(first, last)
    assert first <= last <= today


def test_a_period_has_an_order_and_a_limit() -> None:
    check_days(FIRST, FIRST)
    with pytest.raises(InvalidInputError, match="ends before"):
        check_days(LAST, FIRST)
    with pytest.raises(InvalidInputError, match="too long"):
        check_days(FIRST, FIRST + timedelta(days=400))


@pytest.fixture
def full_report() -> Report:
    orders = [order(FIRST, customer='=Évil "Grill"', number=f"OC-{number:04d}") for number in range(80)]
    sections = [
        orders_section(orders, FIRST, LAST),
        revenue_section([payment("1000")], []),
        utilisation_section(TeamUtilisation(FIRST, LAST, []), []),
        success([]),
    ]
    return Report(FIRST, LAST, NOW, sections)


def test_the_csv_has_every_figure_with_period_and_definition_or_every_row(full_report: Report) -> None:
    rows = list(csv.DictReader(io.StringIO(report_csv(full_report).decode("utf-8-sig"))))
    assert len(rows) == sum(len(section.figures) for section in full_report.sections)
    assert {(row["From"], row["To"]) for row in rows} == {("2026-11-01", "2026-11-30")}
    assert all(row["Definition"] and row["Sample"] for row in rows)
    placed = list(csv.DictReader(io.StringIO(report_csv(full_report, "placed").decode("utf-8-sig"))))
    assert (len(placed), placed[0]["Customer"], placed[0]["Total"]) == (80, '\'=Évil "Grill"', "2000.00")
    with pytest.raises(InvalidInputError, match="no table"):
        report_csv(full_report, "nothing")


def test_the_pdf_is_made_of_long_and_of_empty_reports(full_report: Report) -> None:
    assert len(full_report.sections[0].tables[0].rows) > PRINTED_ROWS
    pdf = report_pdf(full_report, "AuraConnect", "Africa/Harare", is_demo=True)
    assert pdf.startswith(b"%PDF-")
    assert pdf == report_pdf(full_report, "AuraConnect", "Africa/Harare", is_demo=True)
    empty = Report(FIRST, LAST, NOW, [orders_section([], FIRST, LAST), revenue_section([], []), success([])])
    assert report_pdf(empty, "AuraConnect", "UTC", is_demo=False).startswith(b"%PDF-")
    assert period_text(FIRST, LAST) == "1 Nov 2026 to 30 Nov 2026"
