"""Notifications of the person at work, of all customers that the person reaches, and the choices of how to be told."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select, update
from sqlalchemy.dialects.postgresql import insert

from core.context import Context
from core.errors import InvalidInputError
from core.platform.access.actions import action, view
from core.platform.access.rules import CUSTOMER
from core.platform.access.tables import TenantRecord
from core.platform.audit.actions import record
from core.platform.delivery.composing import DEFAULT_PRODUCT, PRODUCTS, order_of, path_for
from core.platform.delivery.templates import notice
from core.platform.events.kinds import EMAIL, KINDS
from core.platform.events.tables import Notification, NotificationChoice


@dataclass(frozen=True, slots=True)
class Notice:
    """A notification: what it says (data, to be shown as text), and the screen it leads to ('' for none).

    `quote_id` is the quote that the screen opens, `order_id` the order; None where it is about none.
    """

    id: str
    created_at: datetime
    kind: str
    text: str
    customer: str
    slug: str
    is_operator: bool
    path: str
    migration_id: str | None
    is_read: bool
    quote_id: str | None = None
    order_id: str | None = None


@dataclass(frozen=True, slots=True)
class KindChoice:
    """Whether the person gets a kind by e-mail; in the console it always is. `required` kinds are always mailed."""

    kind: str
    label: str
    by_email: bool
    required: bool


@view("notification.own")
def notifications(context: Context, *, limit: int = 50) -> list[Notice]:
    """List the person's newest notifications."""
    query = (
        select(Notification, TenantRecord.name, TenantRecord.slug, TenantRecord.domain, TenantRecord.kind)
        .join(TenantRecord, TenantRecord.id == Notification.tenant_id)
        .order_by(Notification.created_at.desc(), Notification.id.desc())
        .limit(limit)
    )
    return [
        Notice(
            row.id,
            row.created_at,
            row.kind,
            notice(row.kind, _values(row, name, domain)),
            name,
            slug,
            tenant_kind == "operator",
            path := path_for(row.kind, is_contact=context.role == CUSTOMER),
            row.facts.get("migration_id"),
            row.read_at is not None,
            row.facts.get("quote_id"),
            order_of(path, row.facts),
        )
        for row, name, slug, domain, tenant_kind in context.session.execute(query)
    ]


@view("notification.own")
def unread_count(context: Context) -> int:
    """Count the person's notifications that are not read."""
    query = select(func.count()).select_from(Notification).where(Notification.read_at.is_(None))
    return context.session.scalar(query) or 0


@action("notification.own")
def mark_read(context: Context, notification_ids: Collection[str] | None = None) -> int:
    """Mark the person's notifications as read, all of them where none is named; return how many were not."""
    statement = update(Notification).where(Notification.read_at.is_(None)).values(read_at=context.now)
    if notification_ids is not None:
        statement = statement.where(Notification.id.in_(notification_ids))
    return len(context.session.execute(statement.returning(Notification.id)).all())


@view("notification.own")
def notification_choices(context: Context) -> list[KindChoice]:
    """List the kinds that a person may be mailed, with the person's choices."""
    query = select(NotificationChoice.kind, NotificationChoice.wanted)
    rows = context.session.execute(query.where(NotificationChoice.channel == EMAIL))
    by_kind = {row.kind: row.wanted for row in rows}
    return [
        KindChoice(name, kind.label, kind.required or by_kind.get(name, True), kind.required)
        for name, kind in KINDS.items()
        if not kind.with_secret
    ]


@action("notification.own")
def choose_notifications(context: Context, by_email: Mapping[str, bool]) -> None:
    """Store which kinds the person wants by e-mail: kind -> whether. InvalidInputError for one that is no choice."""
    if not by_email:
        return
    for name, is_wanted in by_email.items():
        if name not in KINDS or (KINDS[name].required and not is_wanted):
            raise InvalidInputError(
                f"{name!r} cannot be chosen.", hint="Choose among the kinds on the screen."
            )
    rows = [
        {"person_id": context.person, "kind": name, "channel": EMAIL, "wanted": is_wanted}
        for name, is_wanted in sorted(by_email.items())
    ]
    statement = insert(NotificationChoice).values(rows)
    key = [NotificationChoice.person_id, NotificationChoice.kind, NotificationChoice.channel]
    context.session.execute(
        statement.on_conflict_do_update(index_elements=key, set_={"wanted": statement.excluded.wanted})
    )
    kinds = sorted(name for name, is_wanted in by_email.items() if is_wanted)
    record(context, "notification.choose", "person", context.person, by_email=kinds)


def _values(row: Notification, customer: str, domain: str) -> dict[str, object]:
    names = {"product": PRODUCTS.get(domain, DEFAULT_PRODUCT), "customer": customer}
    return {"actor": "", "link": "", "until": "", "support": "", **names, **row.facts}
