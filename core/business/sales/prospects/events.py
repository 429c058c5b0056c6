"""Write entries of a prospect's history in the open transaction of what happened."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import update

from core.business.sales.tables import Prospect, ProspectEvent
from core.context import Context
from core.kit.ids import new_id


def add_event(
    context: Context,
    prospect_id: str,
    kind: str,
    *,
    note: str | None = None,
    is_program: bool = False,
    **details: object,
) -> None:
    """Add an entry to the history of a prospect, and make it the last activity.

    `kind` such as 'quote_sent', `details` plain values without personal data. `is_program`: no person did it.
    """
    person = None if is_program else context.person or None
    context.session.add(ProspectEvent(**event_values(context, prospect_id, kind, details, note, person)))
    context.session.execute(
        update(Prospect)
        .where(Prospect.tenant_id == context.session.tenant, Prospect.id == prospect_id)
        .values(updated_at=context.now)
        .execution_options(synchronize_session=False)
    )


def event_values(
    context: Context,
    prospect_id: str,
    kind: str,
    details: Mapping[str, object],
    note: str | None,
    person: str | None,
) -> dict[str, object]:
    """Make the values of an entry's row."""
    return {
        "tenant_id": context.session.tenant,
        "id": new_id(),
        "created_at": context.now,
        "prospect_id": prospect_id,
        "kind": kind,
        "person_id": person,
        "details": dict(details),
        "note": note,
    }
