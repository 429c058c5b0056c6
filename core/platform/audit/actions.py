"""Write audit lines: in the transaction of the change, or, for what changes nothing, at once."""

from __future__ import annotations

import time
from threading import Lock

from core.context import Context
from core.db.session import TenantSession
from core.platform.audit.writing import append_later

_REPEAT_SECONDS = 60.0  # seconds: a screen asks again at each click, and that is one look
_MAX_LOOKS = 10_000  # looks
_looks: dict[tuple[str, ...], float] = {}
_lock = Lock()

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
    with TenantSession(context.tenant.id, context.session.person) as session:
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

    The same look of the same person is noted once a minute. The worker shows nothing to anybody.
    """
    if context.role != "worker" and _is_news(context, "personal.read", object_type, object_id, data, purpose):
        note(context, "personal.read", object_type, object_id, data=data, purpose=purpose)


def note_refusal(context: Context, action: str, object_type: str, object_id: str, *, why: str) -> None:
    """Note that somebody was refused; the same refusal once a minute, so that nobody floods the log."""
    if _is_news(context, action, object_type, object_id, why):
        note(context, action, object_type, object_id, why=why)


def _is_news(context: Context, *key: str) -> bool:
    """Return whether the same was not noted for the same person within the last minute, by this process."""
    look = (context.tenant.id, context.session.person, *key)
    with _lock:
        now = time.monotonic()
        if now - _looks.get(look, -_REPEAT_SECONDS) < _REPEAT_SECONDS:
            return False
        if len(_looks) > _MAX_LOOKS:
            _looks.clear()
        _looks[look] = now
    return True
