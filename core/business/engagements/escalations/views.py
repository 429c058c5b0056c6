"""Show the escalations of an order with their levels, timers and hand-over packs, in a Context of the customer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import aliased

from core.business.engagements.escalations.actions import PACK, REASON, RESOLUTION
from core.business.engagements.escalations.rules import LAST, Stand, Timer, level_text, stand
from core.business.engagements.papers.encryption import decrypt_json, decrypt_text
from core.business.engagements.papers.orders import find_order
from core.business.engagements.papers.tables import Escalation
from core.context import Context
from core.errors import NotFoundError
from core.platform.access.actions import view
from core.platform.access.tables import Person
from core.platform.audit.actions import note_reading


@dataclass(frozen=True, slots=True)
class LevelDetails:
    """A level of an escalation: why it began, who opened, took and closed it, and its timer."""

    id: str
    level: int
    reason: str
    opened_at: datetime
    opener: str | None
    taker: str | None
    closer: str | None
    resolution: str
    timer: Timer

    @property
    def title(self) -> str:
        return level_text(self.level)

    @property
    def stand(self) -> Stand:
        return stand(self.timer.taken_at, self.timer.closed_at, has_resolution=bool(self.resolution))


@dataclass(frozen=True, slots=True)
class Case:
    """A problem with its levels, the first one first; the last one is where it stands."""

    id: str
    levels: Sequence[LevelDetails]

    @property
    def current(self) -> LevelDetails:
        return self.levels[-1]

    @property
    def is_open(self) -> bool:
        return self.current.timer.closed_at is None

    @property
    def can_rise(self) -> bool:
        return self.is_open and self.current.level < LAST


@view("escalation.read")
def escalations(context: Context, engagement_id: str) -> list[Case]:
    """List the escalated problems of an order, open ones first, then the newest. NotFoundError for another customer's."""
    find_order(context, engagement_id)
    opener, taker, closer = aliased(Person), aliased(Person), aliased(Person)
    query = (
        select(Escalation, opener.name, taker.name, closer.name)
        .outerjoin(opener, opener.id == Escalation.person_id)
        .outerjoin(taker, taker.id == Escalation.taken_by)
        .outerjoin(closer, closer.id == Escalation.closed_by)
        .where(Escalation.tenant_id == context.tenant.id, Escalation.engagement_id == engagement_id)
        .order_by(Escalation.case_id, Escalation.level)
    )
    rows = context.session.execute(query).all()
    if rows:
        note_reading(
            context, "engagement", engagement_id, data="escalation", purpose="escalations of an order"
        )
    cases = [
        Case(case_id, [_level(context, *row) for row in levels])
        for case_id, levels in groupby(rows, key=lambda row: str(row[0].case_id))
    ]
    cases.sort(key=lambda case: case.levels[0].opened_at, reverse=True)
    return sorted(cases, key=lambda case: not case.is_open)


@view("escalation.read")
def hand_over_pack(context: Context, escalation_id: str) -> Mapping[str, Any]:
    """Return the pack of a level, as it was made when the level began. NotFoundError for one of another customer."""
    query = select(Escalation.engagement_id, Escalation.pack).where(
        Escalation.tenant_id == context.tenant.id, Escalation.id == escalation_id
    )
    row = context.session.execute(query).first()
    if row is None:
        raise NotFoundError("There is no such escalation.", hint="Open the escalations of the order.")
    note_reading(
        context, "engagement", row.engagement_id, data="escalation", purpose="escalations of an order"
    )
    pack: Mapping[str, Any] = decrypt_json(context.session, PACK, escalation_id, row.pack)
    return pack


def _level(
    context: Context, row: Escalation, opener: str | None, taker: str | None, closer: str | None
) -> LevelDetails:
    return LevelDetails(
        row.id,
        row.level,
        decrypt_text(context.session, REASON, row.id, row.reason),
        row.created_at,
        opener,
        taker,
        closer,
        decrypt_text(context.session, RESOLUTION, row.id, row.resolution),
        Timer(row.respond_by, row.resolve_by, row.taken_at, row.closed_at),
    )
