"""Sign in: password, then second factor where there is one or has to be one. Nobody is signed in yet, so there is no Context.

Unknown and known people, wrong passwords and deactivated accounts get one answer, after the same work.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NoReturn

from sqlalchemy import func, select, update

from core.db.session import TenantSession
from core.db.types import Id
from core.errors import InvalidInputError, NotSignedInError
from core.kit import clock
from core.platform.access.tables import Person
from core.platform.audit.tables import INSTALLATION
from core.platform.events.actions import emit
from core.platform.signin import limits, second_factor, sessions
from core.platform.signin.limits import AttemptKey, TooManyAttemptsError
from core.platform.signin.passwords import hash_password, needs_rehash, verify_password
from core.platform.signin.rules import folded_email
from core.platform.signin.sessions import SignIn, Visit, audit
from core.platform.signin.tables import COMPLETE, ENROLMENT, OIDC, SECOND_FACTOR, Credential


class WrongCredentialsError(NotSignedInError):
    """E-mail address and password do not fit, for whatever reason."""


class WrongCodeError(InvalidInputError):
    """The code is wrong, used or too old."""


class StepGoneError(NotSignedInError):
    """The password was given too long ago, or the sign-in was ended: it begins again."""


@dataclass(frozen=True, slots=True)
class Issued:
    """A token for a cookie, and the stage of the sign-in it stands for: COMPLETE lets the person in."""

    token: str
    stage: str


def person_by_email(email: str) -> str | None:
    """Return the id of the person with this e-mail address, whatever its case."""
    if not _is_storable(email):
        return None
    with TenantSession("", "") as session:
        return session.scalar(select(func.person_by_email(folded_email(email), type_=Id)))


def person_by_identity(issuer: str, subject: str) -> str | None:
    """Return the id of the person with this account at a provider."""
    if not _is_storable(issuer + subject):
        return None
    with TenantSession("", "") as session:
        return session.scalar(select(func.person_by_identity(issuer, subject, type_=Id)))


def _is_storable(value: str) -> bool:
    """Tell whether the database can hold a text: with NUL or half a character it belongs to nobody."""
    return "\x00" not in value and not any("\ud800" <= character <= "\udfff" for character in value)


def sign_in_with_identity(issuer: str, subject: str, visit: Visit) -> Issued:
    """Sign in who a provider vouches for. WrongCredentialsError for an account that belongs to nobody here: never by e-mail."""
    person = person_by_identity(issuer, subject)
    if person is None:
        _refuse("", "identity")
    return begin_with_identity(person, visit)


def begin_with_identity(person: str, visit: Visit) -> Issued:
    """Begin the sign-in of a person whom a provider vouches for; a second factor is the provider's to ask for."""
    with TenantSession(INSTALLATION, person) as session:
        active = session.scalar(select(Person.active).where(Person.id == person))
        if active:
            token = sessions.begin(session, visit, kind=OIDC)
            session.commit()
    if not active:
        _refuse(person, "inactive")
    return Issued(token, COMPLETE)


def sign_in_with_password(email: str, password: str, visit: Visit) -> Issued:
    """Check a password. WrongCredentialsError alike for everything that does not fit; TooManyAttemptsError beyond the rate."""
    account = folded_email(email)
    attempts = count_attempt(AttemptKey(limits.ACCOUNT, account), AttemptKey(limits.ADDRESS, visit.address))
    person = person_by_email(account) or ""
    stored = stored_password(person)
    if not verify_password(stored, password):
        _refuse(person, "password")
    with TenantSession(INSTALLATION, person) as session:
        query = select(Credential.password_hash).join(Person, Person.id == Credential.person_id)
        still = session.scalar(
            query.where(Credential.person_id == person, Person.active).with_for_update(
                read=True, of=Credential
            )
        )
        if still is None or still != stored:  # deactivated, or the password was changed meanwhile
            session.rollback()
            _refuse(person, "inactive")
        if needs_rehash(still):
            store_password(session, hash_password(password))
        issued = begin_after_password(session, visit)
        session.commit()
    limits.release(attempts)
    return issued


def confirm_second_step(token: str, code: str, visit: Visit) -> Issued:
    """Complete a sign-in by a code of the app or a recovery code. WrongCodeError, StepGoneError, TooManyAttemptsError."""
    step = _open_step(token, SECOND_FACTOR)
    attempts = count_attempt(AttemptKey(limits.SECOND_STEP, step.person))
    with TenantSession(INSTALLATION, step.person) as session:
        used = second_factor.use_code(session, code)
        if used is None:
            session.rollback()
            _refuse_code(step.person)
        _end_step(session, step)
        if used == "recovery":
            audit(session, "second_factor.recovery", remaining=second_factor.unused_codes(session))
        issued = Issued(sessions.begin(session, visit), COMPLETE)
        session.commit()
    limits.release(attempts)
    return issued


def enrolment_of(token: str) -> second_factor.Enrolment:
    """Return what the person of a sign-in that needs a second factor takes into the app; the same at each look, for each sign-in its own."""
    step = _open_step(token, ENROLMENT)
    with TenantSession(INSTALLATION, step.person) as session:
        _refuse_enrolled(session)
        enrolment = second_factor.enrolment_of_step(session, _account(session), token)
        session.rollback()
    return enrolment


def complete_enrolment(token: str, code: str, visit: Visit) -> tuple[Issued, list[str]]:
    """Complete a sign-in by the first code of a new second factor, which ends the person's others; return also the recovery codes."""
    step = _open_step(token, ENROLMENT)
    attempts = count_attempt(AttemptKey(limits.SECOND_STEP, step.person))
    with TenantSession(INSTALLATION, step.person) as session:
        second_factor.hold(session)
        _refuse_enrolled(session)
        codes = second_factor.confirm_enrolment_of_step(session, token, code)
        if codes is None:
            session.rollback()
            _refuse_code(step.person)
        _end_step(session, step)
        sessions.end_others(session, None)
        audit(session, "second_factor.on")
        issued = Issued(sessions.begin(session, visit), COMPLETE)
        session.commit()
    limits.release(attempts)
    return issued, codes


def begin_after_password(session: TenantSession, visit: Visit) -> Issued:
    """Begin the sign-in of the session's person, whose password is right: with its second step, where there is one."""
    stage = COMPLETE
    if second_factor.is_enrolled(session):
        stage = SECOND_FACTOR
    elif second_factor.is_required(session):
        stage = ENROLMENT
    return Issued(sessions.begin(session, visit, stage=stage), stage)


def stored_password(person: str) -> str | None:
    """Return the hash of a person's password, None without one; '' is nobody."""
    with TenantSession(INSTALLATION, person) as session:
        query = select(Credential.password_hash).where(Credential.person_id == (person or INSTALLATION))
        return session.scalar(query)


def store_password(session: TenantSession, hashed: str) -> None:
    """Store the hash of a password of the session's person."""
    row = session.execute(
        update(Credential)
        .where(Credential.person_id == session.person)
        .values(password_hash=hashed, changed_at=clock.now())
        .returning(Credential.person_id)
    )
    if row.first() is None:
        store_first_password(session, hashed)


def store_first_password(session: TenantSession, hashed: str) -> None:
    """Store the hash of the first password of the session's person; the transaction fails where there is one."""
    session.add(Credential(person_id=session.person, password_hash=hashed, changed_at=clock.now()))


def count_attempt(*keys: AttemptKey) -> list[str]:
    """Count an attempt, or raise TooManyAttemptsError; what goes beyond the rate is noted once a minute for each account and address."""
    try:
        return limits.take(*keys)
    except TooManyAttemptsError:
        if limits.is_first_refusal(keys):
            with TenantSession(INSTALLATION, "") as session:
                audit(session, "sign_in.limited", purposes=[key.purpose for key in keys])
                session.commit()
        raise


def announce_limit(email: str) -> None:
    """Tell a person, once an hour, that attempts on their account are limited. The caller answers before this is done."""
    account = folded_email(email)
    person = person_by_email(account)
    if not limits.is_to_announce(account) or person is None:
        return
    with TenantSession("", person) as session:
        tenant = session.scalar(select(func.operator_tenant(type_=Id)))
    if tenant is None:
        return
    most, _ = limits.LIMITS[limits.ACCOUNT][0]
    with TenantSession(str(tenant), person, system=True) as session:
        emit(session, "sign_in_locked", to=[person], attempts=most)
        session.commit()


def _refuse(person: str, why: str) -> NoReturn:
    with TenantSession(INSTALLATION, person) as session:
        audit(session, "sign_in.failed", why="unknown" if not person else why)
        session.commit()
    raise WrongCredentialsError(
        "E-mail or password is wrong.", hint="Check both and try again, or reset your password."
    )


def _refuse_code(person: str) -> NoReturn:
    with TenantSession(INSTALLATION, person) as session:
        audit(session, "sign_in.failed", why="code")
        session.commit()
    raise WrongCodeError("This code is not valid.", hint="Enter the newest code of your app.")


def _open_step(token: str, stage: str) -> SignIn:
    step = sessions.waiting_sign_in(token, stage)
    if step is None:
        raise StepGoneError("Your sign-in took too long.", hint="Sign in again.")
    return step


def _refuse_enrolled(session: TenantSession) -> None:
    """Refuse a set-up where a second factor was set up meanwhile: it is replaced by one of its own codes only."""
    if second_factor.is_enrolled(session):
        raise StepGoneError("You have a second factor already.", hint="Sign in again.")


def _end_step(session: TenantSession, step: SignIn) -> None:
    """End the step; of two requests that bring it at once one goes on."""
    if not sessions.end(session, step.id):
        raise StepGoneError("Your sign-in took too long.", hint="Sign in again.")


def _account(session: TenantSession) -> str:
    row = session.execute(select(Person.email, Person.name).where(Person.id == session.person)).one()
    return str(row.email or row.name)
