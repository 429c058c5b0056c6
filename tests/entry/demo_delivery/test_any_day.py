"""The demo has its figures, and its specialist a working day, at whatever moment it is loaded."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import text

from core.business.insights.delivery.rules import FigureKey
from core.business.insights.delivery.views import booked_hours, delivery_figures
from core.business.insights.delivery.waiting import WaitingKind, waiting
from core.business.specialists.roster.views import roster
from core.entry.demo import OPERATOR
from core.entry.demo_delivery.loading import seed_delivery
from core.entry.demo_delivery.roster import seed_roster, seed_roster_people
from core.kit import clock
from core.platform.access.actions import enter
from core.platform.access.portfolio import enter_portfolio

pytestmark = pytest.mark.usefixtures("database")

MOMENTS = [
    datetime(2026, 11, 30, 3, 30, tzinfo=UTC),  # the day in New York is the one before
    datetime(2028, 2, 29, 15, 0, tzinfo=UTC),
    datetime(2027, 3, 14, 6, 59, tzinfo=UTC),  # a minute before the clocks change
    datetime(2027, 12, 31, 23, 30, tzinfo=UTC),
]


@pytest.fixture(autouse=True)
def emptied(people: dict[str, str]) -> Iterator[None]:
    """Remove roster and history of another day from the operator, before and after."""
    seed_roster_people()
    _empty(people["alice"])
    yield
    _empty(people["alice"])


def _empty(person: str) -> None:
    with enter(person, OPERATOR) as context:
        context.session.execute(text("select empty_demo()"))
        context.session.commit()


@pytest.mark.parametrize("moment", MOMENTS, ids=[f"{moment:%Y-%m-%d_%H%M}" for moment in MOMENTS])
def test_the_four_figures_and_the_day_of_the_specialist(people: dict[str, str], moment: datetime) -> None:
    with clock.frozen(moment), enter(people["alice"], OPERATOR) as context:
        seed_roster(context)
        context.session.commit()
        seed_delivery(context, again=True)
        today = moment.astimezone(ZoneInfo(context.tenant.zone)).date()
        with enter_portfolio(people["alice"]) as portfolio:
            figures = {figure.key: figure for figure in delivery_figures(portfolio, today)}
        assert figures[FigureKey.ACTIVE].value == 24
        assert figures[FigureKey.REVENUE].amounts == {"USD": Decimal("156000.00")}
        assert figures[FigureKey.SUCCESS].value == Decimal("96.0")
        booked_share = booked_hours(context, today)[0].value
        assert booked_share is not None
        assert round(booked_share) == 87
        ahead = {row.person_id: row.booked_hours for row in roster(context)}
        assert ahead[people["bob"]] >= 8
        assert sum(hours >= 2 for hours in ahead.values()) >= 6
        with enter_portfolio(people["alice"]) as portfolio:
            work = portfolio.session.execute(_WORK, {"person": people["bob"], "now": moment}).one()
        assert work.sessions >= 3
        assert (work.tasks, work.first_due) == (5, today - timedelta(days=1))


_WORK = text(
    """select (select count(*) from portfolio_session where specialist_person_id = cast(:person as uuid)
      and state = 'booked' and starts_at between :now and cast(:now as timestamptz) + interval '7 days') as sessions,
    count(*) filter (where state = 'open') as tasks, min(due_on) as first_due
    from portfolio_task where owner_id = cast(:person as uuid)"""
)


def test_whoever_shows_the_demo_as_a_specialist_sees_a_working_day(people: dict[str, str]) -> None:
    with enter(people["alice"], OPERATOR) as context:
        seed_roster(context)
        context.session.commit()
        seed_delivery(context, again=True)
        today = context.now.astimezone(ZoneInfo(context.tenant.zone)).date()
    with enter_portfolio(people["bob"]) as portfolio:
        rows = [row for row in waiting(portfolio) if row.is_generated]
    kinds = Counter(row.kind for row in rows)
    assert kinds[WaitingKind.SESSION] >= 3
    tasks = [row.on for row in rows if row.kind == WaitingKind.TASK]
    assert len(tasks) == 5
    assert sum(day < today for day in tasks) == 1
