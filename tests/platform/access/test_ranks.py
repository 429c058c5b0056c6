"""The highest role of a person counts every tenant that is no demo."""

from __future__ import annotations

import pytest

from core.entry.tenants import add_member, create_person, create_tenant
from core.kit.ids import new_id
from core.platform.access.ranks import highest_role, rank


def make_person():
    key = new_id()
    return create_person(f"p-{key}"[:40], "Robin Vale", email=f"{key}@example.com")


def make_tenant(**more):
    return create_tenant(make_person(), f"t-{new_id()}"[:40], "Bistro Verde", **more)


def test_who_belongs_to_nothing_has_no_role(database):
    assert highest_role(make_person()) is None


def test_the_highest_role_of_all_tenants_counts(database):
    person = make_person()
    for role, highest in (("customer", "customer"), ("specialist", "specialist"), ("manager", "manager")):
        add_member(make_tenant(), person, role)
        assert highest_role(person) == highest
    add_member(make_tenant(), person, "customer")
    assert highest_role(person) == "manager"


def test_a_role_in_a_demo_does_not_count(database):
    person = make_person()
    add_member(make_tenant(is_demo=True), person, "admin")
    assert highest_role(person) is None


@pytest.mark.parametrize("staff", ["specialist", "partner", "sales"])
def test_admins_rank_above_managers_above_staff_above_contacts(staff):
    assert rank("admin") > rank("manager") > rank(staff) > rank("customer") > rank(None) == rank("unknown")
