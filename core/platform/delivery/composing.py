"""Compose the envelope of a message: who it is for, what it says, where its link leads."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from sqlalchemy import exists, select

from core.db.session import TenantSession
from core.platform.access.rules import CUSTOMER
from core.platform.access.tables import Membership, Person, TenantRecord
from core.platform.delivery.calendars import entry_of, invitation
from core.platform.delivery.envelope import CalendarFile, Envelope, NotDeliveredError
from core.platform.delivery.support import support_of
from core.platform.delivery.templates import Rendered, render
from core.platform.events.actions import open_secret
from core.platform.events.kinds import EMAIL, KINDS, ORDER_SCREENS, SMS
from core.platform.events.phones import number_of
from core.platform.events.tables import OutboxEvent, OutboxMessage
from core.settings import settings

PRODUCTS: Mapping[str, str] = {"school": "OneClass"}
"""Line of business -> the product's name there; AuraConnect elsewhere."""
DEFAULT_PRODUCT = "AuraConnect"
HIDDEN_LINK = "(one-time link, hidden)"


def public_url() -> str:
    """Return the address under which people reach the console, without a slash at its end."""
    config = settings()
    if config.app_public_url:
        return config.app_public_url.rstrip("/")
    return f"{'https' if config.app_behind_tls else 'http'}://{config.app_host}:{config.app_port}"


def screen_link(kind: str, slug: str, facts: Mapping[str, object], *, is_contact: bool = False) -> str:
    """Return the address of the screen that an event is about, as staff or a contact of the customer has it."""
    query, path = {"tenant": slug}, path_for(kind, is_contact=is_contact)
    if (order_id := order_of(path, facts)) is not None:
        query["order"] = order_id
    if "migration_id" in facts:
        query["migration"] = str(facts["migration_id"])
    if "quote_id" in facts:
        query["quote"] = str(facts["quote_id"])
    if "session_id" in facts and path == "sessions":
        query["session"] = str(facts["session_id"])
    return f"{public_url()}/{path}?{urlencode(query)}"


def path_for(kind: str, *, is_contact: bool) -> str:
    """Return the screen that an event of a kind opens, '' for none: a contact of the customer may have another one."""
    return (KINDS[kind].contact_path if is_contact else "") or KINDS[kind].path


def order_of(path: str, facts: Mapping[str, object]) -> str | None:
    """Return the order (id) that a screen opens of an event; None for an event, or a screen, of none."""
    order_id = facts.get("engagement_id") or facts.get("order_id")
    return str(order_id) if order_id and path in ORDER_SCREENS else None


def values_of(
    session: TenantSession,
    event: OutboxEvent,
    *,
    link: str | None,
    expires_at: datetime | None,
    reader: str | None = None,
) -> dict[str, object]:
    """Return every placeholder of an event of the session's tenant; `reader` is the person (id) who gets it."""
    tenant = session.get_one(TenantRecord, session.tenant)
    actor = session.scalar(select(Person.name).where(Person.id == event.person_id))
    until = expires_at.astimezone(ZoneInfo(tenant.zone)) if expires_at else None
    return {
        **event.facts,
        "product": PRODUCTS.get(tenant.domain, DEFAULT_PRODUCT),
        "customer": tenant.name,
        "actor": actor or "Somebody",
        "support": support_of(tenant.domain).contact,
        "link": link
        or screen_link(event.kind, tenant.slug, event.facts, is_contact=_is_contact(session, reader)),
        "until": f"{until.day} {until:%b %Y, %H:%M %Z}" if until else "",
    }


def rendered(session: TenantSession, message: OutboxMessage, *, with_link: bool) -> Rendered:
    """Render a message of the session's tenant; without its one-time link unless asked for."""
    event = session.get_one(OutboxEvent, (message.tenant_id, message.event_id))
    link = None
    if KINDS[event.kind].with_secret:
        secret = open_secret(session, message.id, "secret", message.secret) if with_link else None
        link = secret or HIDDEN_LINK
    values = values_of(session, event, link=link, expires_at=message.expires_at, reader=message.person_id)
    return render(event.kind, values)


def _is_contact(session: TenantSession, person: str | None) -> bool:
    """Tell whether a person is a contact of the session's tenant, whose screens are others than the staff's."""
    if person is None:
        return False
    wanted = exists().where(
        Membership.tenant_id == session.tenant, Membership.person_id == person, Membership.role == CUSTOMER
    )
    return bool(session.scalar(select(wanted)))


def address_of(session: TenantSession, message: OutboxMessage) -> str | None:
    """Return the e-mail address or number a message goes to now; None where its person has none or is not active any more."""
    if message.person_id is None:
        return open_secret(session, message.id, "address", message.address)
    query = select(Person.id, Person.email).where(Person.id == message.person_id, Person.active)
    person = session.execute(query).first()
    if person is None:
        return None
    return number_of(session, person.id) if message.channel == SMS else person.email


def envelope(session: TenantSession, message: OutboxMessage) -> Envelope:
    """Compose the envelope of a message. NotDeliveredError, final, where nobody is there to get it."""
    event = session.get_one(OutboxEvent, (message.tenant_id, message.event_id))
    address = address_of(session, message) if message.channel in {EMAIL, SMS} else ""
    if address is None:
        wanted = "e-mail address" if message.channel == EMAIL else "phone number"
        raise NotDeliveredError(f"The person has no {wanted}, or is not active.", is_final=True)
    return Envelope(
        message.message_ref or message.id,
        message.repeated,
        address,
        rendered(session, message, with_link=True),
        {
            "id": event.id,
            "kind": event.kind,
            "at": event.created_at.isoformat(),
            "tenant": session.tenant,
            "facts": event.facts,
        },
        _calendar(event, address if message.channel == EMAIL else ""),
    )


def _calendar(event: OutboxEvent, address: str) -> CalendarFile | None:
    """Write the calendar file of an event for one recipient; None for a kind, or a channel, without any."""
    method = KINDS[event.kind].calendar
    if not method or not address:
        return None
    entry = entry_of(event.facts, event.created_at, method)
    content = invitation(entry, method, organizer=settings().smtp_from, attendee=address)
    return CalendarFile(content, method)
