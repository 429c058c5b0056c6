"""Write audit lines: in the transaction of the change, or, for what changes nothing, at once."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from threading import Lock

from sqlalchemy import event
from sqlalchemy.orm import Session, SessionTransaction

from core.context import Context
from core.db.session import TenantSession
from core.platform.audit.processing import READING
from core.platform.audit.writing import append_later, count_pending, drop_pending_from

_REPEAT_SECONDS = 60.0  # seconds: a screen asks again at each click, and that is one look
_MAX_LOOKS = 10_000  # looks
_looks: dict[tuple[str, ...], float] = {}
_lock = Lock()

_PENDING_LOOKS = "audit_looks"
_SHOWING = "showing"

UNRECORDED = "unrecorded"
"""Mark in the info of a session whose tenant exists inside its transaction only, so that nothing of it is recorded."""


def record(
    context: Context,
    action: str,
    object_type: str,
    object_id: str,
    *,
    reason: str | None = None,
    **facts: object,
) -> None:
    """Add a line to the open transaction; it stands or falls with the change. No personal data in `facts`.

    Who and when are the database's to say: the session's person, in the role held in the tenant, by its clock. Where
    the context acts in somebody else's name (the story of a demo), `facts` names that person.
    """
    if context.session.info.get(UNRECORDED):
        return
    if context.person != context.session.person:
        facts["on_behalf_of"] = context.person
    append_later(
        context.session,
        action,
        object_type,
        object_id,
        reason=reason,
        facts=facts,
        as_worker=context.role == "worker",
    )


def note(context: Context, action: str, object_type: str, object_id: str, **facts: object) -> None:
    """Write a line in a transaction of its own: it stands whatever becomes of the context's."""
    if context.session.info.get(UNRECORDED):
        return
    with TenantSession(context.tenant.id, context.session.person, system=context.session.system) as session:
        append_later(
            session,
            action,
            object_type,
            object_id,
            reason=None,
            facts=facts,
            as_worker=context.role == "worker",
        )
        session.commit()


def note_reading(context: Context, object_type: str, object_id: str, *, data: str, purpose: str) -> None:
    """Note that a person sees personal values: of which object, whose kind of `data` ('customer'), and what for.

    The line belongs to the transaction in which the values are read: the view that shows them commits it before they
    leave (`reading`). The same look of the same person is noted once a minute. The worker shows nothing to anybody.
    """
    session = context.session
    look = _look(context, READING, object_type, object_id, data, purpose)
    if context.role == "worker" or session.info.get(UNRECORDED) or not _is_news(look):
        return
    if not (session.info.get(_SHOWING) or session.info.get("acting")):
        note(context, READING, object_type, object_id, data=data, purpose=purpose)
        _remember([look])
    elif look not in session.info.setdefault(_PENDING_LOOKS, []):
        record(context, READING, object_type, object_id, data=data, purpose=purpose)
        session.info[_PENDING_LOOKS].append(look)


@contextmanager
def reading(context: Context) -> Iterator[None]:
    """Commit the readings that a view noted before its values leave; where it fails nothing was shown, and they go.

    Inside an action or another view they are the outer one's to commit.
    """
    session = context.session
    if session.info.get(_SHOWING) or session.info.get("acting"):
        yield
        return
    session.info[_SHOWING] = True
    position = count_pending(session)
    is_complete = False
    try:
        yield
        if session.info.get(_PENDING_LOOKS) and not session.in_nested_transaction():
            session.commit()
        is_complete = True
    finally:
        session.info.pop(_SHOWING, None)
        if not is_complete:
            drop_pending_from(session, position)
            session.info.pop(_PENDING_LOOKS, None)


@event.listens_for(TenantSession, "after_commit")
def _remember_looks(session: Session) -> None:
    if not session.in_nested_transaction():
        _remember(session.info.pop(_PENDING_LOOKS, ()))


@event.listens_for(TenantSession, "after_soft_rollback")
def _forget_looks(session: Session, _transaction: SessionTransaction) -> None:
    session.info.pop(_PENDING_LOOKS, None)


def note_refusal(context: Context, action: str, object_type: str, object_id: str, *, why: str) -> None:
    """Note that somebody was refused; the same refusal once a minute, so that nobody floods the log."""
    look = _look(context, action, object_type, object_id, why)
    if _is_news(look):
        _remember([look])
        note(context, action, object_type, object_id, why=why)


def forget_looks() -> None:
    """Forget which looks were noted within the last minute, so that the next ones are noted again."""
    with _lock:
        _looks.clear()


def _look(context: Context, *words: str) -> tuple[str, ...]:
    return (context.tenant.id, context.session.person, *words)


def _is_news(look: tuple[str, ...]) -> bool:
    """Tell whether the same was not noted for the same person within the last minute, by this process."""
    with _lock:
        return time.monotonic() - _looks.get(look, -_REPEAT_SECONDS) >= _REPEAT_SECONDS


def _remember(looks: Iterable[tuple[str, ...]]) -> None:
    with _lock:
        if len(_looks) > _MAX_LOOKS:
            _looks.clear()
        _looks.update(dict.fromkeys(looks, time.monotonic()))
