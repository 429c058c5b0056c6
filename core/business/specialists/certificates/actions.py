"""Grant certificates without an exam, with the reason, and revoke them: managers alone."""

from __future__ import annotations

from datetime import date

from core.business.specialists.certificates.rules import check_dates
from core.business.specialists.certificates.stored import find_certificate, issue
from core.business.specialists.program import level, speciality
from core.business.specialists.stored import find_specialist
from core.context import Context
from core.errors import ConflictError, InvalidInputError, NotAllowedError
from core.kit.printable import is_blank, is_readable
from core.platform.access.actions import action
from core.platform.audit.actions import record

MAX_REASON = 300
"""Characters."""


@action("certificate.grant")
def grant(
    context: Context,
    specialist_id: str,
    speciality_key: str,
    level_key: str,
    reason: str,
    issued_on: date | None = None,
) -> str:
    """Enter a certificate that was earned elsewhere, with the reason; return its id. Nobody grants their own."""
    speciality(speciality_key)
    level(level_key)
    reason = _checked_reason(reason)
    today = context.today
    check_dates(issued_on or today, today)
    row = find_specialist(context, specialist_id, hold=True)
    if row.person_id == context.person:
        raise NotAllowedError(
            "Nobody grants a certificate to themselves.",
            hint="Take the exam, or ask another manager.",
            permission="certificate.grant",
        )
    certificate = issue(context, row.id, speciality_key, level_key, issued_on=issued_on or today, note=reason)
    record(
        context,
        "certificate.grant",
        "specialist",
        row.id,
        reason=reason,
        certificate=certificate.number,
        speciality=speciality_key,
        level=level_key,
    )
    return certificate.id


@action("certificate.grant")
def revoke(context: Context, certificate_id: str, reason: str) -> None:
    """Revoke a certificate, with the reason; from now on it does not count. ConflictError where it is revoked."""
    reason = _checked_reason(reason)
    row = find_certificate(context, certificate_id, hold=True)
    if row.revoked_at is not None:
        raise ConflictError("This certificate is revoked already.")
    row.revoked_at, row.revoked_reason = context.now, reason
    record(
        context,
        "certificate.revoke",
        "specialist",
        row.specialist_id,
        reason=reason,
        certificate=row.number,
        speciality=row.speciality,
        level=row.level,
    )


def _checked_reason(reason: str) -> str:
    reason = reason.strip()
    if is_blank(reason):
        raise InvalidInputError("A reason is needed.", hint="Say why, in a few words.")
    if len(reason) > MAX_REASON or not is_readable(reason):
        raise InvalidInputError(f"A reason is a text of at most {MAX_REASON} characters.", hint="Shorten it.")
    return reason
