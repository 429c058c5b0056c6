"""The sender: claims each message that is due, hands it over, and stores the outcome.

Three short transactions a message: claim it (SKIP LOCKED, so that several senders never take the same one), note that
the hand-over begins, store what came of it. A sender that is killed leaves its claim to run out; the next one sends
the message again, marked as a repeat only if the hand-over had begun, under the same Message-ID.
"""

from __future__ import annotations

import logging
import secrets
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime, timedelta

from sqlalchemy import Text, bindparam, func, select, text, update
from sqlalchemy.dialects.postgresql import ARRAY

from core.db.session import TenantSession
from core.errors import AppError
from core.kit import clock
from core.kit.crypto import DecryptionError
from core.kit.ids import new_id
from core.platform.access.demo_outages import CAUSES, NETWORK, outages
from core.platform.delivery.composing import envelope
from core.platform.delivery.envelope import Channel, Envelope, NotDeliveredError
from core.platform.delivery.sms import SmsChannel
from core.platform.delivery.smtp import EmailChannel
from core.platform.delivery.webhook import WebhookChannel
from core.platform.events.kinds import EMAIL, SMS, WEBHOOK
from core.platform.events.tables import OutboxMessage
from core.settings import settings

CLAIM = timedelta(seconds=45)
"""How long a sender owns a message: longer than any channel's time-outs, short enough for the bar of 90 seconds."""
MAX_ATTEMPTS = 12
RETENTION = timedelta(days=90)
FIRST_WAIT, LONGEST_WAIT = timedelta(seconds=15), timedelta(hours=1)
_BATCH = 50
_BUDGET_SECONDS = 30.0

_DUE = text("select tenant_id::text, id::text from outbox_due(:at, :channels, :most)").bindparams(
    bindparam("channels", type_=ARRAY(Text))
)
_EXPIRED = text("select tenant_id::text, id::text from outbox_expired(:at, :most)")
_log = logging.getLogger("aura.delivery")


def configured_channels() -> list[str]:
    """List the channels that have a server."""
    return [
        name
        for name, address in (
            (EMAIL, settings().smtp_host),
            (WEBHOOK, settings().webhook_url),
            (SMS, settings().sms_gateway_url),
        )
        if address
    ]


def deliver(*, claim: timedelta = CLAIM) -> int:
    """Hand over every message that is due, for at most half a minute; return how many were taken by the other side."""
    count, until = 0, time.monotonic() + _BUDGET_SECONDS
    with _open_channels() as channels:
        while channels and (due := _due(list(channels))):
            progress = False
            for (
                tenant,
                message_id,
            ) in due:
                if time.monotonic() > until:
                    return count
                with TenantSession(tenant, "", system=True) as session:
                    is_handed_over = _deliver_one(session, message_id, channels, claim)
                progress = progress or is_handed_over is not None
                count += bool(is_handed_over)
            if not progress:  # other senders have what is left
                break
    return count


def expire() -> int:
    """Give up messages that waited too long, and drop their links; return how many."""
    with TenantSession("", "") as session:
        rows = session.execute(_EXPIRED, {"at": clock.now(), "most": 1_000}).all()
    for tenant, message_id in rows:
        with TenantSession(tenant, "") as session:
            session.execute(
                update(OutboxMessage)
                .where(OutboxMessage.id == message_id, OutboxMessage.state != "sent")
                .values(state="dead", secret=None, claim=None, error="It waited until it expired.")
            )
            session.commit()
    return len(rows)


def purge() -> int:
    """Delete events of more than 90 days ago with their messages and notifications; return how many.

    An event stays while one of its messages waits.
    """
    with TenantSession("", "") as session:
        count = session.scalar(select(func.purge_outbox(clock.now() - RETENTION)))
        session.commit()
    return int(count or 0)


def next_wait(attempts: int) -> timedelta:
    """Return how long to wait after so many attempts: doubled each time, up to an hour, half to one and a half of it."""
    wait: timedelta = min(FIRST_WAIT * 2 ** min(attempts - 1, 20), LONGEST_WAIT)
    return wait * (0.5 + secrets.randbelow(1_000) / 1_000)


@contextmanager
def _open_channels() -> Iterator[dict[str, Channel]]:
    """Open the channels that have a server; one that is configured by halves is told in the log and left out."""
    channels: dict[str, Channel] = {}
    makers: Mapping[str, type[EmailChannel | WebhookChannel | SmsChannel]] = {
        EMAIL: EmailChannel,
        WEBHOOK: WebhookChannel,
        SMS: SmsChannel,
    }
    for name in configured_channels():
        try:
            channels[name] = makers[name]()
        except AppError as error:
            _log.warning("Nothing is sent by %s: %s", name, error)
    try:
        yield channels
    finally:
        for channel in channels.values():
            channel.close()


def _due(channels: list[str]) -> list[tuple[str, str]]:
    with TenantSession("", "") as session:
        rows = session.execute(_DUE, {"at": clock.now(), "channels": channels, "most": _BATCH})
        return [(row.tenant_id, row.id) for row in rows]


def _deliver_one(
    session: TenantSession, message_id: str, channels: dict[str, Channel], claim_time: timedelta
) -> bool | None:
    """Deliver a message; return whether it was taken, None where it is another sender's or its channel is away."""
    claim = new_id()
    message = _claim(session, message_id, claim, channels, claim_time)
    if message is None:
        return None
    try:
        sealed = _envelope(session, message)
        session.commit()
        channels[message.channel].send(sealed, lambda: _begin(session, message_id, claim))
    except NotDeliveredError as failure:
        session.rollback()
        _fail(session, message, claim, failure)
        if failure.is_away:
            channels.pop(message.channel).close()
        return False
    _settle(session, message_id, claim, state="sent", sent_at=clock.now(), secret=None, error=None)
    return True


def _claim(
    session: TenantSession,
    message_id: str,
    claim: str,
    channels: Mapping[str, Channel],
    claim_time: timedelta,
) -> OutboxMessage | None:
    now = clock.now()
    message = session.get(OutboxMessage, (session.tenant, message_id), with_for_update={"skip_locked": True})
    if (
        message is None
        or message.state not in {"waiting", "failed", "sending"}
        or message.next_at > now
        or message.channel not in channels
    ):
        session.rollback()
        return None
    message.repeated = message.repeated or message.handing_over
    message.handing_over = False
    message.state, message.claim, message.next_at = "sending", claim, now + claim_time
    message.attempts += 1
    if message.message_ref is None:
        message.message_ref = _reference(message)
    session.commit()
    return message


def _reference(message: OutboxMessage) -> str:
    """Return the Message-ID of an e-mail, or the idempotency key of any other; stored, so that it never changes."""
    if message.channel != EMAIL:
        return message.id
    return f"<{message.id}@{settings().smtp_from.rpartition('@')[2]}>"


def _envelope(session: TenantSession, message: OutboxMessage) -> Envelope:
    if message.expires_at is not None and message.expires_at <= clock.now():
        raise NotDeliveredError("It waited until it expired.", is_final=True)
    if NETWORK in outages(session):
        raise NotDeliveredError(CAUSES[NETWORK])
    try:
        return envelope(session, message)
    except (AppError, DecryptionError, KeyError, ValueError) as error:
        raise NotDeliveredError(
            f"The message could not be written ({type(error).__name__}).", is_final=True
        ) from None


def _begin(session: TenantSession, message_id: str, claim: str) -> None:
    """Note that the other side may have the message from now on."""
    if not _update(session, message_id, claim, {"handing_over": True}):
        raise NotDeliveredError("Another sender has taken the message over.")


def _fail(session: TenantSession, message: OutboxMessage, claim: str, failure: NotDeliveredError) -> None:
    """Store a failed attempt: again later, or never where that does not help. The link stays for who may read it."""
    is_dead = failure.is_final or message.attempts >= MAX_ATTEMPTS
    next_at: datetime = clock.now() + next_wait(message.attempts)
    state = "dead" if is_dead else "failed"
    values = {"state": state, "next_at": next_at, "error": failure.reason, "handing_over": failure.is_unknown}
    _settle(session, message.id, claim, **values)
    _log.warning("%s message %s: %s", state, message.id, failure.reason)


def _settle(session: TenantSession, message_id: str, claim: str, **values: object) -> None:
    _update(session, message_id, claim, {"claim": None, "handing_over": False, **values})


def _update(session: TenantSession, message_id: str, claim: str, values: Mapping[str, object]) -> bool:
    """Change a message that is still this sender's, in a transaction of its own; return whether it was."""
    statement = update(OutboxMessage).where(OutboxMessage.id == message_id, OutboxMessage.claim == claim)
    row = session.execute(statement.values(**values).returning(OutboxMessage.id)).first()
    session.commit()
    return row is not None
