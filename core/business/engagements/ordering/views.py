"""Show a contact their own draft of an order, in a Context of their customer."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, select

from core.business.engagements.ordering.draft import Draft, from_document
from core.business.engagements.tables import EngagementDraft
from core.context import Context
from core.platform.access.actions import view


@dataclass(frozen=True, slots=True)
class DraftView:
    """A draft that is open; `version` counts its changes: an order is submitted as it was seen."""

    id: str
    version: int
    updated_at: datetime
    draft: Draft


@view("order.place")
def my_draft(context: Context) -> DraftView | None:
    """Return the draft that the person has open; None for none."""
    row = context.session.scalar(open_draft(context))
    return None if row is None else shown(context, row)


def open_draft(context: Context) -> Select[EngagementDraft]:
    """Select the newest open draft of the person at work."""
    return (
        select(EngagementDraft)
        .where(
            EngagementDraft.tenant_id == context.tenant.id,
            EngagementDraft.person_id == context.person,
            EngagementDraft.submitted_at.is_(None),
            EngagementDraft.discarded_at.is_(None),
        )
        .order_by(EngagementDraft.updated_at.desc(), EngagementDraft.id.desc())
        .limit(1)
    )


def shown(context: Context, row: EngagementDraft) -> DraftView:
    """Return a stored draft as it is shown."""
    return DraftView(row.id, row.version, row.updated_at, from_document(context.tenant.domain, row.answers))
