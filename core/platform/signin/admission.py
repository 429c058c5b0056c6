"""What one-time links do: accept an invitation, ask for and choose a new password, set up the first admin.

Nobody is signed in, so there is no Context. A link is used up in the transaction of what it does, or not at all.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from sqlalchemy import Text, cast, func, select
from sqlalchemy.exc import IntegrityError

from core.db.session import TenantSession
from core.db.types import Id
from core.errors import ConflictError, InvalidInputError, NotAllowedError
from core.kit import clock
from core.kit.ids import new_id
from core.platform.access.tables import Membership, Person, TenantRecord
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
    store_first_password,
    store_password,
)
from core.platform.signin.limits import AttemptKey
from core.platform.signin.links import Link, address, create_link, find_link, use_link, withdraw_own_links
from core.platform.signin.passwords import hash_password
from core.platform.signin.rules import (
    MAX_NAME,
    RESET_TTL,
    SECOND_FACTOR_ROLES,
    folded_email,
    is_name,
    may_give,
    password_fault,
)
from core.platform.signin.sessions import Visit, audit
from core.platform.signin.tables import (
    FIRST_ADMIN,
    INVITATION,
    PASSWORD_RESET,
    Credential,
    Identity,
    OneTimeLink,
)


class PasswordFaultError(InvalidInputError):
    """The new password is refused; the message says why."""


class OtherAccountError(NotAllowedError):
    """The invited person has an account, and who opens the link is not signed in to it."""


@dataclass(frozen=True, slots=True)
class Admission:
    """What a link is about to do: for whom, and whether a name and a password are asked for.

    `sign_in_first`: the person has an account, and accepts only while signed in to it.
    """

    email: str
    name: str
    ask_password: bool
    ask_name: bool = False
    sign_in_first: bool = False


def admission(kind: str, token: str, visit: Visit, signed_in: str | None = None) -> Admission:
    """Look at a link without using it, signed in as a person (id) or nobody. LinkGoneError where it does not work; TooManyAttemptsError for who tries many."""
    attempts = count_attempt(AttemptKey(limits.LINK, visit.address))
    link = find_link(kind, token)
    limits.release(attempts)
    person = link.person_id or person_by_email(link.email or "")
    if person is None:
        return Admission(link.email or "", link.name or "", ask_password=True, ask_name=True)
    with TenantSession(INSTALLATION, person) as session:
        email, name = session.execute(select(Person.email, Person.name).where(Person.id == person)).one()
        has_account = kind == INVITATION and _has_account(session)
    return Admission(
        email or "",
        name,
        ask_password=not has_account,
        sign_in_first=has_account and signed_in != person,
    )


def accept_invitation(
    token: str, name: str, password: str, visit: Visit, signed_in: str | None = None
) -> Issued | None:
    """Give the invited person the role, and a password if there is no account yet; return the sign-in that begins.

    None where the person has an account already: `signed_in` is its person, or OtherAccountError.
    """
    invited = admission(INVITATION, token, visit, signed_in)
    link = find_link(INVITATION, token)
    if invited.ask_name and not is_name(name):
        raise InvalidInputError(
            "Enter your name.", hint=f"One line, at most {MAX_NAME} characters.", field="name"
        )
    hashed = _checked(password, invited.email, name or invited.name) if invited.ask_password else None
    person = _join(
        link,
        token,
        name.strip(),
        lambda session: store_first_password(session, hashed) if hashed else None,
        signed_in,
    )
    return _begin(person, visit) if hashed is not None else None


def accept_with_identity(token: str, identity: tuple[str, str], name: str, visit: Visit) -> Issued:
    """Accept an invitation by an account at a provider (issuer, subject), which signs the person in from now on.

    ConflictError where the account is somebody else's already; OtherAccountError where the person has another one.
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

    names = (name.strip()[:MAX_NAME], (link.name or "").strip())
    known_as = next((known for known in names if is_name(known)), None)
    if known_as is None:
        raise InvalidInputError("Your account has no name that can be shown.", hint="Give it one.")
    joined = _join(link, token, known_as, bind, owner)
    return begin_with_identity(joined, visit)


def _join(
    link: Link,
    token: str,
    name: str,
    store: Callable[[TenantSession], None],
    signed_in: str | None,
) -> str:
    """Use an invitation up: the person, new or not, gets the role and what they sign in with; return the id."""
    person = person_by_email(link.email or "")
    session = TenantSession(link.tenant_id, person or new_id(), system=True)
    with session, _one_account():
        link = use_link(session, INVITATION, token)
        _check_invitation(session, link)
        if person is None:
            _add_person(session, link, name)
        else:
            _check_joining(session, link, signed_in)
            if link.role in SECOND_FACTOR_ROLES:
                sessions.end_others(session, None)  # the next sign-in sets the second factor up
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


def _check_invitation(session: TenantSession, link: Link) -> None:
    """Refuse an invitation to a demo to who is not of its cast, and one whose sender may not give the role any more."""
    tenant, sent = (
        session.get(TenantRecord, link.tenant_id),
        session.get(OneTimeLink, (link.tenant_id, link.id)),
    )
    of_demo = select(Person.is_demo).where(Person.id == session.person)
    if tenant is None or (tenant.is_demo and not session.scalar(of_demo)):
        raise NotAllowedError("Nobody is invited to a demo.", hint="Ask who invited you.")
    with TenantSession(link.tenant_id, (sent and sent.created_by) or INSTALLATION) as sender:
        query = select(func.reached_role(cast(link.tenant_id, Id), type_=Text))
        role = sender.scalar(query)
    if not may_give(role, link.role or "customer"):
        raise NotAllowedError("This invitation does not hold any more.", hint="Ask for a new one.")


def _check_joining(session: TenantSession, link: Link, signed_in: str | None) -> None:
    """Refuse who is not signed in to the account of the invited person, and a first password of who is more already."""
    session.execute(select(func.pg_advisory_xact_lock(func.hashtextextended(session.person, 0))))
    if not session.scalar(select(Person.active).where(Person.id == session.person)):
        raise NotAllowedError("This account is deactivated.", hint="Ask who invited you.")
    query = select(Membership.tenant_id, Membership.role).where(Membership.person_id == session.person)
    roles = {row.tenant_id: row.role for row in session.execute(query)}
    if _has_account(session):
        if signed_in != session.person:
            raise OtherAccountError("Sign in as this person to accept.", hint="Then open the link again.")
    elif set(roles) - {link.tenant_id}:
        raise NotAllowedError(
            "This person belongs to others already.", hint="Use the link that you got from them first."
        )
    if roles.get(link.tenant_id, link.role) != link.role:
        raise ConflictError("You have access already.", hint="Sign in with your account.")


def _has_account(session: TenantSession) -> bool:
    """Tell whether the session's person has any way to sign in: a password, or an account at a provider."""
    return any(
        session.scalar(select(table.person_id).where(table.person_id == session.person).limit(1)) is not None
        for table in (Credential, Identity)
    )


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
        link, token = create_link(session, PASSWORD_RESET, RESET_TTL, person=person)
        audit(session, "password.ask")
        session.commit()
    with TenantSession(str(tenant or INSTALLATION), person, system=True) as session:
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
        withdraw_own_links(session)
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
