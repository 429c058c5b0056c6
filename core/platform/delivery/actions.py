"""Send a message again, and show who it goes to with its one-time link: each leaves a line in the audit log."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import func, select

from core.context import Context
from core.db.types import Id
from core.errors import ConflictError
from core.platform.access.actions import action
from core.platform.access.rules import SUPERVISORS
from core.platform.audit.actions import record
from core.platform.delivery.views import find_message, is_link_shown, recipient_of
from core.platform.events.actions import open_secret
from core.platform.events.kinds import KINDS
from core.platform.events.tables import OutboxEvent, OutboxMessage


@dataclass(frozen=True, slots=True)
class Revealed:
    """`link` is None for a message without one, once it was sent or has expired, and while a server is to send it."""

    recipient: str
    link: str | None


@action("outbox.retry")
def retry_message(context: Context, message_id: str) -> None:
    """Have a message that failed or is dead sent at once, with all its attempts. ConflictError where it cannot be."""
    message = find_message(context, message_id)
    context.session.refresh(message, with_for_update=True)
    event = context.session.get_one(OutboxEvent, (message.tenant_id, message.event_id))
    if message.state not in {"failed", "dead"}:
        raise ConflictError(f"The message is {message.state}.", state=message.state)
    is_expired = message.expires_at is not None and message.expires_at <= context.now
    if is_expired or (KINDS[event.kind].with_secret and message.secret is None):
        raise ConflictError(
            "The message has expired.", hint="Start again what it is about.", state=message.state
        )
    was = message.state
    message.state, message.attempts, message.next_at, message.error = "waiting", 0, context.now, None
    record(context, "outbox.retry", "outbox_message", message_id, kind=event.kind, was=was)


@action("outbox.reveal")
def reveal_message(context: Context, message_id: str) -> Revealed:
    """Return the address of a message, and the link of an invitation where no e-mail takes it there.

    The link is shown to who may invite in that role, for somebody who has no account: it opens nobody's.
    """
    message = find_message(context, message_id)
    event = context.session.get_one(OutboxEvent, (message.tenant_id, message.event_id))
    is_shown = is_link_shown(context, event.kind, message) and _opens_new_account(context, event, message)
    secret = message.secret if is_shown else None
    link = open_secret(context.session, message_id, "secret", secret)
    record(
        context, "outbox.reveal", "outbox_message", message_id, kind=event.kind, with_link=link is not None
    )
    return Revealed(recipient_of(context, message), link)


def _opens_new_account(context: Context, event: OutboxEvent, message: OutboxMessage) -> bool:
    """Tell whether the link of an invitation is for a new account, in a role that the person may give."""
    if event.facts.get("role") in SUPERVISORS and context.role != "admin":
        return False
    invited = recipient_of(context, message)
    return context.session.scalar(select(func.person_by_email(invited, type_=Id))) is None
