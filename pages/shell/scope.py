"""The scope of a session: who acts, for which customer, on which migration; read from the address, kept in the session.

Of address and session the one that changed last counts: Back and a pasted link change the address, a choice on the
screen changes the session. An id that is not the person's to see is reported, never replaced by another.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

import streamlit as st

from core.engine.sources import views as sources
from core.errors import NotSignedInError
from core.platform.access import views as access
from core.platform.access.actions import enter
from core.platform.access.views import TenantAccess
from pages.shell.wrong_links import other_customer, other_migration
from pages.ui.address import BadLinkError
from pages.ui.formats import unique_labels
from pages.ui.links import MIGRATION, OPERATOR, PERSON, SIGN_IN, TENANT, current, scope_query, turn_to
from pages.ui.visitor import acting_as, people_to_act_as

STATE = st.session_state
_QUERY_READ, _QUERY_WRITTEN = "scope_seen", "scope_written"


@dataclass(frozen=True, slots=True)
class Scope:
    """People by id, the person's customers by slug, the customer's migrations by id (names made unique).

    `people` are those a visitor may act as: the one who signed in, or the demo's. `operator` is the one whose staff the
    person belongs to, None for a contact. A demo's history and archived customers come last. `fault` is set where the
    address names something that is not among them, `ended` where the sign-in has ended.
    """

    people: Mapping[str, str]
    customers: Mapping[str, TenantAccess]
    migrations: Mapping[str, str]
    fault: BadLinkError | None = None
    ended: NotSignedInError | None = None
    operator: TenantAccess | None = None

    @property
    def person(self) -> str | None:
        return STATE.get(PERSON)

    @property
    def customer(self) -> TenantAccess | None:
        return self.customers.get(STATE.get(TENANT) or "")

    @property
    def role(self) -> str:
        """The person's role at the operator, else at the customer; '' for somebody who reaches nothing."""
        access = self.operator or self.customer
        return access.role if access else ""


def read_scope() -> Scope:
    """Take person, customer and migration from the address or the session; the first customer and migration by default."""
    try:
        people = people_to_act_as()
    except NotSignedInError as error:
        for key in (PERSON, SIGN_IN, TENANT, MIGRATION):
            STATE.pop(key, None)
        return Scope({}, {}, {}, ended=error)
    if not STATE.get(SIGN_IN) and not _take(PERSON, people):
        return Scope(people, {}, {}, BadLinkError("person"))
    if not STATE[PERSON]:
        return Scope(people, {}, {})
    reached = access.reached_by(STATE[PERSON])
    operator, customers = access.first_operator(reached), _customers(reached)
    before = STATE.get(TENANT)
    if not _take(TENANT, customers):
        STATE[MIGRATION] = None
        return Scope(people, customers, {}, other_customer(customers, before), operator=operator)
    STATE[TENANT] = STATE[TENANT] or next(iter(customers), None)
    if before not in (None, STATE[TENANT]):  # Back to another customer's page
        STATE[MIGRATION] = None
    migrations = migrations_of(STATE[TENANT])
    if not _take(MIGRATION, migrations):
        return Scope(people, customers, migrations, other_migration(migrations), operator=operator)
    STATE[MIGRATION] = STATE[MIGRATION] or next(iter(migrations), None)
    return Scope(people, customers, migrations, operator=operator)


def _customers(reached: Sequence[TenantAccess]) -> dict[str, TenantAccess]:
    customers = [access for access in reached if access.kind == "customer"]
    return {access.slug: access for access in sorted(customers, key=lambda access: access.rank)}


def migrations_of(slug: str | None) -> dict[str, str]:
    """Map id -> name of the customer's migrations, the newest first, no two names alike."""
    if not slug:
        return {}
    person, sign_in = acting_as()
    with enter(person, slug, sign_in=sign_in) as context:
        if not context.may("migration.read"):  # a customer's contact
            return {}
        return unique_labels({migration.id: migration.name for migration in sources.migrations(context)})


def choose_customer(slug: str, path: str = "") -> None:
    """Turn to the customer, on its first migration; on this screen unless a path is named. For callbacks."""
    STATE.pop(OPERATOR, None)
    STATE[TENANT] = slug
    STATE[MIGRATION] = next(iter(migrations_of(slug)), None)
    turn_to(path or current())


def choose_person(person: str | None) -> None:
    """Act as a person whom the visitor may act as, at the same customer if they see it; None signs out. For callbacks."""
    if person is not None and person not in people_to_act_as():
        return
    STATE[PERSON] = person
    STATE.pop(OPERATOR, None)
    STATE.pop(_QUERY_WRITTEN, None)
    if person is None:
        turn_to(current())
        return
    if STATE.get(TENANT) is None:  # signing in: the address may name the customer
        return
    if STATE[TENANT] not in {customer.slug for customer in access.tenants_of(person)}:
        STATE[TENANT] = STATE[MIGRATION] = None
    turn_to(current())


def write_address() -> None:
    """Put the scope into the address, once for each change, so that Back leaves a page that was opened without it."""
    scope = scope_query()
    if STATE.get(_QUERY_WRITTEN) == scope:
        return
    STATE[_QUERY_WRITTEN] = STATE[_QUERY_READ] = scope
    if any(st.query_params.get(key) != value for key, value in scope.items()):
        st.query_params.update(scope)


def _take(key: str, allowed: Collection[str]) -> bool:
    """Set the session's value of the key, None where nothing is named; False where what is named is not allowed."""
    requested, address = st.query_params.get(key), dict(STATE.get(_QUERY_READ, {}))
    value = requested if requested and requested != address.get(key) else STATE.get(key)
    refused = bool(value) and value not in allowed
    if refused or not value:
        address.pop(key, None)
    elif requested:
        address[key] = requested
    STATE[key] = None if refused else value
    STATE[_QUERY_READ] = address
    return not refused
