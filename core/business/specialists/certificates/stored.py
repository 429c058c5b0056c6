"""Read certificates, and issue them: the one place that writes a certificate."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import date

from sqlalchemy import select

from core.business.specialists.certificates.rules import HeldCertificate, expiry, number_text
from core.business.specialists.tables import Certificate
from core.context import Context
from core.db.session import TenantSession
from core.errors import NotFoundError
from core.kit.ids import is_id, new_id
from core.platform.access.customers.actions import require_operator

_ALPHABET = "0123456789BCDFGHJKMNPQRSTVWXYZ"


def certificates_by_specialist(session: TenantSession) -> Mapping[str, list[HeldCertificate]]:
    """Read the certificates of the operator that the session sees, by specialist, the newest first."""
    query = (
        select(Certificate)
        .where(Certificate.tenant_id == session.tenant)
        .order_by(Certificate.issued_on.desc(), Certificate.id.desc())
    )
    result: dict[str, list[HeldCertificate]] = {}
    for row in session.scalars(query):
        result.setdefault(row.specialist_id, []).append(as_held(row))
    return result


def certificates_of(session: TenantSession, specialist_id: str) -> list[HeldCertificate]:
    """Read the certificates of a specialist, the newest first."""
    query = (
        select(Certificate)
        .where(Certificate.tenant_id == session.tenant, Certificate.specialist_id == specialist_id)
        .order_by(Certificate.issued_on.desc(), Certificate.id.desc())
    )
    return [as_held(row) for row in session.scalars(query)]


def as_held(row: Certificate) -> HeldCertificate:
    """Convert a row to what the rules judge."""
    return HeldCertificate(
        row.id,
        row.specialist_id,
        row.number,
        row.speciality,
        row.level,
        row.issued_on,
        row.expires_on,
        row.revoked_at is not None,
    )


def find_certificate(context: Context, certificate_id: str, *, hold: bool = False) -> Certificate:
    """Return a certificate that the person sees, locked with `hold`. NotFoundError for every other one."""
    require_operator(context)
    row = None
    if is_id(certificate_id):
        query = select(Certificate).where(
            Certificate.tenant_id == context.tenant.id, Certificate.id == certificate_id
        )
        row = context.session.scalar(query.with_for_update() if hold else query)
    if row is None:
        raise NotFoundError("There is no such certificate.", hint="Choose from the list.")
    return row


def issue(
    context: Context,
    specialist_id: str,
    speciality: str,
    level: str,
    *,
    issued_on: date,
    attempt_id: str | None = None,
    note: str | None = None,
) -> Certificate:
    """Add a certificate with its number and its last day to the open transaction, and return it."""
    certificate_id = new_id()
    row = Certificate(
        tenant_id=context.tenant.id,
        id=certificate_id,
        created_at=context.now,
        specialist_id=specialist_id,
        number=number_of(certificate_id, issued_on.year),
        speciality=speciality,
        level=level,
        issued_on=issued_on,
        expires_on=expiry(speciality, issued_on),
        attempt_id=attempt_id,
        issued_by=None if attempt_id else context.person,
        note=note,
        revoked_at=None,
        revoked_reason=None,
    )
    context.session.add(row)
    context.session.flush()
    return row


def number_of(certificate_id: str, year: int) -> str:
    """Return the number of a certificate, made of its id: nobody has to see the others to give it one."""
    value = int.from_bytes(hashlib.sha256(certificate_id.encode()).digest()[:8], "big")
    letters = ""
    for _ in range(7):
        value, digit = divmod(value, len(_ALPHABET))
        letters += _ALPHABET[digit]
    return number_text(year, letters)
