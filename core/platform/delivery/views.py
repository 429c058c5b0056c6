"""Show the outbox of a customer: what was sent, what waits and why, and each message as it reads."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select

from core.context import Context
from core.errors import AppError, NotFoundError
from core.kit.masking import mask
from core.platform.access.actions import view
from core.platform.access.tables import Person
from core.platform.delivery.composing import address_of, rendered
from core.platform.delivery.sender import configured_channels
from core.platform.delivery.sms import check_sms_settings
from core.platform.delivery.smtp import check_email_settings
from core.platform.delivery.templates import Rendered
from core.platform.delivery.webhook import check_webhook_settings
from core.platform.events.actions import open_secret
from core.platform.events.kinds import EMAIL, SMS, WEBHOOK
from core.platform.events.tables import OutboxEvent, OutboxMessage

STATES = ("waiting", "sending", "sent", "failed", "dead")


@dataclass(frozen=True, slots=True)
class OutboxEntry:
    """A message; `recipient` is a person's name, a masked address, or 'webhook'. `has_link`: its link can be shown."""

    id: str
    created_at: datetime
    kind: str
    channel: str
    recipient: str
    state: str
    attempts: int
    next_at: datetime
    sent_at: datetime | None
    repeated: bool
    error: str | None
    has_link: bool


@view("outbox.read")
def outbox_entries(
    context: Context,
    *,
    message_states: Collection[str] = (),
    event_kinds: Collection[str] = (),
    limit: int = 200,
) -> list[OutboxEntry]:
    """List the newest messages of the tenant; of these states and kinds, all where none is named."""
    query = select(OutboxMessage, OutboxEvent.kind, Person.name).join(
        OutboxEvent,
        (OutboxEvent.tenant_id == OutboxMessage.tenant_id) & (OutboxEvent.id == OutboxMessage.event_id),
    )
    query = query.outerjoin(Person, Person.id == OutboxMessage.person_id)
    if message_states:
        query = query.where(OutboxMessage.state.in_(message_states))
    if event_kinds:
        query = query.where(OutboxEvent.kind.in_(event_kinds))
    newest_first = query.order_by(OutboxMessage.created_at.desc(), OutboxMessage.id.desc()).limit(limit)
    return [
        OutboxEntry(
            message.id,
            message.created_at,
            kind,
            message.channel,
            name or _masked_address(context, message),
            message.state,
            message.attempts,
            message.next_at,
            message.sent_at,
            message.repeated,
            message.error,
            message.secret is not None and is_link_shown(context, kind, message),
        )
        for message, kind, name in context.session.execute(newest_first)
    ]


@view("outbox.read")
def outbox_counts(context: Context) -> dict[str, int]:
    """Count the messages of the tenant by state; every state is there."""
    query = select(OutboxMessage.state, func.count().label("messages")).group_by(OutboxMessage.state)
    rows = context.session.execute(query)
    return dict.fromkeys(STATES, 0) | {row.state: row.messages for row in rows}


@view("outbox.read")
def message_text(context: Context, message_id: str) -> Rendered:
    """Render a message as it is sent, its one-time link hidden."""
    return rendered(context.session, find_message(context, message_id), with_link=False)


def find_message(context: Context, message_id: str) -> OutboxMessage:
    """Return a message of the tenant. NotFoundError where there is none."""
    message = context.session.get(OutboxMessage, (context.tenant.id, message_id))
    if message is None:
        raise NotFoundError("There is no such message.", message_id=message_id)
    return message


def is_link_shown(context: Context, kind: str, message: OutboxMessage) -> bool:
    """Return whether the link of an invitation may be handed over another way: no e-mail takes it there.

    Never that to a new password, which opens an account that is somebody's, and none of a demo.
    """
    if kind != "invitation" or context.tenant.is_demo:
        return False
    return message.state == "dead" or EMAIL not in configured_channels()


def recipient_of(context: Context, message: OutboxMessage) -> str:
    """Return where a message goes, unmasked; only for who may see it."""
    if message.channel == WEBHOOK:
        return WEBHOOK
    return address_of(context.session, message) or ""


def faults_of_channels() -> dict[str, str]:
    """Return channel -> why nothing is sent by it: '' where all is well, 'not configured' without a server."""
    checks = {EMAIL: check_email_settings, WEBHOOK: check_webhook_settings, SMS: check_sms_settings}
    configured, faults = configured_channels(), {}
    for name, check in checks.items():
        try:
            if name in configured:
                check()
            faults[name] = "" if name in configured else "not configured"
        except AppError as error:
            faults[name] = str(error)
    return faults


def _masked_address(context: Context, message: OutboxMessage) -> str:
    if message.channel == WEBHOOK:
        return WEBHOOK
    return mask(open_secret(context.session, message.id, "address", message.address) or "")
