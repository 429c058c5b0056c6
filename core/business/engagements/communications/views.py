"""Search the communication log of an order, in a Context of the customer; a contact sees the shared entries alone."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, select

from core.business.engagements.communications.actions import CONTENT
from core.business.engagements.communications.rules import CHANNELS, DIRECTIONS, check_channel, check_period
from core.business.engagements.papers.encryption import decrypt_json
from core.business.engagements.papers.orders import find_order, is_contact
from core.business.engagements.papers.tables import Communication
from core.context import Context
from core.platform.access.actions import view
from core.platform.access.tables import Person
from core.platform.audit.actions import note_reading

MAX_ENTRIES = 200


@dataclass(frozen=True, slots=True)
class LogEntry:
    """An entry of the log. `corrects` is the entry that it puts right, `is_corrected` tells that a later one stands for it."""

    id: str
    channel: str
    direction: str
    happened_at: datetime
    logged_at: datetime
    partner: str
    text: str
    is_shared: bool
    corrects: str | None
    is_corrected: bool
    writer: str | None

    @property
    def channel_text(self) -> str:
        return CHANNELS[self.channel]

    @property
    def direction_text(self) -> str:
        return DIRECTIONS[self.direction]


@view("communication.read")
def communications(
    context: Context,
    engagement_id: str,
    *,
    channel: str | None = None,
    since: datetime | None = None,
    until: datetime | None = None,
    limit: int = MAX_ENTRIES,
) -> list[LogEntry]:
    """List the newest entries of an order first, by when it happened: of a channel, from `since` on, before `until`.

    InvalidInputError for an unknown channel or a period that ends before it begins, NotFoundError for an order of
    another customer.
    """
    find_order(context, engagement_id)
    check_channel(channel)
    check_period(since, until)
    query = _visible(context, engagement_id)
    if channel is not None:
        query = query.where(Communication.channel == channel)
    if since is not None:
        query = query.where(Communication.happened_at >= since)
    if until is not None:
        query = query.where(Communication.happened_at < until)
    rows = context.session.execute(query.limit(limit)).all()
    if rows:
        note_reading(
            context,
            "engagement",
            engagement_id,
            data="communication",
            purpose="communication log of an order",
        )
    corrected_ids = _corrected(context, [row.id for row, _ in rows])
    return [_entry(context, row, writer, corrected_ids) for row, writer in rows]


def _visible(context: Context, engagement_id: str) -> Select[Communication, str]:
    query = (
        select(Communication, Person.name)
        .outerjoin(Person, Person.id == Communication.person_id)
        .where(Communication.tenant_id == context.tenant.id, Communication.engagement_id == engagement_id)
        .order_by(Communication.happened_at.desc(), Communication.created_at.desc(), Communication.id.desc())
    )
    return query.where(Communication.is_shared) if is_contact(context) else query


def _corrected(context: Context, ids: Iterable[str]) -> set[str | None]:
    """Find which of the entries a later one puts right."""
    query = select(Communication.corrects).where(
        Communication.tenant_id == context.tenant.id, Communication.corrects.in_(list(ids))
    )
    return set(context.session.scalars(query))


def _entry(
    context: Context, row: Communication, writer: str | None, corrected_ids: set[str | None]
) -> LogEntry:
    content = decrypt_json(context.session, CONTENT, row.id, row.content)
    return LogEntry(
        row.id,
        row.channel,
        row.direction,
        row.happened_at,
        row.created_at,
        content["with"],
        content["text"],
        row.is_shared,
        row.corrects,
        row.id in corrected_ids,
        writer,
    )
