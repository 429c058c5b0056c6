"""Change what a person signs in with, end sign-in sessions, and invite people. Lines go to the installation's log.

What touches only the person's own account is done in a transaction of its own, as the person: it needs no tenant.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import ColumnElement, func, select, text, update

from core.context import Context
from core.db.session import TenantSession
from core.db.types import Id
from core.errors import ConflictError, InvalidInputError, NotAllowedError, NotFoundError
from core.kit import clock
from core.platform.access.actions import action
from core.platform.access.ranks import highest_role, rank
from core.platform.access.rules import CUSTOMER, ROLES
from core.platform.access.tables import Membership, Person
from core.platform.audit.actions import record
from core.platform.audit.tables import INSTALLATION
from core.platform.events.actions import emit, is_address
from core.platform.signin import limits, second_factor, sessions
from core.platform.signin.accounts import WrongCodeError, count_attempt, store_password, stored_password
from core.platform.signin.admission import PasswordFaultError
from core.platform.signin.limits import AttemptKey
from core.platform.signin.links import address, create_link, withdraw_own_links
from core.platform.signin.passwords import hash_password, verify_password
from core.platform.signin.rules import (
    INVITATION_TTL,
    MAX_NAME,
    folded_email,
    is_name,
    may_give,
    password_fault,
)
from core.platform.signin.second_factor import Enrolment
from core.platform.signin.sessions import audit
from core.platform.signin.tables import INVITATION, OneTimeLink

_END_ALL = text("select end_sign_ins(cast(:person as uuid), :moment)")
_REMOVE_FACTOR = text("select remove_second_factor_of(cast(:person as uuid))")
CUSTOMER_ROLES = ("customer",)
OPERATOR_ROLES = ("sales", "specialist", "partner", "manager", "admin")
"""Roles that an invitation may give, at a customer and at the operator."""


@contextmanager
def _own_account(context: Context) -> Iterator[TenantSession]:
    """Open a transaction about the person's own account; it is committed at the end of the block."""
    with TenantSession(INSTALLATION, context.session.person) as session:
        yield session
        session.commit()


@action("account.own")
def end_sign_in(context: Context, sign_in_id: str) -> None:
    """End another sign-in session of the person's; the present one ends by signing out."""
    if sign_in_id == context.sign_in:
        raise InvalidInputError("This is the session you are using.", hint="Sign out instead.")
    with _own_account(context) as session:
        if not sessions.end(session, sign_in_id):
            raise NotFoundError("This session has ended already.")
        audit(session, "sign_in.end")


@action("account.own")
def end_other_sign_ins(context: Context) -> int:
    """End all sign-in sessions of the person but the present one; return how many."""
    with _own_account(context) as session:
        count = sessions.end_others(session, context.sign_in)
        audit(session, "sign_in.end_all", sessions=count)
    return count


@action("people.manage")
def end_sign_ins_of(context: Context, person: str) -> int:
    """End all sign-in sessions of a person of this tenant; return how many."""
    _check_rank(context, person)
    count = context.session.scalar(_END_ALL, {"person": person, "moment": clock.now()}) or 0
    record(context, "sign_in.end_all", "person", person, sessions=count)
    return int(count)


def end_all_sign_ins(context: Context, person: str | None = None) -> int:
    """End all sign-in sessions: one's own but the present one, or those of a person of this tenant."""
    if person is None or person == context.person:
        return end_other_sign_ins(context)
    return end_sign_ins_of(context, person)


@action("account.own")
def change_password(context: Context, present: str, password: str) -> None:
    """Replace the person's password, which ends their other sign-in sessions and open links. InvalidInputError says what is refused."""
    person = context.session.person
    attempts = count_attempt(AttemptKey(limits.SECOND_STEP, person))
    if not verify_password(stored_password(person), present):
        with _own_account(context) as session:
            audit(session, "sign_in.failed", why="password")
        raise InvalidInputError("The present password is wrong.", field="present")
    limits.release(attempts)
    with _own_account(context) as session:
        row = session.execute(select(Person.email, Person.name).where(Person.id == person)).one()
        fault = password_fault(password, email=row.email or "", name=row.name)
        if not fault and password == present:
            fault = "Choose another password than the present one."
        if fault:
            raise PasswordFaultError(fault, field="password")
        store_password(session, hash_password(password))
        withdraw_own_links(session)
        count = sessions.end_others(session, context.sign_in)
        audit(session, "password.change", sessions=count)


@action("account.own")
def enrol_second_factor(context: Context, code: str = "") -> Enrolment:
    """Make a secret for an authenticator app; it counts from its first code (confirm_second_factor).

    Where there is a second factor already, one of its codes or a recovery code has to be given.
    """
    with _own_account(context) as session:
        is_enrolled = second_factor.is_enrolled(session)
    if is_enrolled:
        _with_code(context, code)
    with _own_account(context) as session:
        account = session.scalar(select(Person.email).where(Person.id == session.person))
        return second_factor.begin_enrolment(session, account or context.name)


@action("account.own")
def confirm_second_factor(context: Context, code: str) -> list[str]:
    """Turn the new second factor on by its first code; return ten recovery codes. WrongCodeError."""
    attempts = count_attempt(AttemptKey(limits.SECOND_STEP, context.session.person))
    with _own_account(context) as session:
        codes = second_factor.confirm_enrolment(session, code)
        if codes is None:
            raise WrongCodeError("This code is not valid.", hint="Enter the newest code of your app.")
        sessions.end_others(session, context.sign_in)
        audit(session, "second_factor.on")
    limits.release(attempts)
    return codes


@action("account.own")
def remove_second_factor(context: Context, code: str) -> None:
    """Turn the second factor off by one of its codes. NotAllowedError for a role that needs one."""
    _with_code(context, code)
    with _own_account(context) as session:
        if second_factor.is_required(session):
            raise NotAllowedError(
                "Your role needs a second factor.", hint="Set up another one; it replaces the present one."
            )
        second_factor.switch_off(session)
        audit(session, "second_factor.off")


@action("account.own")
def new_recovery_codes(context: Context, code: str) -> list[str]:
    """Replace the recovery codes, by a code of the second factor; return them."""
    _with_code(context, code)
    with _own_account(context) as session:
        codes = second_factor.replace_recovery_codes(session)
        audit(session, "second_factor.codes")
    return codes


def _with_code(context: Context, code: str) -> None:
    """Ask for a code of the second factor before it is changed: a screen left open is not enough."""
    attempts = count_attempt(AttemptKey(limits.SECOND_STEP, context.session.person))
    with _own_account(context) as session:
        used = second_factor.use_code(session, code)
        if used is None:
            raise WrongCodeError("This code is not valid.", hint="Enter the newest code of your app.")
    limits.release(attempts)


@action("people.manage")
def reset_second_factor(context: Context, person: str) -> None:
    """Remove the second factor of a person of this tenant who lost it; their sessions end, and a role that needs one asks anew."""
    if person == context.person:
        raise InvalidInputError("This is your own account.", hint="Change it on your profile.")
    _check_rank(context, person, above=True)
    if not context.session.scalar(_REMOVE_FACTOR, {"person": person}):
        raise NotFoundError("This person has no second factor.")
    context.session.execute(_END_ALL, {"person": person, "moment": clock.now()})
    record(context, "second_factor.reset", "person", person)


@action("people.manage")
def invite(context: Context, email: str, name: str, role: str) -> str:
    """Invite somebody to this tenant with a role, by e-mail; return the invitation's id. The link works for a week."""
    email = folded_email(email)
    if not is_address(email):
        raise InvalidInputError(
            "This is not an e-mail address.", hint="Write it like name@example.com.", field="email"
        )
    if not is_name(name):
        raise InvalidInputError(
            "Enter a name.", hint=f"One line, at most {MAX_NAME} characters.", field="name"
        )
    _check_role(context, role)
    if _is_member(context, email):
        raise ConflictError("This person has access already.", hint="Change the role instead.")
    limits.take(AttemptKey(limits.INVITING, context.person))
    _withdraw(context, OneTimeLink.email == email)
    return _send(context, email, name.strip(), role, "invitation.send")


@action("people.manage")
def resend_invitation(context: Context, invitation_id: str) -> str:
    """Send an invitation again with a new link; the one before works no more. Return the new invitation's id."""
    link = _invitation(context, invitation_id)
    _check_role(context, link.role or "")
    limits.take(AttemptKey(limits.INVITING, context.person))
    _withdraw(context, OneTimeLink.id == link.id)
    return _send(context, link.email or "", link.name or "", link.role or "", "invitation.resend")


@action("people.manage")
def withdraw_invitation(context: Context, invitation_id: str) -> None:
    """Withdraw an invitation that was not accepted: its link works no more."""
    link = _invitation(context, invitation_id)
    _check_giving(context, link.role or "")
    _withdraw(context, OneTimeLink.id == link.id)
    record(context, "invitation.withdraw", "invitation", link.id, role=link.role)


def _send(context: Context, email: str, name: str, role: str, verb: str) -> str:
    link, token = create_link(context.session, INVITATION, INVITATION_TTL, invited=(email, name, role))
    emit(
        context,
        "invitation",
        to_address=email,
        link=address(INVITATION, token),
        expires_at=link.expires_at,
        role=role,
    )
    record(context, verb, "invitation", link.id, role=role)
    return link.id


def _withdraw(context: Context, condition: ColumnElement[bool]) -> None:
    context.session.execute(
        update(OneTimeLink)
        .where(
            OneTimeLink.tenant_id == context.tenant.id,
            OneTimeLink.kind == INVITATION,
            OneTimeLink.used_at.is_(None),
            OneTimeLink.withdrawn_at.is_(None),
            condition,
        )
        .values(withdrawn_at=context.now)
    )


def _invitation(context: Context, invitation_id: str) -> OneTimeLink:
    link = context.session.get(OneTimeLink, (context.tenant.id, invitation_id))
    if link is None or link.kind != INVITATION:
        raise NotFoundError("There is no such invitation.")
    if link.used_at is not None or link.withdrawn_at is not None:
        raise ConflictError("This invitation was accepted or withdrawn.")
    return link


def _is_member(context: Context, email: str) -> bool:
    person = context.session.scalar(select(func.person_by_email(email, type_=Id)))
    return person is not None and _role_of(context, person) is not None


def _role_of(context: Context, person: str) -> str | None:
    query = select(Membership.role).where(Membership.person_id == person)
    return context.session.scalar(query.where(Membership.tenant_id == context.tenant.id))


def _check_role(context: Context, role: str) -> None:
    """Refuse invitations to a demo, a role that is none of this tenant's, and one that is not the person's to give."""
    if context.tenant.is_demo:
        raise NotAllowedError("Nobody is invited to a demo.", hint="Invite to a customer or to the operator.")
    allowed = OPERATOR_ROLES if context.tenant.kind == "operator" else CUSTOMER_ROLES
    if role not in allowed or role not in ROLES:
        raise InvalidInputError("There is no such role here.", hint="Choose one of the list.", field="role")
    _check_giving(context, role)


def _check_giving(context: Context, role: str) -> None:
    if not may_give(context.role, role):
        raise NotAllowedError("Only an admin invites a manager or an admin.", hint="Ask an admin.")


def _check_rank(context: Context, person: str, *, above: bool = False) -> None:
    """Refuse to touch the account of who holds a higher role anywhere; NotFoundError for who is not of this tenant.

    Staff are managed at their operator, contacts who are nothing else at their customer. `above`: a manager does not
    touch another manager's either.
    """
    here, anywhere = _role_of(context, person), highest_role(person)
    if here is None:
        raise NotFoundError("There is no such person here.")
    highest = max(rank(here), rank(anywhere))
    is_staff = highest > rank(CUSTOMER)
    if (context.tenant.is_demo and anywhere is not None) or (context.tenant.kind != "operator" and is_staff):
        raise NotAllowedError("This account is managed by the operator.", hint="Open it on People.")
    if highest >= rank("admin") and context.role != "admin":
        raise NotAllowedError("Only an admin changes an admin's account.", hint="Ask an admin.")
    if highest > rank(context.role) or (above and highest >= rank("manager") and context.role != "admin"):
        raise NotAllowedError("Only an admin changes a manager's account.", hint="Ask an admin.")
