"""Managers and admins change who works with the console; nobody changes themselves, and an admin always remains."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import pytest
from sqlalchemy import select, text

from core.context import Context
from core.db.session import TenantSession
from core.entry.tenants import add_member
from core.errors import AppError, ConflictError, InvalidInputError, NotAllowedError, NotFoundError
from core.kit.ids import new_id
from core.platform.access.actions import enter
from core.platform.access.customers.actions import create_customer
from core.platform.access.customers.rules import CustomerDetails
from core.platform.access.people.actions import (
    change_role,
    deactivate,
    edit_profile,
    reactivate,
    remove_contact,
)
from core.platform.access.people.views import my_profile, people
from core.platform.access.rules import SUPERVISORS
from core.platform.access.views import operator_of, tenants_of
from core.platform.audit.tables import INSTALLATION, AuditLine
from core.platform.delivery.notifications import notifications
from core.platform.signin.actions import end_sign_ins_of, invite
from core.platform.signin.rules import SECOND_FACTOR_ROLES
from core.platform.signin.sessions import Visit, begin, is_signed_in
from core.platform.signin.tables import OneTimeLink
from core.platform.signin.views import invitations, sign_ins_here
from tests.operators import Staff, add_staff, operator
from tests.staff import add_contact

pytestmark = pytest.mark.usefixtures("database")
VISIT = Visit("192.0.2.9", "Mozilla/5.0 (X11; Linux x86_64) Firefox/140.0")


@pytest.fixture(scope="module")
def admin(database: None) -> Staff:
    return add_staff("admin")


@pytest.fixture(scope="module")
def manager(database: None) -> Staff:
    return add_staff("manager")


@contextmanager
def at_operator(person: Staff) -> Iterator[Context]:
    with enter(person.person, person.operator) as context:
        yield context


def signed_in(person: Staff) -> str:
    with TenantSession(INSTALLATION, person.person) as session:
        token = begin(session, VISIT)
        session.commit()
    return token


def customer_of(person: Staff) -> str:
    """A new customer (id), made by a person of the operator."""
    slug = f"zia-{new_id()}"[:40]
    with at_operator(person) as context:
        return create_customer(
            context, CustomerDetails("Zia Rosa", slug, "restaurant", "Europe/Rome", "EUR", "IT")
        )


def last_line(person: Staff) -> tuple[str, str]:
    with at_operator(person) as context:
        query = select(AuditLine.action, AuditLine.object_id).order_by(AuditLine.seq.desc()).limit(1)
        action, object_id = context.session.execute(query).one()
        return action, object_id


def test_a_role_is_changed_told_and_noted(manager):
    bob = add_staff("specialist")
    with at_operator(manager) as context:
        change_role(context, bob.person, "sales")
        assert {person.role for person in people(context) if person.id == bob.person} == {"sales"}
    with at_operator(bob) as context:
        assert [notice.kind for notice in notifications(context)] == ["role_changed"]
    assert last_line(manager) == ("membership.set", bob.person)


def test_a_deactivated_person_is_out_at_once_and_back_with_role_when_reactivated(manager):
    bob = add_staff("specialist")
    tokens = [signed_in(bob), signed_in(bob)]
    with at_operator(manager) as context:
        assert deactivate(context, bob.person) == 2
        with pytest.raises(ConflictError):
            deactivate(context, bob.person)
    assert not any(is_signed_in(token) for token in tokens)
    assert operator_of(bob.person) is None
    with at_operator(manager) as context:
        reactivate(context, bob.person)
        with pytest.raises(ConflictError):
            reactivate(context, bob.person)
    assert not any(is_signed_in(token) for token in tokens), "a session of before came back to life"
    assert operator_of(bob.person).role == "specialist"


def test_nobody_changes_their_own_account(admin, manager):
    for person in (admin, manager):
        with at_operator(person) as context:
            for refused in (
                lambda: change_role(context, context.person, "sales"),
                lambda: deactivate(context, context.person),
                lambda: reactivate(context, context.person),
            ):
                with pytest.raises(InvalidInputError):
                    refused()


def test_a_manager_neither_makes_nor_touches_an_admin(admin, manager):
    bob = add_staff("specialist")
    with at_operator(manager) as context:
        for refused in (
            lambda: change_role(context, bob.person, "admin"),
            lambda: change_role(context, admin.person, "sales"),
            lambda: deactivate(context, admin.person),
        ):
            with pytest.raises(NotAllowedError):
                refused()
    with at_operator(admin) as context:
        change_role(context, bob.person, "admin")


@pytest.mark.parametrize("role", ["customer", "worker", "owner", ""])
def test_only_roles_of_the_operator_are_given(admin, role):
    bob = add_staff("specialist")
    with at_operator(admin) as context, pytest.raises(InvalidInputError):
        change_role(context, bob.person, role)


def test_the_last_active_admin_stays_also_when_two_go_for_each_other():
    tenant, slug = operator(is_demo=True)
    pair = [add_staff("admin", is_demo=True) for _ in range(2)]
    with TenantSession(tenant, "", system=True) as session:  # the others of the tests' demo operator
        others = session.execute(
            text("select person_id::text from membership where role = 'admin' and person_id <> all(:pair)"),
            {"pair": [person.person for person in pair]},
        ).scalars()
        former = list(others)
    for person in former:
        add_member(tenant, person, "sales")
    try:
        outcomes = []

        def go(by: Staff, other: Staff) -> None:
            try:
                with enter(by.person, slug) as context:
                    deactivate(context, other.person)
                outcomes.append("done")
            except AppError:
                outcomes.append("refused")

        with ThreadPoolExecutor(2) as pool:
            list(pool.map(go, pair, reversed(pair)))
        active = [person for person in pair if operator_of(person.person) is not None]
        assert len(active) == 1, outcomes
        with enter(active[0].person, slug) as context:
            assert context.role == "admin"
    finally:
        for person in former:
            add_member(tenant, person, "admin")


def test_without_the_permission_nothing_is_listed_or_changed():
    bob, eve = add_staff("specialist"), add_staff("sales")
    for person in (bob, eve):
        with at_operator(person) as context:
            for refused in (
                lambda: people(context),
                lambda: change_role(context, bob.person, "manager"),
                lambda: deactivate(context, bob.person),
                lambda: end_sign_ins_of(context, bob.person),
            ):
                with pytest.raises(NotAllowedError):
                    refused()


def test_a_manager_of_a_customer_reaches_no_staff_of_the_operator(alice, admin):
    bob = add_staff("specialist")
    for refused in (
        lambda: change_role(alice, bob.person, "sales"),
        lambda: deactivate(alice, bob.person),
        lambda: deactivate(alice, admin.person),
        lambda: remove_contact(alice, bob.person),
    ):
        with pytest.raises(NotFoundError):
            refused()
    assert bob.person not in {person.id for person in people(alice)}
    assert bob.person not in {session.person for session in sign_ins_here(alice)}
    assert operator_of(bob.person) is not None


def test_the_staff_of_the_demo_manages_nobody_of_the_installation(manager):
    with at_operator(add_staff("admin", is_demo=True)) as context:
        assert manager.person not in {person.id for person in people(context)}
        with pytest.raises(NotFoundError):
            deactivate(context, manager.person)


def test_a_contact_s_access_to_one_customer_is_removed_and_the_account_stays(alice, mallory):
    contact = add_contact(alice.tenant.id)
    add_member(mallory.tenant.id, contact, "customer")
    assert [person.id for person in people(alice)] == [contact]
    remove_contact(alice, contact)
    assert {access.tenant_id for access in tenants_of(contact)} == {mallory.tenant.id}
    with pytest.raises(NotFoundError):
        remove_contact(alice, contact)


@pytest.mark.parametrize("role", ["admin", "manager", "specialist", "sales"])
def test_staff_who_are_also_contacts_of_a_customer_are_not_managed_there(alice, role):
    staff = add_staff(role)
    add_member(alice.tenant.id, staff.person, "customer")
    token = signed_in(staff)
    for refused in (deactivate, reactivate, lambda *args: change_role(*args, "customer")):
        with pytest.raises(NotAllowedError):
            refused(alice, staff.person)
    assert is_signed_in(token)
    assert operator_of(staff.person) is not None


def test_a_manager_removes_no_admin_from_the_contacts_of_a_customer(alice):
    admin, bob = add_staff("admin"), add_staff("specialist")
    for staff in (admin, bob):
        add_member(alice.tenant.id, staff.person, "customer")
    with pytest.raises(NotAllowedError):
        remove_contact(alice, admin.person)
    remove_contact(alice, bob.person)
    assert [person.id for person in people(alice)] == [admin.person]


@pytest.mark.demo
def test_in_a_demo_nobody_of_the_installation_is_managed(alice):
    contact = add_contact(alice.tenant.id)
    for refused in (deactivate, reactivate, remove_contact):
        with pytest.raises(NotAllowedError):
            refused(alice, contact)


@pytest.mark.parametrize("role", ["manager", "admin"])
def test_only_an_admin_makes_and_changes_managers_and_admins(admin, manager, role):
    bob, other = add_staff("specialist"), add_staff(role)
    with at_operator(manager) as context:
        for refused in (
            lambda: change_role(context, bob.person, role),
            lambda: change_role(context, other.person, "sales"),
            lambda: deactivate(context, other.person),
            lambda: reactivate(context, other.person),
        ):
            with pytest.raises(NotAllowedError):
                refused()
    with at_operator(admin) as context:
        change_role(context, other.person, "sales")
        change_role(context, other.person, role)
        deactivate(context, other.person)
        reactivate(context, other.person)


@pytest.mark.parametrize("role", ["manager", "admin"])
def test_who_gets_a_role_that_needs_a_second_factor_signs_in_again(admin, role):
    bob = add_staff("specialist")
    token = signed_in(bob)
    with at_operator(admin) as context:
        change_role(context, bob.person, "sales")
        assert is_signed_in(token)
        change_role(context, bob.person, role)
    assert not is_signed_in(token)
    assert SUPERVISORS == SECOND_FACTOR_ROLES


@pytest.mark.parametrize("end", ["deactivate", "change_role"])
def test_invitations_of_who_leaves_or_changes_role_are_withdrawn_everywhere(admin, end):
    eve, at_customer = add_staff("manager"), customer_of(admin)
    for tenant, role in ((eve.operator, "specialist"), (at_customer, "customer")):
        with enter(eve.person, tenant) as context:
            invite(context, f"{new_id()}@example.com", "Robin Vale", role)
    with at_operator(admin) as context:
        kept = invite(context, f"{new_id()}@example.com", "Robin Vale", "specialist")
        if end == "deactivate":
            deactivate(context, eve.person)
        else:
            change_role(context, eve.person, "sales")
        assert kept in {row.id for row in invitations(context)}
        query = select(OneTimeLink.id).where(
            OneTimeLink.created_by == eve.person, OneTimeLink.withdrawn_at.is_(None)
        )
        assert context.session.scalars(query).all() == []
    with enter(admin.person, at_customer) as context:
        assert invitations(context) == []


def test_one_s_own_name_and_zone_are_changed_and_used_on_screens_of_the_operator():
    bob = add_staff("specialist")
    with at_operator(bob) as context:
        edit_profile(context, "  Bob   Lind ", "Asia/Tokyo")
    with at_operator(bob) as context:
        profile = my_profile(context)
        assert (profile.name, profile.zone, context.tenant.zone) == ("Bob Lind", "Asia/Tokyo", "Asia/Tokyo")
        for name, zone in (("", None), ("Bob", "Mars/Olympus"), ("Bo\tb\x07", None), ("x" * 201, None)):
            with pytest.raises(InvalidInputError):
                edit_profile(context, name, zone)
        edit_profile(context, "Bob", None)


def test_no_personal_value_stands_in_the_log(manager):
    bob = add_staff("specialist")
    with at_operator(bob) as context:
        edit_profile(context, f"Zanzibarian {new_id()}", None)
        facts = context.session.scalars(select(AuditLine.facts)).all()
    assert "Zanzibarian" not in str(facts)
