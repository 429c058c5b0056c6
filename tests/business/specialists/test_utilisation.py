"""Utilisation over what the tables hold: sessions, absences, hours and days of employment of each specialist."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

from core.business.specialists.tables import Specialist
from core.business.specialists.utilisation.rules import Utilisation
from core.business.specialists.utilisation.views import utilisation, week_of
from core.context import Context
from core.db.session import TenantSession
from core.errors import InvalidInputError, NotFoundError
from core.platform.access.actions import enter
from tests.business.engagements.team.desk import add_specialist, book
from tests.staff import add_staff, operator

MONDAY = date(2027, 3, 8)
SUNDAY = MONDAY + timedelta(days=6)


@pytest.fixture
def head(tenants: dict[str, str]):
    with enter(add_staff("manager"), operator()) as context:
        yield context


def of(context: Context, specialist: str, first: date = MONDAY, last: date = SUNDAY) -> list[Utilisation]:
    people = utilisation(context, first, last).people
    return [person for person in people if person.specialist_id == specialist]


def at(day: date, hour: int) -> datetime:
    return datetime(day.year, day.month, day.day, hour, tzinfo=UTC)


def test_a_week_is_measured_from_sessions_and_hours_in_the_specialists_zone(head: Context) -> None:
    _, specialist = add_specialist(zone="America/New_York")
    book(specialist, at(MONDAY, 15), 10)
    book(specialist, at(MONDAY, 15), 10, is_cancelled=True)
    book(specialist, at(MONDAY - timedelta(days=1), 12), 2)
    book(specialist, at(SUNDAY, 23), 6)  # midnight in New York is 04:00 UTC
    [person] = of(head, specialist)
    assert (person.booked_hours, person.available, person.sessions) == (15, 40, 2)
    assert person.percent == Decimal("37.5")


def test_days_before_the_first_and_after_the_last_day_of_work_do_not_count(head: Context) -> None:
    person_id, specialist = add_specialist()
    with TenantSession(operator(), person_id, system=True) as session:
        row = session.get_one(Specialist, (operator(), specialist))
        row.started_on, row.ended_on = MONDAY + timedelta(days=1), MONDAY + timedelta(days=2)
        session.commit()
    [person] = of(head, specialist)
    assert person.available == 16
    assert of(head, specialist, MONDAY - timedelta(days=7), MONDAY) == []


def test_the_team_is_all_people_and_the_period_is_checked(head: Context, tenants: dict[str, str]) -> None:
    for hours in (30, 10):
        _, specialist = add_specialist()
        book(specialist, at(MONDAY, 12), hours)
    team = utilisation(head, MONDAY, SUNDAY)
    assert team.booked_hours == sum(person.booked_hours for person in team.people) >= 40
    assert team.available == sum(person.available for person in team.people)
    for first, last in ((SUNDAY, MONDAY), (MONDAY, MONDAY + timedelta(days=400))):
        with pytest.raises(InvalidInputError):
            utilisation(head, first, last)
    with enter(head.person, tenants["bella"]) as customer, pytest.raises(NotFoundError):
        utilisation(customer, MONDAY, SUNDAY)
    monday, sunday = week_of(head)
    assert monday.weekday() == 0
    assert (sunday - monday).days == 6
