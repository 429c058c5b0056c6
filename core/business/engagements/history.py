"""The history of an order: what happened, who did it, when and why; for the customer's contacts without who and why."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select

from core.business.engagements.lookup import find_order
from core.business.engagements.sessions.announcing import REASON, reason_of
from core.business.engagements.tables import EngagementEvent, Task
from core.context import Context
from core.kit.ids import new_id
from core.platform.access.actions import view
from core.platform.access.tables import Person

SHARED_KINDS = (
    *("approve", "start", "migrate_data", "set_up", "train", "test", "go_live", "complete"),
    *("hold", "resume", "cancel", "milestone_reached"),
)
"""Kinds of entries that a contact of the customer sees."""


@dataclass(frozen=True, slots=True)
class HistoryEntry:
    """An entry: `kind`, the states before and after (alike or None where it is no transition), details by kind.

    `person` is who did it, None for the program; `reason` why; `subject` the person or task that it is about, by name.
    All three are None for a contact of the customer.
    """

    kind: str
    from_state: str | None
    to_state: str | None
    at: datetime
    person: str | None
    reason: str | None
    details: Mapping[str, Any]
    subject: str | None = None


def add_entry(
    context: Context,
    engagement_id: str,
    kind: str,
    *,
    from_state: str | None = None,
    to_state: str | None = None,
    reason: str = "",
    by_program: bool = False,
    **details: object,
) -> None:
    """Add an entry to the history of an order, in the open transaction. No personal data in `details`.

    `by_program`: nobody did it, whoever's page or job brought it about.
    """
    context.session.add(
        EngagementEvent(
            tenant_id=context.tenant.id,
            id=new_id(),
            created_at=context.now,
            engagement_id=engagement_id,
            kind=kind,
            from_state=from_state,
            to_state=to_state,
            reason=reason or None,
            person_id=None if by_program or context.role == "worker" else context.person,
            details=details,
        )
    )
    context.session.flush()


@view("order.follow")
def history(context: Context, engagement_id: str) -> list[HistoryEntry]:
    """List what happened to an order, the newest first. NotFoundError for an order of another customer."""
    rows = _rows(context, engagement_id)
    names = _subjects(context, engagement_id, [event for event, _ in rows])
    return [
        HistoryEntry(
            event.kind,
            event.from_state,
            event.to_state,
            event.created_at,
            name,
            reason_of(context.session, event),
            {key: value for key, value in event.details.items() if key != REASON},
            names.get(str(event.details.get("person") or event.details.get("task") or "")),
        )
        for event, name in rows
    ]


@view("order.read")
def shared_history(context: Context, engagement_id: str) -> list[HistoryEntry]:
    """List what the customer is told of an order, the newest first: no reasons, no people, no details but the milestone's."""
    return [
        HistoryEntry(
            event.kind,
            event.from_state,
            event.to_state,
            event.created_at,
            None,
            None,
            {key: event.details[key] for key in ("milestone",) if key in event.details},
        )
        for event, _ in _rows(context, engagement_id)
        if event.kind in SHARED_KINDS
    ]


def _rows(context: Context, engagement_id: str) -> Sequence[tuple[EngagementEvent, str | None]]:
    find_order(context.session, engagement_id)
    query = (
        select(EngagementEvent, Person.name)
        .outerjoin(Person, Person.id == EngagementEvent.person_id)
        .where(EngagementEvent.tenant_id == context.tenant.id, EngagementEvent.engagement_id == engagement_id)
        .order_by(EngagementEvent.created_at.desc(), EngagementEvent.id.desc())
    )
    return [(event, name) for event, name in context.session.execute(query)]


def _subjects(context: Context, engagement_id: str, events: Sequence[EngagementEvent]) -> dict[str, str]:
    """Map the people and tasks (ids) that entries are about to their names and titles."""
    people = {str(event.details["person"]) for event in events if event.details.get("person")}
    names = select(Person.id, Person.name).where(Person.id.in_(people))
    titles = select(Task.id, Task.title).where(
        Task.tenant_id == context.tenant.id, Task.engagement_id == engagement_id
    )
    return {row[0]: row[1] for query in (names, titles) for row in context.session.execute(query)}
