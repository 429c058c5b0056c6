"""Begin, find, prolong and end sign-in sessions. A session is known by its token, which only the browser's cookie has."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, func, select, text, update

from core.db.session import TenantSession
from core.errors import NotSignedInError
from core.kit import clock
from core.kit.ids import new_id
from core.platform.access.sign_in_state import SessionState, refuse_state, require_session, session_state
from core.platform.audit.tables import INSTALLATION
from core.platform.audit.writing import append_later
from core.platform.signin.rules import SECOND_STEP, SEEN_EVERY, short_agent
from core.platform.signin.tables import COMPLETE, LOCAL, SignInSession
from core.platform.signin.tokens import new_token, token_hash

_BY_TOKEN = text("select * from sign_in_by_token(:hash)")


@dataclass(frozen=True, slots=True)
class Visit:
    """Where a request comes from: address of the network, User-Agent."""

    address: str
    agent: str


@dataclass(frozen=True, slots=True)
class SignIn:
    """A sign-in session that lets its person in: its id, the person's id and name."""

    id: str
    person: str
    name: str
    seen_at: datetime


def begin(
    session: TenantSession,
    visit: Visit,
    *,
    stage: str = COMPLETE,
    kind: str = LOCAL,
    token: str | None = None,
) -> str:
    """Add a sign-in session of the session's person; return its token, a new one unless the provider's is given."""
    token = token or new_token()
    now = clock.now()
    session.add(
        SignInSession(
            id=new_id(),
            person_id=session.person,
            token_hash=token_hash(token),
            kind=kind,
            stage=stage,
            address=visit.address,
            agent=short_agent(visit.agent),
            created_at=now,
            seen_at=now,
        )
    )
    if stage == COMPLETE:
        audit(session, "sign_in.done", kind=kind)
    return token


def current_sign_in(token: str) -> SignIn:
    """Find the sign-in that a cookie stands for; NotSignedInError says why there is none (any more)."""
    row = _find(token)
    if row is None or row.stage != COMPLETE:
        refuse_state(SessionState.REVOKED)
    state = session_state(clock.now(), row.created_at, row.seen_at, row.revoked_at, active=row.active)
    if state is not SessionState.LIVE:
        refuse_state(state)
    return SignIn(str(row.id), str(row.person_id), row.name, row.seen_at)


def is_signed_in(token: str) -> bool:
    """Tell whether a cookie lets anybody in."""
    try:
        current_sign_in(token)
    except NotSignedInError:
        return False
    return True


def waiting_sign_in(token: str, stage: str) -> SignIn | None:
    """Find a sign-in that waits for its second step; None where it does not, or has waited too long."""
    row = _find(token)
    if row is None or row.stage != stage or row.revoked_at is not None or not row.active:
        return None
    if clock.now() >= row.created_at + SECOND_STEP:
        return None
    return SignIn(str(row.id), str(row.person_id), row.name, row.seen_at)


def touch(person: str, sign_in: str) -> None:
    """Note that a sign-in session is used, once a minute at most; NotSignedInError where it has rows."""
    with TenantSession("", person) as session:
        if clock.now() - require_session(session, sign_in) < SEEN_EVERY:
            return
        session.execute(
            update(SignInSession)
            .where(SignInSession.id == sign_in, SignInSession.revoked_at.is_(None))
            .values(seen_at=func.greatest(SignInSession.seen_at, clock.now()))
        )
        session.commit()


def sign_out(token: str) -> None:
    """End the session that a cookie stands for; nothing happens where there is none."""
    row = _find(token)
    if row is None or row.revoked_at is not None:
        return
    with TenantSession(INSTALLATION, str(row.person_id)) as session:
        if end(session, str(row.id)):
            audit(session, "sign_in.out")
        session.commit()


def end(session: TenantSession, sign_in: str) -> bool:
    """End a session of the session's person in the open transaction; False where it had rows."""
    rows = session.execute(
        update(SignInSession)
        .where(SignInSession.id == sign_in, SignInSession.revoked_at.is_(None))
        .values(revoked_at=clock.now())
        .returning(SignInSession.id)
    )
    return rows.first() is not None


def end_others(session: TenantSession, sign_in: str | None) -> int:
    """End every session of the session's person but one in the open transaction; return how many."""
    query = update(SignInSession).where(
        SignInSession.person_id == session.person, SignInSession.revoked_at.is_(None)
    )
    if sign_in is not None:
        query = query.where(SignInSession.id != sign_in)
    rows = session.execute(query.values(revoked_at=clock.now()).returning(SignInSession.id))
    return len(rows.all())


def audit(session: TenantSession, action: str, *, person: str | None = None, **facts: object) -> None:
    """Add a line about a person's account to the log of the installation; a session of nobody's says 'unknown'."""
    append_later(session, action, "person", person or session.person or "unknown", reason=None, facts=facts)


def _find(token: str) -> Row[Any] | None:
    if not token:
        return None
    with TenantSession("", "") as session:
        return session.execute(_BY_TOKEN, {"hash": token_hash(token)}).first()


def newest_first(session: TenantSession) -> list[SignInSession]:
    """List the open sign-in sessions of the session's person, the last used first."""
    query = select(SignInSession).where(
        SignInSession.person_id == session.person,
        SignInSession.revoked_at.is_(None),
        SignInSession.stage == COMPLETE,
    )
    return list(session.scalars(query.order_by(SignInSession.seen_at.desc())))
