"""Second factors: a secret in an authenticator app whose codes are taken once, and ten recovery codes."""

from __future__ import annotations

import base64
import hmac
from dataclasses import dataclass
from typing import TypeVar

import pyotp
import segno
from sqlalchemy import Select, Update, select, text, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import InstrumentedAttribute

from core.db.keys import tenant_key
from core.db.session import TenantSession
from core.kit import clock, crypto
from core.kit.chain import derive
from core.platform.signin.rules import SECOND_FACTOR_ROLES
from core.platform.signin.tables import RecoveryCode, SecondFactor
from core.platform.signin.tokens import code_hash, new_recovery_code, normal_code

V = TypeVar("V")
STEP = 30  # seconds a code is shown
RECOVERY_CODES = 10
ISSUER = "AuraConnect"
_DIGITS = 6
_REQUIRED = text("select exists (select from reachable_tenants() r where r.role = any(:roles))")


@dataclass(frozen=True, slots=True)
class Enrolment:
    """A secret to be taken into an authenticator app: as text, as an address for the app, as a picture (SVG) of it."""

    secret: str
    uri: str
    picture: str


def is_required(session: TenantSession) -> bool:
    """Tell whether the session's person signs in with a second factor only: managers and admins, of whichever tenant."""
    return bool(session.scalar(_REQUIRED, {"roles": sorted(SECOND_FACTOR_ROLES)}))


def is_enrolled(session: TenantSession) -> bool:
    """Tell whether the session's person has a second factor."""
    return session.scalar(_column(session, SecondFactor.confirmed_at)) is not None


def hold(session: TenantSession) -> None:
    """Have other changes of the second factor of the session's person wait for the end of the transaction."""
    values = {"person_id": session.person, "last_step": 0, "created_at": clock.now()}
    session.execute(insert(SecondFactor).values(values).on_conflict_do_nothing())  # a row to hold
    session.execute(_column(session, SecondFactor.person_id).with_for_update())


def begin_enrolment(session: TenantSession, account: str) -> Enrolment:
    """Store a new secret that waits for its first code."""
    secret = pyotp.random_base32()
    _store_pending(session, secret)
    return _enrolment(secret, account)


def enrolment_of_step(session: TenantSession, account: str, token: str) -> Enrolment:
    """Return the secret of a sign-in step (its token): the same at each look, another one for any other sign-in.

    Somebody who knows the password as well never sees the secret that the person takes into their app.
    """
    return _enrolment(_secret_of_step(session, token), account)


def confirm_enrolment_of_step(session: TenantSession, token: str, code: str) -> list[str] | None:
    """Put the secret of a sign-in step in force by its first code; as confirm_enrolment."""
    _store_pending(session, _secret_of_step(session, token))
    return confirm_enrolment(session, code)


def confirm_enrolment(session: TenantSession, code: str) -> list[str] | None:
    """Put the waiting secret in force by its first code; return new recovery codes, None for a wrong code."""
    pending = session.scalar(_column(session, SecondFactor.pending))
    step = None if pending is None else _step_of(_open(session, pending), code)
    if step is None:
        return None
    session.execute(
        update(SecondFactor)
        .where(SecondFactor.person_id == session.person)
        .values(secret=pending, pending=None, confirmed_at=clock.now(), last_step=step)
    )
    return replace_recovery_codes(session)


def use_code(session: TenantSession, code: str) -> str | None:
    """Take a code of the app or a recovery code, once; return which it was ('app', 'recovery'), None for a wrong one."""
    if len(normal_code(code)) != _DIGITS:
        return "recovery" if _use_recovery_code(session, code) else None
    secret = session.scalar(_column(session, SecondFactor.secret))
    step = None if secret is None else _step_of(_open(session, secret), code)
    if step is None:
        return None
    row = session.execute(
        update(SecondFactor)
        .where(SecondFactor.person_id == session.person, SecondFactor.last_step < step)
        .values(last_step=step)
        .returning(SecondFactor.person_id)
    )
    return "app" if row.first() else None


def replace_recovery_codes(session: TenantSession) -> list[str]:
    """Make ten new recovery codes; those from before are used up."""
    codes = [new_recovery_code() for _ in range(RECOVERY_CODES)]
    key = _code_key(session)
    session.execute(_unused(session).values(used_at=clock.now()))
    session.execute(
        insert(RecoveryCode),
        [{"person_id": session.person, "code_hash": code_hash(key, code)} for code in codes],
    )
    return codes


def switch_off(session: TenantSession) -> None:
    """Remove the second factor of the session's person and its recovery codes."""
    session.execute(
        update(SecondFactor)
        .where(SecondFactor.person_id == session.person)
        .values(secret=None, pending=None, confirmed_at=None)
    )
    session.execute(_unused(session).values(used_at=clock.now()))


def unused_codes(session: TenantSession) -> int:
    """Count the recovery codes that are left."""
    query = select(RecoveryCode.code_hash).where(
        RecoveryCode.person_id == session.person, RecoveryCode.used_at.is_(None)
    )
    return len(session.scalars(query).all())


def _unused(session: TenantSession) -> Update:
    return update(RecoveryCode).where(
        RecoveryCode.person_id == session.person, RecoveryCode.used_at.is_(None)
    )


def _use_recovery_code(session: TenantSession, code: str) -> bool:
    digest = code_hash(_code_key(session), code)
    row = session.execute(
        _unused(session)
        .where(RecoveryCode.code_hash == digest)
        .values(used_at=clock.now())
        .returning(RecoveryCode.person_id)
    )
    return row.first() is not None


def _step_of(secret: str, code: str) -> int | None:
    """Return the time step whose code this is, of the present one and those beside it; None for a wrong code."""
    present = int(clock.now().timestamp()) // STEP
    codes = pyotp.TOTP(secret)
    matches = [
        step
        for step in (present, present - 1, present + 1)
        if hmac.compare_digest(codes.at(step * STEP).encode(), normal_code(code).encode())
    ]
    return matches[0] if matches else None


def _enrolment(secret: str, account: str) -> Enrolment:
    uri = pyotp.TOTP(secret).provisioning_uri(name=account, issuer_name=ISSUER)
    picture = segno.make(uri, error="m").svg_inline(scale=5, border=4, dark="#000000", light="#ffffff")
    return Enrolment(secret, uri, picture)


def _store_pending(session: TenantSession, secret: str) -> None:
    pending = crypto.encrypt(tenant_key(session), secret.encode(), _bound_to(session))
    values = {"person_id": session.person, "pending": pending, "last_step": 0, "created_at": clock.now()}
    session.execute(
        insert(SecondFactor)
        .values(values)
        .on_conflict_do_update(index_elements=["person_id"], set_={"pending": pending})
    )


def _secret_of_step(session: TenantSession, token: str) -> str:
    """Derive 160 bits, the length that RFC 4226 recommends, from the token that only the browser has."""
    purpose = f"enrolment|{session.person}|{token}"
    return base64.b32encode(derive(tenant_key(session), purpose)[:20]).decode()


def _column(session: TenantSession, column: InstrumentedAttribute[V]) -> Select[V]:
    return select(column).where(SecondFactor.person_id == session.person)


def _open(session: TenantSession, secret: bytes) -> str:
    return crypto.decrypt(tenant_key(session), secret, _bound_to(session)).decode()


def _bound_to(session: TenantSession) -> str:
    return f"second_factor|{session.person}"


def _code_key(session: TenantSession) -> bytes:
    return derive(tenant_key(session), "recovery codes")
