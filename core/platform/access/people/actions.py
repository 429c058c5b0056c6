"""Change roles, deactivate and reactivate people, remove contacts, and change one's own profile."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import func, select, text, update

from core.context import Context
from core.errors import ConflictError, InvalidInputError, NotAllowedError, NotFoundError
from core.kit.times import is_zone
from core.platform.access.actions import action
from core.platform.access.ranks import highest_role
from core.platform.access.rules import SUPERVISORS
from core.platform.access.tables import Membership, Person
from core.platform.audit.actions import record
from core.platform.events.actions import emit

STAFF_ROLES = ("sales", "specialist", "partner", "manager", "admin")
"""Roles at the operator."""
CONTACT = "customer"
"""The role of a customer's contact."""
MAX_NAME = 200

_END_SIGN_INS = text("select end_sign_ins(cast(:person as uuid), :moment)")
_WITHDRAW_INVITATIONS = text("select withdraw_invitations_of(cast(:person as uuid), :moment)")
_END_MEMBERSHIP = text("select end_membership(cast(:person as uuid))")
_ONE_AT_A_TIME = text("select pg_advisory_xact_lock(hashtextextended('people ' || :tenant, 0))")


@dataclass(frozen=True, slots=True)
class _Member:
    """`highest` is the role that allows most of those held here and at other tenants."""

    role: str
    active: bool
    highest: str


@action("people.manage")
def change_role(context: Context, person_id: str, role: str) -> None:
    """Give a person of the operator's staff another role; they are told. ConflictError for the last active admin.

    Nobody changes their own role, and only an admin gives or takes the role of a manager or an admin. What the person
    began with another role ends: invitations sent, and the sign-in sessions where the new one needs a second factor.
    """
    member = _account(context, person_id)
    if context.tenant.kind != "operator" or role not in STAFF_ROLES:
        raise InvalidInputError("There is no such role here.", hint="Choose one of the list.")
    if role == member.role:
        return
    if role in SUPERVISORS and context.role != "admin":
        raise NotAllowedError("Only an administrator gives this role.", hint="Ask an administrator.")
    if member.role == "admin":
        _keep_an_admin(context, person_id)
    context.session.execute(
        update(Membership)
        .where(Membership.tenant_id == context.tenant.id, Membership.person_id == person_id)
        .values(role=role)
    )
    _withdraw_invitations(context, person_id)
    if role in SUPERVISORS:
        context.session.execute(_END_SIGN_INS, {"person": person_id, "moment": context.now})
    emit(context, "role_changed", to=[person_id], role=role)
    record(context, "membership.set", "person", person_id, was=member.role, now=role)


@action("people.manage")
def deactivate(context: Context, person_id: str) -> int:
    """Deactivate a person, who reaches nothing from then on; return how many of their sign-in sessions ended.

    ConflictError for the last active admin. Nobody deactivates themselves. Invitations that the person sent are withdrawn.
    """
    member = _account(context, person_id)
    if not member.active:
        raise ConflictError("This person is deactivated already.", hint="Reload the page.")
    if member.role == "admin":
        _keep_an_admin(context, person_id)
    ended = context.session.scalar(_END_SIGN_INS, {"person": person_id, "moment": context.now}) or 0
    _withdraw_invitations(context, person_id)
    _set_active(context, person_id, active=False)
    record(context, "person.deactivate", "person", person_id, sessions=int(ended))
    return int(ended)


@action("people.manage")
def reactivate(context: Context, person_id: str) -> None:
    """Let a deactivated person sign in again, with the role and the assignments they had."""
    if _account(context, person_id).active:
        raise ConflictError("This person is active already.", hint="Reload the page.")
    _set_active(context, person_id, active=True)
    record(context, "person.reactivate", "person", person_id)


@action("people.manage")
def remove_contact(context: Context, person_id: str) -> None:
    """Take a contact's access to this customer; their account stays. NotFoundError for who is no contact here."""
    if _other(context, person_id).role != CONTACT:
        raise NotFoundError("There is no such contact here.", hint="Reload the page.")
    context.session.execute(_END_MEMBERSHIP, {"person": person_id})
    record(context, "membership.end", "person", person_id, was=CONTACT)


@action("account.own")
def edit_profile(context: Context, name: str, zone: str | None) -> None:
    """Change the person's own name and time zone (IANA; None: that of the operator)."""
    name = " ".join(name.split())
    if not name or len(name) > MAX_NAME or not name.isprintable():
        raise InvalidInputError("Enter a name.", hint=f"At most {MAX_NAME} characters.")
    if zone is not None and not is_zone(zone):
        raise InvalidInputError("There is no such time zone.", hint="Choose one of the list.")
    context.session.execute(
        update(Person).where(Person.id == context.session.person).values(name=name, zone=zone)
    )
    record(context, "person.edit", "person", context.session.person)


def _account(context: Context, person_id: str) -> _Member:
    """Return the membership of another person whose account is managed here: staff at the operator, else contacts alone."""
    member = _other(context, person_id)
    if context.tenant.kind != "operator" and member.highest != CONTACT:
        raise NotAllowedError(
            "People of the operator are managed on People.", hint="Open People, or ask an administrator."
        )
    return member


def _other(context: Context, person_id: str) -> _Member:
    """Return the membership of another person here, whom the person may manage; their changes wait for each other."""
    context.session.execute(_ONE_AT_A_TIME, {"tenant": context.tenant.id})
    query = (
        select(Membership.role, Person.active, Person.is_demo)
        .join(Person, Person.id == Membership.person_id)
        .where(Membership.tenant_id == context.tenant.id, Membership.person_id == person_id)
    )
    row = context.session.execute(query).first()
    if row is None:
        raise NotFoundError("There is no such person here.", hint="Reload the page.")
    if person_id == context.person:
        raise InvalidInputError("This is your own account.", hint="Ask another manager or administrator.")
    if context.tenant.is_demo and not row.is_demo:
        raise NotAllowedError("This person is not part of the demo.", hint="Open People.")
    member = _Member(row.role, row.active, highest_role(person_id) or row.role)
    if context.role != "admin" and {member.role, member.highest} & SUPERVISORS:
        raise NotAllowedError(
            "Only an administrator changes the account of a manager or an administrator.", hint="Ask one."
        )
    return member


def _keep_an_admin(context: Context, person_id: str) -> None:
    query = (
        select(func.count())
        .select_from(Membership)
        .join(Person, Person.id == Membership.person_id)
        .where(
            Membership.tenant_id == context.tenant.id,
            Membership.role == "admin",
            Membership.person_id != person_id,
            Person.active,
        )
    )
    if not context.session.scalar(query):
        raise ConflictError(
            "This is the last active administrator.", hint="Give somebody else this role first."
        )


def _set_active(context: Context, person_id: str, *, active: bool) -> None:
    changed = context.session.execute(
        update(Person).where(Person.id == person_id).values(active=active).returning(Person.id)
    )
    if changed.first() is None:
        raise NotFoundError("There is no such person here.", hint="Reload the page.")


def _withdraw_invitations(context: Context, person_id: str) -> None:
    """Withdraw what the person invited others to, at every tenant: a link sent with a role they no longer have."""
    context.session.execute(_WITHDRAW_INVITATIONS, {"person": person_id, "moment": context.now})
