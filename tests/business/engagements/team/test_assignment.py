"""Teams of orders: assigned with access and word to everybody, refused in words, replaced, taken over and ended."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from core.business.engagements.tables import EngagementEvent, TeamMember
from core.business.engagements.team.actions import (
    assign_lead,
    assign_reserve,
    assign_reviewer,
    end_member,
    take_over_lead,
)
from core.business.engagements.team.members import end_team
from core.business.engagements.team.views import candidates, team_of
from core.business.engagements.views import orders
from core.context import Context
from core.db.migrate import all_metadata
from core.db.session import TenantSession
from core.errors import AppError, ConflictError, NotAllowedError, NotFoundError
from core.kit import clock
from core.platform.access.actions import enter
from core.platform.access.customers.actions import assign
from core.platform.access.tables import Assignment
from core.platform.audit.tables import AuditLine
from core.platform.events.tables import Notification
from tests.business.engagements.team.desk import add_order, add_specialist, set_state
from tests.staff import add_contact, operator


def reaches(person: str, tenant: str) -> bool:
    try:
        with enter(person, tenant) as context:
            return bool(context.role)
    except NotFoundError:
        return False


def kinds_for(person: str) -> list[str]:
    with TenantSession("", person) as session:
        return sorted(session.scalars(select(Notification.kind).where(Notification.person_id == person)))


def rows_of(tenant: str, table: type) -> list[object]:
    with TenantSession(tenant, "", system=True) as session:
        return list(session.scalars(select(table).where(table.tenant_id == tenant)))


def test_a_lead_gets_access_everybody_is_told_and_history_and_log_name_the_change(manager: Context) -> None:
    tenant = manager.tenant.id
    order, contact = add_order(tenant), add_contact(tenant)
    person, _ = add_specialist()
    assert not reaches(person, tenant)
    assign_lead(manager, order, person)
    assert reaches(person, tenant)
    assert kinds_for(person) == ["order_assigned"]
    assert kinds_for(contact) == ["order_team"]
    [event] = rows_of(tenant, EngagementEvent)
    assert event.details == {"change": "assigned", "role": "lead", "person": person}
    assert event.person_id == manager.person
    verbs = [line.action for line in rows_of(tenant, AuditLine)]
    assert verbs.count("order.assign") == verbs.count("assignment.create") == 1
    [member] = team_of(manager, order)
    assert (member.role, member.person_id, member.ends_at) == ("lead", person, None)
    assert member.reasons[0].startswith("Toast Professional until")


@pytest.mark.parametrize(
    ("package", "certificates", "words"),
    [
        ("professional", [], "No certificate Toast Professional"),
        ("professional", [("square", "master", 90)], "No certificate Toast Professional"),
        ("professional", [("toast", "associate", 90)], "Toast Associate only, Toast Professional is needed"),
        ("professional", [("toast", "master", -2)], "Toast Master expired on"),
        ("enterprise", [("toast", "master", 90)], "No certificate Enterprise Master"),
    ],
)
def test_who_is_not_certified_is_refused_in_words_and_nothing_is_written(
    manager: Context, package: str, certificates: list[tuple[str, str, int]], words: str
) -> None:
    order = add_order(manager.tenant.id, package=package)
    person, _ = add_specialist(certificates)
    for verb in (assign_lead, assign_reserve, assign_reviewer):
        with pytest.raises(ConflictError, match=words):
            verb(manager, order, person)
    assert rows_of(manager.tenant.id, TeamMember) == []
    assert not reaches(person, manager.tenant.id)
    assert kinds_for(person) == []


def test_every_source_and_enterprise_have_somebody_who_can_be_assigned(manager: Context) -> None:
    levels = [(name, "master", 300) for name in ("toast", "square", "clover", "enterprise")]
    person, _ = add_specialist(levels)
    for source in ("toast", "square", "clover", "csv"):
        for package in ("starter", "professional", "enterprise"):
            order = add_order(manager.tenant.id, source=source, package=package, days=400)
            assign_lead(manager, order, person)


@pytest.mark.parametrize("state", ["pending", "completed", "cancelled"])
def test_an_order_that_is_not_approved_or_over_gets_no_team(manager: Context, state: str) -> None:
    order = add_order(manager.tenant.id, state=state)
    person, _ = add_specialist()
    with pytest.raises(ConflictError, match="waits for approval" if state == "pending" else state):
        assign_lead(manager, order, person)
    assert not reaches(person, manager.tenant.id)


def test_another_lead_ends_the_access_of_the_earlier_one(manager: Context) -> None:
    tenant = manager.tenant.id
    order = add_order(tenant)
    (first, _), (second, _) = add_specialist(), add_specialist()
    assign_lead(manager, order, first)
    assign_lead(manager, order, second)
    assert not reaches(first, tenant)
    assert reaches(second, tenant)
    assert [(m.person_id, m.ended_reason) for m in team_of(manager, order)] == [
        (second, None),
        (first, "replaced"),
    ]
    with pytest.raises(ConflictError, match="leads this order already"):
        assign_lead(manager, order, second)
    assert kinds_for(first) == ["order_released"]  # the order itself is nothing of theirs any more
    assert kinds_for(second) == ["order_assigned"]


def test_a_lead_whose_membership_ends_is_told_and_a_reserve_is_not(manager: Context) -> None:
    order = add_order(manager.tenant.id)
    (lead, _), (reserve, _) = add_specialist(), add_specialist()
    assign_lead(manager, order, lead)
    assign_reserve(manager, order, reserve)
    for member in team_of(manager, order):
        end_member(manager, member.id)
    assert kinds_for(lead) == ["order_released"]
    assert kinds_for(reserve) == ["order_reserve"]


def test_who_leads_two_orders_of_a_customer_keeps_access_until_the_last_ends(manager: Context) -> None:
    tenant = manager.tenant.id
    orders = [add_order(tenant, days=days) for days in (200, 300)]
    person, _ = add_specialist()
    members = [assign_lead(manager, order, person) for order in orders]
    assert len(rows_of(tenant, Assignment)) == 1
    end_member(manager, members[0], "Somebody else finishes it")
    assert reaches(person, tenant)
    end_member(manager, members[1])
    assert not reaches(person, tenant)
    with pytest.raises(NotFoundError):
        end_member(manager, members[1])


def test_a_reserve_sees_nothing_until_it_takes_over(manager: Context) -> None:
    tenant = manager.tenant.id
    order = add_order(tenant)
    (lead, _), (reserve, _) = add_specialist(), add_specialist()
    with pytest.raises(ConflictError, match="no reserve"):
        take_over_lead(manager, order)
    assign_lead(manager, order, lead)
    with pytest.raises(ConflictError, match="in the team"):
        assign_reserve(manager, order, lead)
    assign_reserve(manager, order, reserve)
    assert not reaches(reserve, tenant)
    assert kinds_for(reserve) == ["order_reserve"]
    take_over_lead(manager, order)
    assert reaches(reserve, tenant)
    assert not reaches(lead, tenant)
    active = [member for member in team_of(manager, order) if member.ends_at is None]
    assert [(member.role, member.person_id) for member in active] == [("lead", reserve)]


def test_a_new_reserve_replaces_the_earlier_one(manager: Context) -> None:
    order = add_order(manager.tenant.id)
    (first, _), (second, _) = add_specialist(), add_specialist()
    assign_reserve(manager, order, first)
    assign_reserve(manager, order, second)
    row = candidates(manager, order)
    assert (row.lead_id, row.reserve_id) == (None, second)


def test_a_reviewer_has_access_beside_the_lead_until_another_takes_the_place(manager: Context) -> None:
    tenant = manager.tenant.id
    order = add_order(tenant)
    (lead, _), (first, _), (second, _) = add_specialist(), add_specialist(), add_specialist()
    assign_lead(manager, order, lead)
    with pytest.raises(ConflictError, match="in the team"):
        assign_reviewer(manager, order, lead)
    assign_reviewer(manager, order, first)
    assert reaches(first, tenant)
    assert kinds_for(first) == ["order_reviewer"]
    assign_reviewer(manager, order, second)
    assert (reaches(first, tenant), reaches(second, tenant), reaches(lead, tenant)) == (False, True, True)
    assert candidates(manager, order).reviewer_id == second
    active = {member.role: member.person_id for member in team_of(manager, order) if member.ends_at is None}
    assert active == {"lead": lead, "reviewer": second}
    assign_lead(manager, order, second)
    active = {member.role: member.person_id for member in team_of(manager, order) if member.ends_at is None}
    assert active == {"lead": second}
    assert reaches(second, tenant)
    assert not reaches(lead, tenant)


def test_an_assignment_that_a_manager_gave_before_is_taken_over_and_ends_with_the_order(
    manager: Context, head: Context
) -> None:
    tenant = manager.tenant.id
    order = add_order(tenant)
    person, _ = add_specialist()
    until = manager.now + timedelta(days=2)
    assign(head, tenant, person, manager.now, until)
    member = assign_lead(manager, order, person)
    [access] = rows_of(tenant, Assignment)
    assert access.ends_at is None
    end_member(manager, member)
    assert not reaches(person, tenant)


def test_a_specialist_who_completes_an_order_writes_to_the_end_and_is_out_then(manager: Context) -> None:
    tenant = manager.tenant.id
    order = add_order(tenant)
    (lead, _), (reserve, _) = add_specialist(), add_specialist()
    assign_lead(manager, order, lead)
    assign_reserve(manager, order, reserve)
    with enter(lead, tenant) as context:
        assert end_team(context.session, order, context.now) == 2
        assert team_of(context, order)  # of the same transaction
        context.session.commit()
    assert not reaches(lead, tenant)
    assert all(member.ends_at for member in team_of(manager, order))
    with TenantSession(tenant, lead, system=True) as session:
        assert end_team(session, order, clock.now()) == 0


def test_a_cancelled_orders_team_ends_with_its_reason(manager: Context) -> None:
    order = add_order(manager.tenant.id)
    person, _ = add_specialist()
    assign_lead(manager, order, person)
    set_state(manager.tenant.id, order, "cancelled")
    end_team(manager.session, order, manager.now, "cancelled")
    manager.session.commit()
    assert not reaches(person, manager.tenant.id)
    assert team_of(manager, order)[0].ended_reason == "cancelled"


def test_of_many_who_assign_at_once_one_lead_remains_and_nobody_else_has_access(manager: Context) -> None:
    tenant = manager.tenant.id
    order = add_order(tenant)
    people = [add_specialist()[0] for _ in range(6)]

    def attempt(person: str) -> None:
        with suppress(AppError), enter(manager.person, tenant) as context:
            assign_lead(context, order, person)

    with ThreadPoolExecutor(6) as pool:
        list(pool.map(attempt, people))
    active = [member for member in team_of(manager, order) if member.ends_at is None]
    assert len(active) == 1
    assert [reaches(person, tenant) for person in people].count(True) == 1
    assert reaches(active[0].person_id, tenant)


def test_a_contact_sees_names_and_roles_and_not_why(manager: Context) -> None:
    tenant = manager.tenant.id
    order, contact = add_order(tenant), add_contact(tenant)
    person, _ = add_specialist(name="Mei Tanaka")
    assign_lead(manager, order, person)
    with enter(contact, tenant) as context:
        [member] = team_of(context, order)
        assert (member.name, member.role, member.reasons) == ("Mei Tanaka", "lead", ())
        for verb in (candidates, lambda *args: assign_lead(*args, person)):
            with pytest.raises(NotAllowedError):
                verb(context, order)


def test_a_specialist_sees_the_customer_from_the_assignment_until_its_end_and_not_before_or_after(
    manager: Context,
) -> None:
    tenant = manager.tenant.id
    order, person = add_order(tenant), add_specialist()[0]

    def visible() -> dict[str, int]:
        """Count the rows of the customer that a session of the person shows, by table."""
        with TenantSession(tenant, person) as session:
            return {
                table.name: session.scalar(
                    select(func.count()).select_from(table).where(table.c.tenant_id == tenant)
                )
                for table in all_metadata().sorted_tables
                if "tenant_id" in table.c and table.name not in {"assignment", "membership"}
            }

    assert set(visible().values()) == {0}
    member = assign_lead(manager, order, person)
    assert visible()["engagement"] == visible()["team_member"] == 1
    with enter(person, tenant) as context:
        assert [row.person_id for row in team_of(context, order)] == [person]
        context.session.rollback()
        end_member(manager, member)
        assert team_of(context, order) == []  # in a context that was opened before
        assert orders(context) == []
        context.session.rollback()
    assert set(visible().values()) == {0}
    assert not reaches(person, tenant)


def test_access_begins_and_ends_at_its_very_moments(manager: Context) -> None:
    tenant, person = manager.tenant.id, add_specialist()[0]
    member = assign_lead(manager, add_order(tenant), person)
    [access] = rows_of(tenant, Assignment)
    [row] = rows_of(tenant, TeamMember)
    assert access.starts_at == row.starts_at == manager.now
    end_member(manager, member)
    [access] = rows_of(tenant, Assignment)
    [row] = rows_of(tenant, TeamMember)
    assert row.ends_at == manager.now
    assert manager.now < access.ends_at < clock.now()


def test_orders_and_people_of_others_are_not_found(manager: Context, tenants: dict[str, str]) -> None:
    order, person = add_order(tenants["coffee"]), add_specialist()[0]
    for verb in (candidates, take_over_lead, lambda *args: assign_lead(*args, person)):
        with pytest.raises(NotFoundError):
            verb(manager, order)
    context = add_order(manager.tenant.id)
    with pytest.raises(NotFoundError, match="no such specialist"):
        assign_lead(manager, context, manager.person)
    assert operator() not in {row.tenant_id for row in rows_of(manager.tenant.id, Assignment)}
