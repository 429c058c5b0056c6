"""Emit events: a row in the open transaction, which stands or falls with its cause, and a message for each recipient."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from sqlalchemy import Uuid, and_, bindparam, insert, not_, select, text, update
from sqlalchemy.dialects.postgresql import ARRAY

from core.context import Context
from core.db.keys import tenant_key
from core.db.session import TenantSession
from core.errors import InvalidInputError
from core.kit import clock, crypto
from core.kit.ids import new_id
from core.platform.audit.actions import UNRECORDED
from core.platform.events.kinds import EMAIL, KINDS, SMS, WEBHOOK, Kind
from core.platform.events.phones import people_with_number
from core.platform.events.tables import Notification, OutboxEvent, OutboxMessage
from core.settings import settings

MAX_AGE = timedelta(days=3)
"""How long a message may wait, for a server that is away or not configured yet."""

_ADDRESS = re.compile(r"[^\s@<>,;:\"()\[\]\\]{1,64}@[^\s@<>,;:\"()\[\]\\]{1,255}")
_MAILED = text("select mail_recipients(:people, :kind, :required)").bindparams(
    bindparam("people", type_=ARRAY(Uuid(as_uuid=False)))
)


def emit(
    context: Context | TenantSession,
    kind: str,
    /,
    *,
    to: Iterable[str] = (),
    to_address: str | None = None,
    link: str | None = None,
    expires_at: datetime | None = None,
    **facts: object,
) -> str:
    """Write an event of KINDS with its notifications and messages in the open transaction; return its id.

    `to`: ids of people; each finds it under the bell, and in their mail unless they chose otherwise. `to_address`: an
    e-mail address of somebody who is no person yet; `link`: the one-time link of a kind with a secret; both are stored
    encrypted, and the link goes with the sending or at `expires_at`. No personal values in `facts`, which are those of
    the kind. A session stands for a Context where nobody is signed in; it has a tenant.
    """
    session = context if isinstance(context, TenantSession) else context.session
    if session.info.get(UNRECORDED):
        return ""
    definition = KINDS[kind]
    if set(facts) != definition.facts or (link is not None) != definition.with_secret:
        raise ValueError(
            f"an event {kind!r} has the facts {sorted(definition.facts)}, and a link if it says so"
        )
    if to_address is not None and not is_address(to_address):
        raise InvalidInputError("This is not an e-mail address.", hint="Write it like name@example.com.")
    if link is not None and expires_at is None:
        raise ValueError("a one-time link expires")
    now = clock.now() if isinstance(context, TenantSession) else context.now
    person = session.person if isinstance(context, TenantSession) else context.person
    event = {"tenant_id": session.tenant, "id": new_id(), "created_at": now}
    session.execute(insert(OutboxEvent).values(kind=kind, facts=facts, person_id=person or None, **event))
    people = list(dict.fromkeys(to))
    if people and not definition.with_secret:
        rows = [
            event
            | {"id": new_id(), "event_id": event["id"], "person_id": recipient, "kind": kind, "facts": facts}
            for recipient in people
        ]
        session.execute(insert(Notification), rows)
    recipients = _recipients(session, kind, definition, people, to_address)
    if recipients:
        session.execute(
            insert(OutboxMessage),
            [_message(session, event["id"], recipient, link, expires_at, now) for recipient in recipients],
        )
    return str(event["id"])


def end_waiting(context: Context, kind: str, reason: str, /, **facts: str) -> None:
    """Have the messages of earlier events of a kind with these facts not sent; `reason` stands at them in the outbox.

    A message that is being handed over may arrive all the same, and is not tried again.
    """
    session = context.session
    events = select(OutboxEvent.id).where(
        OutboxEvent.tenant_id == session.tenant,
        OutboxEvent.kind == kind,
        *(OutboxEvent.facts[name].astext == value for name, value in facts.items()),
    )
    messages = update(OutboxMessage).where(
        OutboxMessage.tenant_id == session.tenant, OutboxMessage.event_id.in_(events)
    )
    is_in_hand = and_(OutboxMessage.state == "sending", OutboxMessage.handing_over)
    session.execute(
        messages.where(OutboxMessage.state.in_(("waiting", "failed", "sending")), not_(is_in_hand))
        .values(state="dead", secret=None, claim=None, error=reason)
        .execution_options(synchronize_session="fetch")
    )
    session.execute(
        messages.where(is_in_hand)
        .values(expires_at=context.now)
        .execution_options(synchronize_session="fetch")
    )


def is_address(address: str) -> bool:
    """Return whether a text is one e-mail address; what could begin a second header or recipient is none."""
    return bool(_ADDRESS.fullmatch(address)) and address.isprintable()


def open_secret(session: TenantSession, message_id: str, column: str, encrypted: bytes | None) -> str | None:
    """Decrypt the address or the link (`column`) of a message of the session's tenant; None for none."""
    if encrypted is None:
        return None
    return crypto.decrypt(tenant_key(session), encrypted, _bound_to(session, message_id, column)).decode()


def _recipients(
    session: TenantSession, kind: str, definition: Kind, people: Sequence[str], to_address: str | None
) -> list[tuple[str, str | None, str | None]]:
    """List (channel, person, address) of the messages that the sender is to hand over."""
    recipients: list[tuple[str, str | None, str | None]] = []
    if people:
        params = {"people": people, "kind": kind, "required": definition.required}
        recipients += [(EMAIL, str(person), None) for person in session.scalars(_MAILED, params)]
    if to_address is not None:
        recipients.append((EMAIL, None, to_address))
    if people and definition.by_sms and settings().sms_gateway_url:
        recipients += [(SMS, person, None) for person in people_with_number(session, people)]
    if settings().webhook_url and not definition.with_secret:
        recipients.append((WEBHOOK, None, None))
    return recipients


def _message(
    session: TenantSession,
    event_id: object,
    recipient: tuple[str, str | None, str | None],
    link: str | None,
    expires_at: datetime | None,
    now: datetime,
) -> dict[str, object]:
    channel, person, address = recipient
    message_id = new_id()
    return {
        "tenant_id": session.tenant,
        "id": message_id,
        "created_at": now,
        "event_id": event_id,
        "channel": channel,
        "person_id": person,
        "address": _encrypted(session, message_id, "address", address),
        "secret": _encrypted(session, message_id, "secret", link),
        "expires_at": min(expires_at or now + MAX_AGE, now + MAX_AGE) if link is None else expires_at,
        "state": "waiting",
        "attempts": 0,
        "next_at": now,
        "handing_over": False,
        "repeated": False,
    }


def _encrypted(session: TenantSession, message_id: str, column: str, value: str | None) -> bytes | None:
    if value is None:
        return None
    return crypto.encrypt(tenant_key(session), value.encode(), _bound_to(session, message_id, column))


def _bound_to(session: TenantSession, message_id: str, column: str) -> str:
    return f"{session.tenant}|outbox_message|{column}|{message_id}"
