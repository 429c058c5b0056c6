"""Phone numbers of a tenant's people for text messages: encrypted under the tenant's key, bound to their row."""

from __future__ import annotations

import re
from collections.abc import Sequence

from sqlalchemy import Uuid, bindparam, select, text
from sqlalchemy.dialects.postgresql import ARRAY

from core.context import Context
from core.db.keys import tenant_key
from core.db.session import TenantSession
from core.errors import InvalidInputError
from core.kit import crypto
from core.kit.ids import new_id
from core.platform.events.tables import PhoneNumber

_SPACING = re.compile(r"[\s().\-/]+")
_REACHED = text(
    """select n.person_id::text from phone_number n join person p on p.id = n.person_id and p.active
    where n.tenant_id = cast(:tenant as uuid) and n.number is not null and n.person_id = any(:people)"""
).bindparams(bindparam("people", type_=ARRAY(Uuid(as_uuid=False))))
_NUMBER = re.compile(r"\+[1-9][0-9]{7,14}")


def check_number(typed: str) -> str:
    """Return a number as it is dialled from anywhere: '+263 77 123-4567' as '+263771234567'. InvalidInputError for none."""
    number = _SPACING.sub("", typed)
    if number.startswith("00"):
        number = f"+{number[2:]}"
    if not _NUMBER.fullmatch(number):
        raise InvalidInputError(
            "This is not a mobile number.", hint="Write it with its country: +263 77 123 4567."
        )
    return number


def store_number(context: Context, number: str | None) -> None:
    """Store the number of the person at work in the context's tenant, in the open transaction; None takes it away."""
    row = _row(context.session, context.person)
    if row is None:
        row = PhoneNumber(
            tenant_id=context.tenant.id, id=new_id(), created_at=context.now, person_id=context.person
        )
        context.session.add(row)
    row.updated_at = context.now
    row.number = None
    if number is not None:
        key = tenant_key(context.session)
        row.number = crypto.encrypt(key, number.encode(), _bound_to(context.session, row.id))


def number_of(session: TenantSession, person: str) -> str | None:
    """Decrypt the number of a person of the session's tenant; None for one without."""
    row = _row(session, person)
    if row is None or row.number is None:
        return None
    return crypto.decrypt(tenant_key(session), row.number, _bound_to(session, row.id)).decode()


def people_with_number(session: TenantSession, people: Sequence[str]) -> list[str]:
    """List who of these people gave a number in the session's tenant and is active, in their order."""
    reached = set(session.scalars(_REACHED, {"tenant": session.tenant, "people": list(people)}))
    return [person for person in people if person in reached]


def _row(session: TenantSession, person: str) -> PhoneNumber | None:
    return session.scalar(
        select(PhoneNumber).where(PhoneNumber.tenant_id == session.tenant, PhoneNumber.person_id == person)
    )


def _bound_to(session: TenantSession, row_id: str) -> str:
    return f"{session.tenant}|phone_number|number|{row_id}"
