"""Show the people of a tenant, and one's own profile."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select

from core.context import Context
from core.platform.access.actions import view
from core.platform.access.people.actions import CONTACT
from core.platform.access.tables import Membership, Person


@dataclass(frozen=True, slots=True)
class PersonView:
    """A person with the role held in the tenant; `is_self`: the one who looks."""

    id: str
    name: str
    email: str | None
    role: str
    active: bool
    is_demo: bool
    is_self: bool


@dataclass(frozen=True, slots=True)
class Profile:
    """One's own name, e-mail address and time zone (None: that of the operator)."""

    name: str
    email: str | None
    zone: str | None
    is_demo: bool


@view("people.manage")
def people(context: Context) -> list[PersonView]:
    """List the people of the tenant by name: the operator's staff, a customer's contacts."""
    query = (
        select(Person, Membership.role)
        .join(Membership, Membership.person_id == Person.id)
        .where(Membership.tenant_id == context.tenant.id)
        .order_by(Person.name, Person.id)
    )
    if context.tenant.kind != "operator":
        query = query.where(Membership.role == CONTACT)
    return [
        PersonView(
            person.id,
            person.name,
            person.email,
            role,
            person.active,
            person.is_demo,
            is_self=person.id == context.person,
        )
        for person, role in context.session.execute(query)
    ]


@view("account.own")
def my_profile(context: Context) -> Profile:
    """Return the person's own profile."""
    person = context.session.get_one(Person, context.session.person)
    return Profile(person.name, person.email, person.zone, person.is_demo)
