"""Candidates are compared by what the tables hold: hours, sessions, absences, orders led now and completed."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

from core.business.engagements.team.actions import assign_lead
from core.business.engagements.team.effort import planned_hours
from core.business.engagements.team.members import end_team
from core.business.engagements.team.ranking import Candidate, Verdict
from core.business.engagements.team.views import candidates
from core.business.engagements.team.workload import Effort
from core.business.specialists.tables import Absence
from core.context import Context
from core.db.session import TenantSession
from core.kit.ids import new_id
from tests.business.engagements.team.desk import add_order, add_specialist, book, set_state
from tests.staff import operator

TODAY = date(2026, 11, 28)


def candidate(context: Context, order: str, person: str) -> Candidate:
    [row] = [row for row in candidates(context, order).candidates if row.profile.person_id == person]
    return row


def test_a_candidate_is_compared_with_what_the_order_and_the_customer_need(manager: Context) -> None:
    order = add_order(manager.tenant.id)
    near, _ = add_specialist(zone="America/New_York")
    far, _ = add_specialist(zone="Asia/Tokyo")
    row = candidates(manager, order)
    assert (row.number, row.customer, row.demand.source_title) == ("OC-0007", "Bella", "Toast")
    ranks = [row.profile.person_id for row in row.candidates]
    assert ranks.index(near) < ranks.index(far)
    assert candidate(manager, order, near).profile.overlap == 8
    assert candidate(manager, order, far).verdict is Verdict.POSSIBLE


def test_sessions_of_the_coming_weeks_count_once_and_cancelled_ones_do_not(manager: Context) -> None:
    order = add_order(manager.tenant.id)
    person, specialist = add_specialist()
    before = candidate(manager, order, person).profile
    soon = manager.now + timedelta(days=3)
    book(specialist, soon, 4)
    book(specialist, soon + timedelta(hours=2), 4)
    book(specialist, soon, 40, is_cancelled=True)
    book(specialist, manager.now + timedelta(weeks=5), 40)
    after = candidate(manager, order, person).profile
    assert (before.busy_hours, after.busy_hours) == (0, 6)
    assert after.open_hours == before.open_hours == 160


def test_absences_take_hours_away_and_one_over_go_live_is_named(manager: Context) -> None:
    order = add_order(manager.tenant.id, days=10)
    person, specialist = add_specialist()
    starts_at = manager.now + timedelta(days=9)
    with TenantSession(operator(), person, system=True) as session:
        session.add(
            Absence(
                tenant_id=operator(),
                id=new_id(),
                created_at=manager.now,
                specialist_id=specialist,
                kind="leave",
                starts_at=starts_at,
                ends_at=starts_at + timedelta(days=14),
                person_id=person,
            )
        )
        session.commit()
    row = candidate(manager, order, person)
    assert row.profile.open_hours == 80
    assert row.verdict is Verdict.POSSIBLE
    assert [text for text in row.missing if text.startswith("Away at go-live")]


def test_orders_that_are_led_take_hours_and_completed_ones_are_past_work(
    manager: Context, tenants: dict[str, str]
) -> None:
    tenant = manager.tenant.id
    person, _ = add_specialist()
    order = add_order(tenant)
    led = add_order(tenant, days=14)
    assign_lead(manager, led, person)
    row = candidate(manager, order, person).profile
    assert (row.busy_hours, row.past_orders) == (16, 0)
    set_state(tenant, led, "completed")
    end_team(manager.session, led, manager.now)
    manager.session.commit()
    row = candidate(manager, order, person).profile
    assert (row.busy_hours, row.past_orders) == (0, 1)
    assert candidate(manager, add_order(tenant, source="square"), person).profile.past_orders == 0


def test_who_is_overbooked_is_not_now_and_stands_under_who_is_free(manager: Context) -> None:
    order = add_order(manager.tenant.id)
    free, _ = add_specialist(zone="Europe/Lisbon")
    person, specialist = add_specialist()
    book(specialist, manager.now + timedelta(hours=1), 161)
    row = candidate(manager, order, person)
    assert (row.verdict, row.is_certified, row.reserve_refusal) == (Verdict.NOT_NOW, True, "")
    ranks = [row.profile.person_id for row in candidates(manager, order).candidates]
    assert ranks.index(free) < ranks.index(person)


def test_work_is_spread_over_the_weeks_before_go_live() -> None:
    effort = Effort(hours=Decimal(16), weeks=2)

    def hours(days: int | None) -> Decimal:
        return planned_hours(effort, TODAY + timedelta(days=days) if days is not None else None, TODAY, 4)

    assert (hours(14), hours(7), hours(28), hours(None)) == (16, 8, 16, 16)
    assert (hours(35), hours(42), hours(0), hours(-9)) == (8, 0, 8, 8)
    assert planned_hours(None, None, TODAY, 4) == 0
