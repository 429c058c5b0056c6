"""Save, discard and submit the draft of a contact's order, in a Context of their customer."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select, text

from core.business.catalog.packages import package as find_package
from core.business.engagements.create import OrderDetails, create_engagement
from core.business.engagements.ordering.draft import (
    Draft,
    as_document,
    changed,
    first_gap,
    from_document,
)
from core.business.engagements.ordering.price import order_lines, order_price
from core.business.engagements.ordering.views import DraftView, open_draft, shown
from core.business.engagements.rules import PENDING
from core.business.engagements.tables import Engagement, EngagementDraft
from core.context import Context
from core.errors import ConflictError, InvalidInputError, NotFoundError
from core.kit.ids import new_id
from core.kit.money import show
from core.platform.access.actions import action
from core.platform.access.tables import TenantRecord
from core.platform.audit.actions import record
from core.platform.events.actions import emit
from core.platform.events.recipients import people_in_roles

_ONE_AT_A_TIME = text("select pg_advisory_xact_lock(hashtextextended('orders of ' || :tenant, 0))")


@dataclass(frozen=True, slots=True)
class Submitted:
    """The order that a draft became; `is_new` is False where an earlier submission made it."""

    engagement_id: str
    number: str
    is_new: bool


@action("order.place")
def save_draft(context: Context, changes: Mapping[str, object]) -> DraftView:
    """Store fields of the person's draft, made where there is none; the others stay as they are.

    InvalidInputError for a field that a draft does not have, or a value that cannot be chosen.
    """
    _wait(context)
    row = context.session.scalar(open_draft(context))
    before = Draft() if row is None else from_document(context.tenant.domain, row.answers)
    draft = changed(context.tenant.domain, before, changes)
    if row is None:
        row = EngagementDraft(
            tenant_id=context.tenant.id,
            id=new_id(),
            created_at=context.now,
            person_id=context.person,
            answers=as_document(draft),
            version=1,
            updated_at=context.now,
        )
        context.session.add(row)
    elif draft == before:
        return shown(context, row)
    else:
        row.answers, row.version, row.updated_at = as_document(draft), row.version + 1, context.now
    context.session.flush()
    record(context, "order.draft", "engagement_draft", row.id, fields=sorted(changes))
    return shown(context, row)


@action("order.place")
def discard_draft(context: Context) -> None:
    """Give the person's draft up. NotFoundError where none is open."""
    _wait(context)
    row = context.session.scalar(open_draft(context))
    if row is None:
        raise NotFoundError("There is no draft.", hint="Choose a package to begin one.")
    row.discarded_at = context.now
    record(context, "order.discard", "engagement_draft", row.id)


@action("order.place")
def submit_order(context: Context, draft_id: str, version: int) -> Submitted:
    """Order what a draft says, once: submitted again, it returns the same order. Managers and the owner are told.

    `version` is that of the draft as it was seen. ConflictError where it was changed since, was discarded, or an order of
    the customer waits for approval already; InvalidInputError where something is missing; NotFoundError for another's.
    """
    _wait(context)
    row = context.session.get(EngagementDraft, (context.tenant.id, draft_id), populate_existing=True)
    if row is None or row.person_id != context.person:
        raise NotFoundError("There is no such draft.", hint="Open your order again.")
    existing = context.session.scalar(select(Engagement).where(Engagement.submission == draft_id))
    if existing is not None:
        return Submitted(existing.id, existing.number, is_new=False)
    draft = from_document(context.tenant.domain, row.answers)
    _check(context, row, draft, version)
    order = _ordered(context, draft_id, draft)
    row.submitted_at = row.updated_at = context.now
    record(context, "order.create", "engagement", order.id, order=order.number, by="customer")
    _tell(context, order)
    return Submitted(order.id, order.number, is_new=True)


def _wait(context: Context) -> None:
    """Have the drafts and orders of a customer changed one after the other: of two clicks the second sees the first."""
    context.session.execute(_ONE_AT_A_TIME, {"tenant": context.tenant.id})


def _check(context: Context, row: EngagementDraft, draft: Draft, version: int) -> None:
    if row.discarded_at is not None:
        raise ConflictError("This draft was discarded.", hint="Open your order again.")
    if row.version != version:
        raise ConflictError(
            "The draft was changed in another tab or window.", hint="Check the order, then submit it."
        )
    if (needed := first_gap(context.tenant.domain, draft)) is not None:
        raise InvalidInputError(needed.message, hint=needed.hint, step=needed.step)
    pending = context.session.scalar(
        select(Engagement.number).where(
            Engagement.tenant_id == context.tenant.id, Engagement.state == PENDING
        )
    )
    if pending is not None:
        raise ConflictError(
            f"Order {pending} waits for approval already.",
            hint="Ask us to change it instead of a second order.",
        )


def _ordered(context: Context, draft_id: str, draft: Draft) -> Engagement:
    """Write the order of a draft that is complete."""
    domain, plan = context.tenant.domain, draft.payment_plan or ""
    package = draft.package or ""
    priced = order_price(domain, package, locations=draft.locations, add_ons=draft.add_ons, plan=plan)
    order_id = create_engagement(
        context.session,
        OrderDetails(
            quote_id=None,
            quote_number=None,
            prospect_id=None,
            domain=domain,
            package=package,
            locations=draft.locations,
            currency=priced.currency,
            total=priced.total,
            lines=order_lines(priced),
            payment_plan=plan,
            months=draft.plan_months,
            ordered_at=context.now,
            ordered_by=context.name,
            signed_on=context.today,
            go_live_on=None,
            submission=draft_id,
            assessment=dict(draft.assessment),
        ),
    )
    return context.session.get_one(Engagement, (context.tenant.id, order_id))


def _tell(context: Context, order: Engagement) -> None:
    """Tell the managers and the owner of the customer, and confirm to who ordered."""
    owner = context.session.scalar(select(TenantRecord.owner_id).where(TenantRecord.id == context.tenant.id))
    managers = people_in_roles(context.session, ("manager",))
    title = find_package(order.domain, order.package).title
    total = show(order.total, order.currency)
    people = [*managers, *([owner] if owner else [])]
    facts: dict[str, Any] = {
        "order": order.number,
        "engagement_id": order.id,
        "package": title,
        "total": total,
    }
    emit(context, "order_submitted", to=people, **facts)
    emit(context, "order_received", to=[context.person], **facts)
