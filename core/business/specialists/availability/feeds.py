"""The private calendar of a specialist: an address with a token, of which only the SHA-256 is stored."""

from __future__ import annotations

from sqlalchemy import Select, select

from core.business.specialists.tables import Specialist
from core.context import Context
from core.errors import NotFoundError
from core.platform.access.actions import action, view
from core.platform.audit.actions import record
from core.platform.delivery.composing import public_url
from core.platform.signin.tokens import new_token, token_hash

PATH = "/calendar"


@view("guided_session.feed")
def has_feed(context: Context) -> bool:
    """Tell whether the person at the console has a calendar address; False for somebody who is no specialist."""
    row = context.session.scalar(_row_of_person(context))
    return row is not None and row.feed_digest is not None


@view("guided_session.feed")
def own_zone(context: Context) -> str | None:
    """Return the zone (IANA) of the person at the console; None for somebody who is not on the roster."""
    row = context.session.scalar(_row_of_person(context))
    return row.zone if row is not None else None


@action("guided_session.feed")
def rotate_feed(context: Context) -> str:
    """Make a new address of the person's calendar and return it, told this once; the one before opens nothing any more.

    NotFoundError for somebody who is no specialist.
    """
    row = _require_specialist(context)
    token = new_token()
    row.feed_digest, row.updated_at = token_hash(token), context.now
    record(context, "guided_session.feed", "specialist", row.id, feed="made")
    return f"{public_url()}{PATH}/{token}.ics"


@action("guided_session.feed")
def end_feed(context: Context) -> None:
    """Close the person's calendar address."""
    row = _require_specialist(context)
    row.feed_digest, row.updated_at = None, context.now
    record(context, "guided_session.feed", "specialist", row.id, feed="closed")


def _require_specialist(context: Context) -> Specialist:
    row = context.session.scalar(_row_of_person(context).with_for_update())
    if row is None:
        raise NotFoundError("You are not a specialist.", hint="Ask a manager to add you to the roster.")
    return row


def _row_of_person(context: Context) -> Select[Specialist]:
    return select(Specialist).where(
        Specialist.tenant_id == context.tenant.id, Specialist.person_id == context.person
    )
