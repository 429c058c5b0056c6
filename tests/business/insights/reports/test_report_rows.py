"""The rows of a report are those of the customers that the person reaches, in the days of the period."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import select

from core.business.billing.tables import Instalment, Payment, PaymentPlan
from core.business.engagements.papers.tables import Escalation, Feedback
from core.business.engagements.sessions.tables import GuidedSession
from core.business.engagements.tables import Engagement, Milestone
from core.business.insights.reports.rows import ReportRows, read_rows
from core.business.insights.reports.views import report
from core.context import Context
from core.db.session import TenantSession
from core.kit.ids import new_id
from core.platform.access.actions import enter
from core.platform.access.portfolio import enter_portfolio
from core.platform.access.tables import TenantRecord
from tests.business.engagements.papers import make_order
from tests.operators import Staff, add_staff
from tests.staff import assign

FIRST, LAST, TODAY = date(2026, 3, 1), date(2026, 3, 31), date(2026, 4, 10)
NOON = datetime(2026, 3, 10, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)


class Books:
    """Writes rows of an order as the program does, each with what differs from a usual one."""

    def __init__(self, session: TenantSession, order_id: str) -> None:
        self.session, self.order_id = session, order_id
        self.plan = session.scalars(select(PaymentPlan).where(PaymentPlan.engagement_id == order_id)).one()
        self.instalment = session.scalars(select(Instalment).where(Instalment.plan_id == self.plan.id)).one()
        self.instalment.due_on = date(2026, 3, 5)

    def _row(self, **values: Any) -> dict[str, Any]:
        return {"tenant_id": self.session.tenant, "id": new_id(), "created_at": NOON} | values

    def pay(self, amount: str, on: date, kind: str = "payment") -> None:
        value = Decimal(amount)
        self.session.add(
            Payment(
                **self._row(plan_id=self.plan.id, instalment_id=self.instalment.id, group_id=new_id()),
                kind=kind,
                amount=value,
                currency="USD",
                paid_amount=value,
                paid_currency="USD",
                method="transfer",
                received_on=on,
                receipt_number=new_id()[-8:],
            )
        )

    def meet(self, starts_at: datetime, *, was_held: bool = True) -> None:
        self.session.add(
            GuidedSession(
                **self._row(engagement_id=self.order_id, specialist_id=new_id(), uid=new_id()),
                kind="mapping",
                state="held" if was_held else "cancelled",
                specialist_person_id=self.session.person,
                starts_at=starts_at,
                ends_at=starts_at + 3 * HOUR,
                zone="America/New_York",
                specialist_zone="UTC",
                sequence=0,
                agenda=[],
                held_at=starts_at if was_held else None,
                charged_minutes=0,
                updated_at=NOON,
            )
        )

    def answer(self, milestone: str, score: int | None, at: datetime, kind: str = "satisfaction") -> None:
        row = self._row(engagement_id=self.order_id, kind=kind, milestone=milestone)
        self.session.add(Feedback(**row, score=score, answered_at=None if score is None else at))

    def escalate(self, opened_at: datetime, closed_at: datetime | None) -> None:
        row = self._row(engagement_id=self.order_id, case_id=new_id()) | {"created_at": opened_at}
        self.session.add(
            Escalation(
                **row,
                level=1,
                reason=b"",
                pack=b"",
                person_id=self.session.person,
                respond_by=opened_at + 4 * HOUR,
                resolve_by=opened_at + 24 * HOUR,
                closed_at=closed_at,
                details={},
            )
        )

    def go_live(self, promised_on: date, reached_on: date) -> None:
        self.session.add(
            Milestone(
                **self._row(engagement_id=self.order_id, key="go_live", position=9, updated_at=NOON),
                promised_on=promised_on,
                reached_on=reached_on,
            )
        )


@pytest.fixture
def books(alice: Context) -> Iterator[Books]:
    """The books of an order of Alice's customer in New York, placed on 2 March and completed on 30 March."""
    order_id = make_order(alice)
    with TenantSession(alice.tenant.id, alice.person, system=True) as session:
        order = session.get_one(Engagement, (alice.tenant.id, order_id))
        order.ordered_at = order.approved_at = datetime(2026, 3, 2, 12, tzinfo=UTC)
        order.state, order.completed_at = "completed", datetime(2026, 3, 31, 2, tzinfo=UTC)
        yield Books(session, order_id)


@pytest.fixture
def manager(database: None) -> Staff:
    return add_staff("manager")


def rows_for(person: str, customer: str) -> ReportRows:
    """The rows that the person's report of March counts of a customer, by its name."""
    with enter_portfolio(person) as portfolio:
        rows = read_rows(portfolio, FIRST, LAST, TODAY, "UTC")

    def of_customer(group: Any) -> list[Any]:
        return [row for row in group if row.customer == customer]

    groups = (rows.orders, rows.payments, rows.overdue, rows.sessions, rows.answers, rows.levels)
    return ReportRows(*map(of_customer, groups))


@pytest.fixture
def customer(alice: Context, books: Books) -> str:
    """A name that no other customer has."""
    record = books.session.get_one(TenantRecord, alice.tenant.id)
    record.name = f"Grill {new_id()}"
    return record.name


def test_an_order_has_its_days_in_the_zone_of_the_customer(books, customer, manager) -> None:
    books.go_live(promised_on=date(2026, 3, 20), reached_on=date(2026, 3, 22))
    books.session.commit()
    [order] = rows_for(manager.person, customer).orders
    assert (order.ordered_on, order.approved_on, order.ended_on) == (
        date(2026, 3, 2),
        date(2026, 3, 2),
        date(2026, 3, 30),
    )
    assert (order.go_live_promised_on, order.went_live_on) == (date(2026, 3, 20), date(2026, 3, 22))
    assert (order.state, order.total, order.is_generated) == ("completed", Decimal(2000), False)


def test_payments_count_by_the_day_they_were_received_and_what_is_open_is_overdue(
    books, customer, manager
) -> None:
    for amount, on in (("10", date(2026, 2, 28)), ("100", FIRST), ("200", LAST), ("1000", date(2026, 4, 1))):
        books.pay(amount, on)
    books.pay("50", date(2026, 3, 15), kind="refund")
    books.session.commit()
    rows = rows_for(manager.person, customer)
    assert [row.signed for row in rows.payments] == [Decimal(100), Decimal(-50), Decimal(200)]
    [overdue] = rows.overdue
    assert (overdue.due_on, overdue.open_amount) == (date(2026, 3, 5), Decimal(2000 - 1310 + 50))


def test_what_is_paid_or_not_due_yet_is_not_overdue(books, customer, manager) -> None:
    books.pay("2000", date(2026, 4, 2))
    books.session.commit()
    assert rows_for(manager.person, customer).overdue == []


def test_sessions_answers_and_escalations_count_in_their_period(books, customer, manager) -> None:
    books.meet(datetime(2026, 3, 1, 4, tzinfo=UTC))  # still February in New York
    books.meet(datetime(2026, 4, 1, 3, tzinfo=UTC))  # still March there
    books.meet(NOON, was_held=False)
    books.answer("kickoff", 4, NOON)
    books.answer("go_live", None, NOON)
    books.answer("closure", 9, datetime(2026, 4, 2, tzinfo=UTC), "nps")
    books.escalate(NOON, NOON + HOUR)
    books.escalate(datetime(2026, 2, 20, tzinfo=UTC), None)
    books.session.commit()
    rows = rows_for(manager.person, customer)
    assert [(row.starts_on, row.was_held, row.minutes) for row in rows.sessions] == [
        (date(2026, 3, 10), False, 180),
        (date(2026, 3, 31), True, 180),
    ]
    assert [(row.milestone, row.score) for row in rows.answers] == [("kickoff", 4)]
    assert [(row.opened_at, row.closed_at) for row in rows.levels] == [(NOON, NOON + HOUR)]


def test_rows_of_customers_that_a_person_does_not_reach_are_not_read(books, customer, alice) -> None:
    books.pay("100", NOON.date())
    books.session.commit()
    specialist = add_staff("specialist").person
    assert rows_for(specialist, customer).orders == []
    assign(alice.tenant.id, specialist)
    assert len(rows_for(specialist, customer).payments) == 1


def test_the_report_adds_up_what_its_tables_list(books, customer, manager) -> None:
    books.pay("100", NOON.date())
    books.pay("40", NOON.date() + timedelta(days=1), kind="refund")
    books.session.commit()
    with enter(manager.person, manager.operator) as context:
        document = report(context, FIRST, LAST)
    payments = [row for row in document.table("payments").rows if row[2] == customer]
    assert [row[5] for row in payments] == [Decimal("100.00"), Decimal("-40.00")]
    assert [row[3] for row in document.table("ended").rows if row[1] == customer] == ["completed"]
    assert not [row for row in document.table("active").rows if row[1] == customer]
