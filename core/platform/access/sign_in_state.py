"""Tell whether a sign-in session still lets its person in: asked at every rerun, and inside every write's transaction."""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import StrEnum
from typing import NoReturn

from sqlalchemy import text

from core.context import Context
from core.db.session import TenantSession
from core.errors import NotSignedInError
from core.kit import clock

IDLE = timedelta(minutes=30)
"""A sign-in session ends when nothing was asked for this long."""
LONGEST = timedelta(hours=12)
"""A sign-in session ends this long after it began, whatever was asked."""

_FIND = """select s.created_at, s.seen_at, s.revoked_at, p.active from sign_in_session s
join person p on p.id = s.person_id where s.id = cast(:id as uuid) and s.stage = 'complete'"""
_READ = text(_FIND)
_HOLD = text(f"{_FIND} for share of s")


class SessionState(StrEnum):
    """What a sign-in session is at a moment; only a live one lets a person in."""

    LIVE = "live"
    REVOKED = "revoked"
    IDLE = "idle"
    EXPIRED = "expired"
    INACTIVE = "inactive"


HINTS = {
    SessionState.REVOKED: "You were signed out. Sign in again.",
    SessionState.IDLE: "You were signed out after 30 minutes without activity. Sign in again.",
    SessionState.EXPIRED: "You were signed out 12 hours after signing in. Sign in again.",
    SessionState.INACTIVE: "Your account is deactivated. Ask an administrator.",
}


def session_state(
    now: datetime, created_at: datetime, seen_at: datetime, revoked_at: datetime | None, *, active: bool
) -> SessionState:
    """Tell what a sign-in session is at a moment; `active` is the person's."""
    if revoked_at is not None:
        return SessionState.REVOKED
    if not active:
        return SessionState.INACTIVE
    if now >= created_at + LONGEST:
        return SessionState.EXPIRED
    return SessionState.IDLE if now >= seen_at + IDLE else SessionState.LIVE


def refuse_state(state: SessionState) -> NoReturn:
    """Raise NotSignedInError with the reason why the session lets nobody in."""
    raise NotSignedInError("You are signed out.", hint=HINTS[state], state=str(state))


def require_sign_in(context: Context, *, hold: bool = False) -> None:
    """Raise NotSignedInError where the context's sign-in session has ended; a context without one is not asked.

    `hold`: the session cannot end before the open transaction does, so that what is written was written in time.
    """
    if context.sign_in is not None:
        require_session(context.session, context.sign_in, hold=hold)


def require_session(session: TenantSession, sign_in: str, *, hold: bool = False) -> datetime:
    """Raise NotSignedInError where a sign-in session (id) of the session's person has ended; return when it was last used."""
    row = session.execute(_HOLD if hold else _READ, {"id": sign_in}).first()
    if row is None:
        refuse_state(SessionState.REVOKED)
    state = session_state(clock.now(), row.created_at, row.seen_at, row.revoked_at, active=row.active)
    if state is not SessionState.LIVE:
        refuse_state(state)
    seen_at: datetime = row.seen_at
    return seen_at
