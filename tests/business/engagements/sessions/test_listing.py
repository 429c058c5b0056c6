"""Sessions across customers: a person sees those of the customers they reach, and no word of anybody."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from core.business.engagements.sessions.actions import book_session, cancel_session
from core.business.engagements.sessions.listing import SessionFilter, sessions_between
from core.business.specialists.availability.intervals import Interval
from core.context import Context
from core.errors import InvalidInputError
from core.platform.access.portfolio import enter_portfolio
from tests.business.engagements.sessions.office import MORNING, NOW, open_office
from tests.operators import add_staff, operator
from tests.staff import assign, end_assignments

WEEK = Interval(NOW, NOW + timedelta(days=7))


def listed(person: str, selection: SessionFilter | None = None, period: Interval = WEEK) -> list[str]:
    with enter_portfolio(person) as portfolio:
        return [row.id for row in sessions_between(portfolio, period, selection)]


def test_a_specialist_sees_the_sessions_of_a_customer_while_the_assignment_lasts(alice: Context) -> None:
    manager, specialist = replace(alice, now=NOW), add_staff("specialist").person
    assign(alice.tenant.id, specialist)
    office = open_office(manager, specialist)
    session_id = book_session(manager, office.order, "discovery", office.specialist, MORNING)
    assert listed(specialist) == [session_id]
    assert listed(add_staff("specialist").person) == []
    end_assignments(alice.tenant.id, specialist)
    assert listed(specialist) == []


def test_sessions_are_filtered_by_kind_state_specialist_and_customer(
    alice: Context, people: dict[str, str]
) -> None:
    operator()
    manager = replace(alice, now=NOW)
    office = open_office(manager, people["bob"], package="enterprise")
    first = book_session(manager, office.order, "discovery", office.specialist, MORNING)
    second = book_session(manager, office.order, "testing", office.specialist, MORNING + timedelta(days=1))
    cancel_session(manager, second, "Not ready")
    boss, slug = add_staff("manager").person, alice.tenant.slug
    here = SessionFilter(customer=slug)
    assert listed(boss, here) == [first, second]
    assert listed(boss, replace(here, kind="testing")) == [second]
    assert listed(boss, replace(here, state="booked")) == [first]
    assert listed(boss, replace(here, person=people["bob"])) == [first, second]
    assert listed(boss, replace(here, person=boss)) == []
    assert listed(boss, here, Interval(NOW, MORNING)) == []
    with enter_portfolio(boss) as portfolio:
        row = sessions_between(portfolio, WEEK, here)[0]
    assert (row.title, row.state_text, row.order, row.customer_zone) == (
        "Discovery",
        "Booked",
        "OC-0007",
        "America/New_York",
    )


@pytest.mark.usefixtures("database")
def test_years_at_once_are_refused() -> None:
    with pytest.raises(InvalidInputError):
        listed(add_staff("manager").person, period=Interval(NOW, NOW + timedelta(days=500)))
