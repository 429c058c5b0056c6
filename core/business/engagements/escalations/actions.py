"""Open an escalation, take it, hand it over to the level above and resolve it, in a Context of the customer."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select

from core.business.engagements.escalations.pack import make_pack
from core.business.engagements.escalations.rules import (
    FIRST,
    check_level,
    check_running,
    check_text,
    level_text,
    limits,
    next_level,
)
from core.business.engagements.papers.encryption import decrypt_text, encrypt_json, encrypt_text
from core.business.engagements.papers.orders import find_order
from core.business.engagements.papers.tables import Escalation
from core.business.engagements.tables import Engagement
from core.context import Context
from core.errors import ConflictError, NotFoundError
from core.kit.ids import new_id
from core.platform.access.actions import action
from core.platform.audit.actions import record
from core.platform.events.actions import emit
from core.platform.events.recipients import people_in_roles

REASON, RESOLUTION, PACK = "escalation.reason", "escalation.resolution", "escalation.pack"
"""Columns that are encrypted, as their values are bound."""


@action("escalation.edit")
def open_escalation(context: Context, engagement_id: str, reason: str, *, level: int = FIRST) -> str:
    """Escalate a problem of an order to a level, by default the first; return the id of that level.

    The managers are told. InvalidInputError without a reason, NotFoundError for an order of another customer.
    """
    check_level(level)
    text = check_text(reason, "reason")
    order = find_order(context, engagement_id, lock=True)
    return _begin(context, order, new_id(), level, text, [])


@action("escalation.edit")
def take_escalation(context: Context, escalation_id: str) -> None:
    """Take a level: that is the response its first limit is about. ConflictError where it is taken or closed."""
    row = _find(context, escalation_id)
    check_running(row.closed_at)
    if row.taken_at is not None:
        raise ConflictError("Somebody has taken this escalation already.", hint="Reload the page.")
    row.taken_at, row.taken_by = context.now, context.person
    record(context, "escalation.take", "escalation", row.id, level=level_text(row.level))


@action("escalation.edit")
def raise_escalation(context: Context, escalation_id: str, reason: str) -> str:
    """Hand a level over to the next, with the reason and a pack of how the order stands; return the id of that level.

    ConflictError where it is closed, or the last.
    """
    text = check_text(reason, "reason")
    row = _find(context, escalation_id)
    level = next_level(row.level, row.closed_at)
    order = find_order(context, row.engagement_id)
    row.closed_at, row.closed_by = context.now, context.person
    return _begin(context, order, row.case_id, level, text, _levels(context, row.case_id))


@action("escalation.edit")
def resolve_escalation(context: Context, escalation_id: str, resolution: str) -> None:
    """Close an escalation with how it was resolved. ConflictError where this level is closed."""
    text = check_text(resolution, "resolution")
    row = _find(context, escalation_id)
    check_running(row.closed_at)
    row.closed_at, row.closed_by = context.now, context.person
    row.resolution = encrypt_text(context.session, RESOLUTION, row.id, text)
    record(context, "escalation.resolve", "escalation", row.id, level=level_text(row.level))


def _begin(
    context: Context, order: Engagement, case_id: str, level: int, reason: str, levels: list[dict[str, Any]]
) -> str:
    """Begin a level with its limits and pack, and tell the managers."""
    escalation_id = new_id()
    respond_by, resolve_by = limits(level, context.now)
    pack = make_pack(context, order, levels)
    context.session.add(
        Escalation(
            tenant_id=context.tenant.id,
            id=escalation_id,
            created_at=context.now,
            engagement_id=order.id,
            case_id=case_id,
            level=level,
            reason=encrypt_text(context.session, REASON, escalation_id, reason),
            pack=encrypt_json(context.session, PACK, escalation_id, pack),
            person_id=context.person,
            respond_by=respond_by,
            resolve_by=resolve_by,
            details={},
        )
    )
    verb = "escalation.raise" if levels else "escalation.open"
    record(context, verb, "escalation", escalation_id, order=order.number, level=level_text(level))
    managers = people_in_roles(context.session, {"manager"})
    emit(
        context,
        "escalation_opened",
        to=managers,
        order=order.number,
        engagement_id=order.id,
        level=level_text(level),
    )
    return escalation_id


def _levels(context: Context, case_id: str) -> list[dict[str, Any]]:
    """Return the levels of a case so far, as a pack names them."""
    query = (
        select(Escalation)
        .where(Escalation.tenant_id == context.tenant.id, Escalation.case_id == case_id)
        .order_by(Escalation.level)
    )
    return [
        {
            "level": row.level,
            "opened_at": row.created_at.isoformat(),
            "taken_at": row.taken_at and row.taken_at.isoformat(),
            "reason": decrypt_text(context.session, REASON, row.id, row.reason),
        }
        for row in context.session.scalars(query)
    ]


def _find(context: Context, escalation_id: str) -> Escalation:
    """Return a level of the customer's, locked: of two who act on it at once the second sees what the first did."""
    query = select(Escalation).where(
        Escalation.tenant_id == context.tenant.id, Escalation.id == escalation_id
    )
    row = context.session.scalar(query.with_for_update().execution_options(populate_existing=True))
    if row is None:
        raise NotFoundError("There is no such escalation.", hint="Open the escalations of the order.")
    return row
