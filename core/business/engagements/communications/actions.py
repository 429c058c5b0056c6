"""Write into the communication log of an order, in a Context of the customer. Entries are never changed."""

from __future__ import annotations

from dataclasses import replace

from sqlalchemy import select

from core.business.engagements.communications.rules import Entry, check_correctable, check_entry
from core.business.engagements.papers.encryption import encrypt_json
from core.business.engagements.papers.orders import find_order
from core.business.engagements.papers.tables import Communication
from core.context import Context
from core.errors import NotFoundError
from core.kit.ids import new_id
from core.platform.access.actions import action
from core.platform.audit.actions import record

CONTENT = "communication.content"


@action("communication.write")
def log_communication(context: Context, engagement_id: str, entry: Entry) -> str:
    """Add an entry to the log of an order; return its id. NotFoundError for an order of another customer."""
    order = find_order(context, engagement_id)
    return _add(context, order.id, check_entry(entry, context.now), None, "communication.log")


@action("communication.write")
def correct_communication(context: Context, entry_id: str, entry: Entry) -> str:
    """Put an entry right by a following one, which says all of it anew; return the id of that one.

    What the customer sees stays visible: the correction of a shared entry is shared. ConflictError where the entry was
    corrected already, NotFoundError for one of another customer.
    """
    query = select(Communication.engagement_id, Communication.is_shared).where(
        Communication.tenant_id == context.tenant.id, Communication.id == entry_id
    )
    wrong = context.session.execute(query).first()
    if wrong is None:
        raise NotFoundError("There is no such entry.", hint="Open the communication log of the order.")
    find_order(
        context, wrong.engagement_id, lock=True
    )  # two corrections at once: the second one sees the first
    corrections = select(Communication.corrects).where(
        Communication.tenant_id == context.tenant.id, Communication.corrects == entry_id
    )
    check_correctable(entry_id, context.session.scalars(corrections))
    checked = check_entry(replace(entry, is_shared=entry.is_shared or wrong.is_shared), context.now)
    return _add(context, wrong.engagement_id, checked, entry_id, "communication.correct")


def _add(context: Context, engagement_id: str, entry: Entry, corrects: str | None, event: str) -> str:
    entry_id = new_id()
    content = {"with": entry.partner, "text": entry.text}
    context.session.add(
        Communication(
            tenant_id=context.tenant.id,
            id=entry_id,
            created_at=context.now,
            engagement_id=engagement_id,
            channel=entry.channel,
            direction=entry.direction,
            happened_at=entry.happened_at,
            content=encrypt_json(context.session, CONTENT, entry_id, content),
            is_shared=entry.is_shared,
            corrects=corrects,
            person_id=context.person,
        )
    )
    record(context, event, "communication", entry_id, channel=entry.channel, shared=entry.is_shared)
    return entry_id
