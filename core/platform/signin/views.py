"""Show sign-in sessions, second factors and open invitations."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select, text

from core.context import Context
from core.db.session import TenantSession
from core.platform.access.actions import view
from core.platform.access.sign_in_state import SessionState, session_state
from core.platform.audit.tables import INSTALLATION
from core.platform.signin import second_factor, sessions
from core.platform.signin.rules import device
from core.platform.signin.tables import INVITATION, Credential, OneTimeLink

_SIGN_INS = text(
    "select id::text, person_id::text, kind, address, agent, created_at, seen_at from sign_ins_here()"
)
_FACTORS = text("select second_factors_here()::text")


@dataclass(frozen=True, slots=True)
class OpenSignIn:
    """A sign-in session that lets its person in: device, place (address of the network), and whether it is this one."""

    id: str
    person: str
    device: str
    address: str
    kind: str
    created_at: datetime
    seen_at: datetime
    current: bool


@dataclass(frozen=True, slots=True)
class Account:
    """How a person signs in; `required` tells whether their role needs the second factor."""

    has_password: bool
    has_second_factor: bool
    required: bool
    recovery_codes: int


@dataclass(frozen=True, slots=True)
class Invitation:
    """An invitation that was neither accepted nor withdrawn; `expired` where its link works no more."""

    id: str
    email: str
    name: str
    role: str
    created_at: datetime
    expires_at: datetime
    expired: bool


@view("account.own")
def my_sign_ins(context: Context) -> list[OpenSignIn]:
    """List the open sign-in sessions of the person, the last used first."""
    with TenantSession("", context.session.person) as session:
        rows = sessions.newest_first(session)
    return [
        OpenSignIn(
            row.id, row.person_id, device(row.agent), row.address, row.kind, row.created_at, row.seen_at,
            row.id == context.sign_in,
        )
        for row in rows
        if _is_open(context, row.created_at, row.seen_at)
    ]  # fmt: skip


@view("account.own")
def my_account(context: Context) -> Account:
    """Tell how the person signs in."""
    with TenantSession(INSTALLATION, context.session.person) as session:
        password = select(Credential.changed_at).where(Credential.person_id == session.person)
        return Account(
            session.scalar(password) is not None,
            second_factor.is_enrolled(session),
            second_factor.is_required(session),
            second_factor.unused_codes(session),
        )


@view("people.manage")
def sign_ins_here(context: Context) -> list[OpenSignIn]:
    """List the open sign-in sessions of the people of this tenant, the last used first."""
    rows = context.session.execute(_SIGN_INS).all()
    return [
        OpenSignIn(
            row.id, row.person_id, device(row.agent), row.address, row.kind, row.created_at, row.seen_at,
            row.id == context.sign_in,
        )
        for row in sorted(rows, key=lambda row: row.seen_at, reverse=True)
        if _is_open(context, row.created_at, row.seen_at)
    ]  # fmt: skip


@view("people.manage")
def second_factors_here(context: Context) -> frozenset[str]:
    """List the people (ids) of this tenant who have a second factor."""
    return frozenset(context.session.scalars(_FACTORS))


@view("people.manage")
def invitations(context: Context) -> list[Invitation]:
    """List the open invitations of this tenant, the newest first."""
    query = select(OneTimeLink).where(
        OneTimeLink.tenant_id == context.tenant.id,
        OneTimeLink.kind == INVITATION,
        OneTimeLink.used_at.is_(None),
        OneTimeLink.withdrawn_at.is_(None),
    )
    return [
        Invitation(
            link.id,
            link.email or "",
            link.name or "",
            link.role or "",
            link.created_at,
            link.expires_at,
            link.expires_at <= context.now,
        )
        for link in context.session.scalars(query.order_by(OneTimeLink.created_at.desc()))
    ]


def _is_open(context: Context, created_at: datetime, seen_at: datetime) -> bool:
    return session_state(context.now, created_at, seen_at, None, active=True) is SessionState.LIVE
