"""What one-time links do: accept an invitation, ask for and choose a new password, set up the first admin.

Nobody is signed in, so there is no Context. A link is used up in the transaction of what it does, or not at all.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, func, select
from sqlalchemy.exc import IntegrityError

from core.db.session import TenantSession
from core.db.types import Id
from core.errors import ConflictError, InvalidInputError
from core.kit import clock
from core.kit.ids import new_id
from core.platform.access.tables import Membership, Person
from core.platform.audit.tables import INSTALLATION
from core.platform.audit.writing import append_later
from core.platform.events.actions import emit
from core.platform.signin import limits, second_factor, sessions
from core.platform.signin.accounts import (
    Issued,
    begin_after_password,
    begin_with_identity,
    count_attempt,
    person_by_email,
    person_by_identity,
    store_password,
)
from core.platform.signin.limits import AttemptKey
from core.platform.signin.links import Link, address, create_link, find_link, use_link
from core.platform.signin.passwords import hash_password
from core.platform.signin.rules import RESET_TTL, folded_email, password_fault
from core.platform.signin.sessions import Visit, audit
from core.platform.signin.tables import FIRST_ADMIN, INVITATION, PASSWORD_RESET, Credential, Identity

MAX_NAME = 200  # characters


class PasswordFaultError(InvalidInputError):
    """The new password is refused; the message says why."""


@dataclass(frozen=True, slots=True)
class Admission:
    """What a link is about to do: for whom, and whether a name and a password are asked for."""

    email: str
    name: str
    ask_password: bool
    ask_name: bool = False


def admission(kind: str, token: str, visit: Visit) -> Admission:
    """Look at a link without using it. LinkGoneError where it does not work; TooManyAttemptsError for who tries many."""
    attempts = count_attempt(AttemptKey(limits.LINK, visit.address))
    link = find_link(kind, token)
    limits.release(attempts)
    person = link.person_id or person_by_email(link.email or "")
    if person is None:
        return Admission(link.email or "", link.name or "", ask_password=True, ask_name=True)
    with TenantSession(INSTALLATION, person) as session:
        email, name = session.execute(select(Person.email, Person.name).where(Person.id == person)).one()
        has_password = session.scalar(_password_of(person)) is not None
    return Admission(email or "", name, ask_password=kind != INVITATION or not has_password)


def accept_invitation(token: str, name: str, password: str, visit: Visit) -> Issued | None:
    """Give the invited person the role, and a password if there is none yet; return the sign-in that begins.

    None where the person has an account already, and signs in with it.
    """
    invited = admission(INVITATION, token, visit)
    link = find_link(INVITATION, token)
    if invited.ask_name and not 0 < len(name.strip()) <= MAX_NAME:
        raise InvalidInputError("Enter your name.", hint=f"At most {MAX_NAME} characters.", field="name")
    hashed = _checked(password, invited.email, name or invited.name) if invited.ask_password else None
    person = _join(
        link, token, name.strip(), lambda session: store_password(session, hashed) if hashed else None
    )
    return _begin(person, visit) if hashed is not None else None


def accept_with_identity(token: str, identity: tuple[str, str], name: str, visit: Visit) -> Issued:
    """Accept an invitation by an account at a provider (issuer, subject), which signs the person in from now on.

    ConflictError where the account is somebody else's already.
    """
    link = find_link(INVITATION, token)
    owner, person = person_by_identity(*identity), person_by_email(link.email or "")
    if owner is not None and owner != person:
        raise ConflictError("This account belongs to somebody else here.", hint="Use another account.")

    def bind(session: TenantSession) -> None:
        if owner is None:
            issuer, subject = identity
            session.add(
                Identity(issuer=issuer, subject=subject, person_id=session.person, created_at=clock.now())
            )

    joined = _join(link, token, (name.strip() or link.name or "")[:MAX_NAME], bind)
    return begin_with_identity(joined, visit)


def _join(link: Link, token: str, name: str, store: Callable[[TenantSession], None]) -> str:
    """Use an invitation up: the person, new or not, gets the role and what they sign in with; return the id."""
    person = person_by_email(link.email or "")
    session = TenantSession(link.tenant_id, person or new_id(), system=True)
    with session, _one_account():
        link = use_link(session, INVITATION, token)
        if person is None:
            _add_person(session, link, name)
        session.merge(
            Membership(tenant_id=link.tenant_id, person_id=session.person, role=link.role or "customer")
        )
        session.flush()
        append_later(
            session,
            "invitation.accept",
            "person",
            session.person,
            reason=None,
            facts={"role": link.role, "is_new": person is None},
        )
        store(session)
        session.commit()
    return session.person


def request_reset(email: str, visit: Visit) -> None:
    """Send a link to a new password, if there is such an account; the answer is the same where there is none.

    TooManyAttemptsError beyond three an hour for an account. The caller answers before this is done, so that its time
    says nothing either.
    """
    count_attempt(
        AttemptKey(limits.RESET, folded_email(email)), AttemptKey(limits.RESET_ADDRESS, visit.address)
    )


def send_reset(email: str) -> None:
    """Write the link and the message that `request_reset` counted."""
    person = person_by_email(email)
    if person is None:
        return
    with TenantSession(INSTALLATION, person) as session:
        active, tenant = session.execute(
            select(Person.active, func.operator_tenant(type_=Id)).where(Person.id == person)
        ).one()
        if not active:
            return
        audit(session, "password.ask")
        session.commit()
    with TenantSession(str(tenant or INSTALLATION), person, system=True) as session:
        link, token = create_link(session, PASSWORD_RESET, RESET_TTL, person=person)
        emit(
            session,
            "password_reset",
            to=[person],
            link=address(PASSWORD_RESET, token),
            expires_at=link.expires_at,
        )
        session.commit()


def reset_password(token: str, password: str, visit: Visit) -> None:
    """Replace a forgotten password; every sign-in session of the person ends, and the second factor stays."""
    _replace_password(PASSWORD_RESET, token, password, visit)


def set_up_admin(token: str, password: str, visit: Visit) -> Issued:
    """Choose the password of the first admin, or of one who lost the second factor: it is set up anew."""
    person = _replace_password(FIRST_ADMIN, token, password, visit)
    return _begin(person, visit)


def _replace_password(kind: str, token: str, password: str, visit: Visit) -> str:
    about = admission(kind, token, visit)
    hashed = _checked(password, about.email, about.name)
    person = find_link(kind, token).person_id or ""
    with TenantSession(INSTALLATION, person) as session:
        use_link(session, kind, token)
        store_password(session, hashed)
        sessions.end_others(session, None)
        if kind == FIRST_ADMIN:
            second_factor.switch_off(session)
        audit(session, "password.reset", by="one-time code" if kind == FIRST_ADMIN else "e-mail")
        session.commit()
    return person


def _begin(person: str, visit: Visit) -> Issued:
    with TenantSession(INSTALLATION, person) as session:
        issued = begin_after_password(session, visit)
        session.commit()
    return issued


def _checked(password: str, email: str, name: str) -> str:
    """Return the hash of a password that may be chosen; PasswordFaultError for another one."""
    fault = password_fault(password, email=email, name=name)
    if fault:
        raise PasswordFaultError(fault, field="password")
    return hash_password(password)


def _add_person(session: TenantSession, link: Link, name: str) -> None:
    session.add(
        Person(
            id=session.person,
            name=name,
            handle=f"p-{session.person}",
            email=folded_email(link.email or ""),
            is_demo=False,
            created_at=clock.now(),
        )
    )
    session.flush()
    append_later(session, "person.create", "person", session.person, reason=None, facts={"is_demo": False})


@contextmanager
def _one_account() -> Iterator[None]:
    """Have one of two invitations of the same person make the account when both are accepted at once."""
    try:
        yield
    except IntegrityError:
        raise ConflictError("Your account was made a moment ago.", hint="Open the link again.") from None


def _password_of(person: str) -> Select[datetime]:
    return select(Credential.changed_at).where(Credential.person_id == person)
