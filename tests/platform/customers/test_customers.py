"""Customers are created, changed, archived and staffed by the operator's people, each as far as their role goes."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import select, text

from core.context import Context
from core.db.session import TenantSession
from core.engine.sources.actions import create_migration
from core.errors import ConflictError, InvalidInputError, NotAllowedError, NotFoundError
from core.kit.ids import new_id
from core.platform.access.actions import enter
from core.platform.access.customers.actions import (
    archive_customer,
    assign,
    create_customer,
    edit_customer,
    end_assignment,
    restore_customer,
)
from core.platform.access.customers.countries import countries, currencies
from core.platform.access.customers.rules import CustomerDetails, DetailsError, check_details, slug_of
from core.platform.access.customers.views import customer, customers, staff, team
from core.platform.access.rules import ROLES
from core.platform.access.views import tenants_of
from core.platform.audit.tables import AuditLine
from core.schema import target_schema
from tests.operators import Staff, add_staff


@pytest.fixture(scope="module")
def crew(database: None) -> dict[str, Staff]:
    roles = ("sales", "specialist", "manager", "admin")
    others = {"other sales": "sales", "partner": "partner" if "partner" in ROLES else "specialist"}
    return {key: add_staff(role) for key, role in (dict(zip(roles, roles, strict=True)) | others).items()}


@contextmanager
def at_operator(person: Staff) -> Iterator[Context]:
    with enter(person.person, person.operator) as context:
        yield context


def details(**values: object) -> CustomerDetails:
    standard = CustomerDetails(
        "Trattoria Zia Rosa", f"zia-{new_id()}"[:40], "restaurant", "Europe/Rome", "EUR", "IT"
    )
    return replace(standard, **values)


@pytest.fixture
def zia(crew: dict[str, Staff]) -> str:
    with at_operator(crew["manager"]) as context:
        return create_customer(context, details())


def lines(person: Staff, customer_id: str) -> list[str]:
    with enter(person.person, customer_id) as context:
        return list(context.session.scalars(select(AuditLine.action).order_by(AuditLine.seq)))


def test_a_manager_creates_a_customer_that_every_manager_and_admin_reaches(crew, zia):
    for role in ("manager", "admin"):
        assert zia in {access.tenant_id for access in tenants_of(crew[role].person)}
    for role in ("sales", "specialist", "partner"):
        assert zia not in {access.tenant_id for access in tenants_of(crew[role].person)}
    assert lines(crew["manager"], zia)[-1] == "tenant.create"


def test_sales_owns_and_reaches_what_they_create(crew):
    with at_operator(crew["sales"]) as context:
        created = create_customer(context, details(owner_id=crew["manager"].person))
        assert customer(context, created).owner == crew["sales"].name
    assert created not in {access.tenant_id for access in tenants_of(crew["other sales"].person)}
    with at_operator(crew["other sales"]) as context, pytest.raises(NotFoundError):
        edit_customer(context, created, details())


@pytest.mark.parametrize("role", ["specialist", "partner"])
def test_specialists_and_partners_create_no_customer(crew, role):
    with at_operator(crew[role]) as context, pytest.raises(NotAllowedError):
        create_customer(context, details())


def test_two_customers_never_share_an_id(crew):
    same = details()
    with at_operator(crew["manager"]) as context:
        create_customer(context, same)
        with pytest.raises(DetailsError) as refused:
            create_customer(context, same)
    assert refused.value.faults == {"slug": "This ID is taken."}


def test_all_faults_of_a_form_are_told_at_once(crew):
    wrong = CustomerDetails(" ", "Zia Rosa", "bakery", "Rome", "Euro", "Italy")
    with at_operator(crew["manager"]) as context, pytest.raises(DetailsError) as refused:
        create_customer(context, wrong)
    assert {*refused.value.faults} == {"name", "slug", "domain", "zone", "currency", "country"}


def test_an_edit_changes_what_was_changed_and_names_it_in_the_log(crew, zia):
    with at_operator(crew["manager"]) as context:
        before = customer(context, zia).details
        after = replace(before, name="Zia Rosa  due", zone="Europe/Paris", owner_id=crew["sales"].person)
        edit_customer(context, zia, after)
        assert customer(context, zia).details == replace(after, name="Zia Rosa due")
    with enter(crew["manager"].person, zia) as context:
        query = select(AuditLine.facts).where(AuditLine.action == "tenant.edit")
        assert context.session.scalars(query).one()["changed"] == ["name", "owner_id", "zone"]
    assert zia in {access.tenant_id for access in tenants_of(crew["sales"].person)}


def test_slug_and_line_of_business_stay_as_they_are(crew, zia):
    with at_operator(crew["manager"]) as context:
        before = customer(context, zia).details
        edit_customer(context, zia, replace(before, slug="another", domain="school"))
        assert customer(context, zia).details == before


def test_sales_cannot_give_their_customer_to_somebody_else(crew):
    with at_operator(crew["sales"]) as context:
        created = create_customer(context, details())
        edit_customer(context, created, details(owner_id=crew["other sales"].person))
        assert customer(context, created).details.owner_id == crew["sales"].person


@pytest.mark.parametrize("owner", ["specialist", "partner", "nobody"])
def test_only_sales_managers_and_admins_own_customers(crew, owner):
    person = crew[owner].person if owner in crew else new_id()
    with at_operator(crew["manager"]) as context, pytest.raises(InvalidInputError):
        create_customer(context, details(owner_id=person))


def test_an_assigned_specialist_reaches_the_customer_until_the_assignment_ends(crew, zia):
    bob = crew["specialist"]
    with at_operator(crew["manager"]) as context:
        assignment = assign(context, zia, bob.person, context.now)
        assert [(member.name, member.state) for member in team(context, zia)] == [(bob.name, "now")]
    assert {access.role for access in tenants_of(bob.person) if access.tenant_id == zia} == {"specialist"}
    with at_operator(crew["admin"]) as context:
        end_assignment(context, zia, assignment)
        with pytest.raises(NotFoundError):
            end_assignment(context, zia, assignment)
    assert zia not in {access.tenant_id for access in tenants_of(bob.person)}
    assert lines(crew["manager"], zia)[-2:] == ["assignment.create", "assignment.end"]


def test_an_assignment_to_come_is_seen_and_reaches_nothing_yet_and_can_be_cancelled(crew, zia):
    with at_operator(crew["manager"]) as context:
        start = context.now + timedelta(days=3)
        assignment = assign(context, zia, crew["partner"].person, start, start + timedelta(days=2))
        assert [member.state for member in team(context, zia)] == ["later"]
    assert zia not in {access.tenant_id for access in tenants_of(crew["partner"].person)}
    with at_operator(crew["manager"]) as context:
        end_assignment(context, zia, assignment)
        assert [member.state for member in team(context, zia)] == ["over"]
        assign(context, zia, crew["partner"].person, start, start + timedelta(days=2))


def test_overlapping_and_empty_periods_are_refused(crew, zia):
    bob = crew["specialist"].person
    with at_operator(crew["manager"]) as context:
        now = context.now
        assign(context, zia, bob, now + timedelta(days=1), now + timedelta(days=5))
        with pytest.raises(ConflictError):
            assign(context, zia, bob, now, now + timedelta(days=2))
        with pytest.raises(ConflictError):
            assign(context, zia, bob, now)
        with pytest.raises(InvalidInputError):
            assign(context, zia, bob, now + timedelta(days=9), now + timedelta(days=8))
        assign(context, zia, bob, now, now + timedelta(days=1))
        assign(context, zia, bob, now + timedelta(days=5))


@pytest.mark.parametrize("role", ["sales", "manager"])
def test_nobody_else_than_specialists_and_partners_is_assigned(crew, zia, role):
    with at_operator(crew["manager"]) as context, pytest.raises(InvalidInputError):
        assign(context, zia, crew[role].person, context.now)


def test_sales_assigns_nobody(crew):
    with at_operator(crew["sales"]) as context:
        created = create_customer(context, details())
        with pytest.raises(NotAllowedError):
            assign(context, created, crew["specialist"].person, context.now)


def test_an_archived_customer_is_read_by_managers_and_changed_by_nobody(crew, zia):
    bob, manager = crew["specialist"], crew["manager"]
    with enter(manager.person, zia) as context:
        create_migration(context, "Spring menu")
    with at_operator(manager) as context:
        assign(context, zia, bob.person, context.now)
        archive_customer(context, zia, "Contract ended")
    assert zia not in {access.tenant_id for access in tenants_of(bob.person)}
    with enter(manager.person, zia) as context:
        assert context.tenant.is_archived
        assert not context.may("run.start")
        with pytest.raises(NotAllowedError):
            create_migration(context, "Autumn menu")
    with at_operator(manager) as context:
        assert customer(context, zia).archived_at is not None
        for refused in (
            lambda: edit_customer(context, zia, details()),
            lambda: assign(context, zia, bob.person, context.now + timedelta(days=9)),
            lambda: archive_customer(context, zia),
        ):
            with pytest.raises(ConflictError):
                refused()
        restore_customer(context, zia)
        with pytest.raises(ConflictError):
            restore_customer(context, zia)
    assert zia in {access.tenant_id for access in tenants_of(bob.person)}
    assert {"tenant.archive", "tenant.restore"} <= {*lines(manager, zia)}


def test_a_customer_with_a_run_under_way_is_not_archived(crew, zia, monkeypatch):
    monkeypatch.setattr("core.platform.access.customers.actions._BUSY", text("select true"))
    with at_operator(crew["manager"]) as context:
        with pytest.raises(ConflictError):
            archive_customer(context, zia)
        assert customer(context, zia).archived_at is None


def test_a_customer_s_own_manager_is_not_the_operator_and_lists_no_customers(alice, zia):
    for refused in (
        lambda: customers(alice),
        lambda: staff(alice),
        lambda: create_customer(alice, details()),
        lambda: archive_customer(alice, alice.tenant.id),
        lambda: edit_customer(alice, zia, details()),
    ):
        with pytest.raises(NotFoundError):
            refused()


def test_the_staff_of_the_demo_reaches_no_customer_of_the_installation(zia):
    manager = add_staff("manager", is_demo=True)
    with at_operator(manager) as context:
        assert zia not in {record.id for record in customers(context)}
        for refused in (
            lambda: customer(context, zia),
            lambda: team(context, zia),
            lambda: edit_customer(context, zia, details()),
            lambda: archive_customer(context, zia),
            lambda: assign(context, zia, manager.person, context.now),
        ):
            with pytest.raises(NotFoundError):
                refused()
        created = create_customer(context, details())
        assert customer(context, created).is_demo


def test_the_app_s_role_cannot_move_a_customer_it_does_not_reach(crew, zia):
    with TenantSession(zia, crew["sales"].person) as session:
        changed = session.execute(
            text("update tenant set name = 'Mine' where id = :id returning id"), {"id": zia}
        )
        assert changed.first() is None


@given(st.text(max_size=200))
@settings(max_examples=300)
def test_a_slug_derived_from_any_name_is_empty_or_valid(name):
    slug = slug_of(name)
    faults = {}
    try:
        check_details(details(name="Zia", slug=slug), target_schema().domains)
    except DetailsError as error:
        faults = error.faults
    assert faults == ({} if slug else {"slug": faults.get("slug")})


@pytest.mark.parametrize(
    ("name", "slug"),
    [
        ("Bella's Italian Kitchen", "bellas-italian-kitchen"),
        ("Café Größe & Söhne", "cafe-grosse-and-sohne"),
        ("  --  ", ""),
        ("寿司", ""),
        ("Łódź No. 5", "lodz-no-5"),
    ],
)
def test_a_slug_is_what_a_person_would_type(name, slug):
    assert slug_of(name) == slug


def test_every_country_offers_a_currency_and_a_zone_that_can_be_stored():
    assert len(countries()) == 249
    for code, country in countries().items():
        checked = details(country=code, currency=country.currency, zone=country.zone)
        assert check_details(checked, target_schema().domains).country == code
    assert {"USD", "EUR", "JPY"} <= {*currencies()}
