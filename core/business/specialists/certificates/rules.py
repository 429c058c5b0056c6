"""Decide how long a certificate holds, whether it counts today, and who is to be reminded of its end. Pure."""

from __future__ import annotations

import calendar
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from core.business.specialists.program import certificate_title, program, rank, speciality
from core.errors import InvalidInputError


class Validity(StrEnum):
    """How a certificate stands on a day: only VALID and EXPIRING count."""

    VALID = "valid"
    EXPIRING = "expiring"
    EXPIRED = "expired"
    REVOKED = "revoked"


@dataclass(frozen=True, slots=True)
class HeldCertificate:
    """A certificate; the last day on which it counts is `expires_on`."""

    id: str
    specialist_id: str
    number: str
    speciality: str
    level: str
    issued_on: date
    expires_on: date
    is_revoked: bool = False

    @property
    def title(self) -> str:
        return certificate_title(self.speciality, self.level)

    @property
    def name(self) -> str:
        """The name that requirements use: 'toast_specialist'."""
        return f"{self.speciality}_specialist"

    def days_left(self, today: date) -> int:
        """Return the days until it expires, 0 on its last day, negative afterwards."""
        return (self.expires_on - today).days

    def validity(self, today: date) -> Validity:
        """Tell how it stands; within the days of the second reminder it is EXPIRING."""
        if self.is_revoked:
            return Validity.REVOKED
        if not self.issued_on <= today <= self.expires_on:
            return Validity.EXPIRED
        notice = sorted(program().reminders)[-2]
        return Validity.EXPIRING if self.days_left(today) <= notice else Validity.VALID

    def counts(self, today: date) -> bool:
        """Tell whether it counts on a day: neither expired nor revoked, and issued by then."""
        return not self.is_revoked and self.issued_on <= today <= self.expires_on


def expiry(speciality_key: str, issued_on: date) -> date:
    """Return the last day of a certificate issued on a day: 12 months later, of enterprise 6."""
    months = issued_on.month - 1 + speciality(speciality_key).months
    year, month = issued_on.year + months // 12, months % 12 + 1
    return date(year, month, min(issued_on.day, calendar.monthrange(year, month)[1]))


def best(certificates: Iterable[HeldCertificate], today: date) -> dict[str, HeldCertificate]:
    """Return by speciality the certificate that counts today: of the highest level, of these the one that lasts longest."""
    held: dict[str, HeldCertificate] = {}
    for certificate in certificates:
        if certificate.counts(today):
            current = held.get(certificate.speciality)
            if current is None or _strength(certificate) > _strength(current):
                held[certificate.speciality] = certificate
    return held


def _strength(certificate: HeldCertificate) -> tuple[int, date]:
    return rank(certificate.level), certificate.expires_on


def levels_held(certificates: Iterable[HeldCertificate], speciality_key: str, today: date) -> set[str]:
    """List the levels of a speciality that somebody holds today: a level holds those below."""
    certificate = best(certificates, today).get(speciality_key)
    if certificate is None:
        return set()
    return {key for key in program().levels if rank(key) <= rank(certificate.level)}


def due_notice(
    certificate: HeldCertificate, certificates: Iterable[HeldCertificate], today: date
) -> int | None:
    """Return which reminder (days before the end) is due on a day; None for none.

    None is due for a certificate that no longer counts, nor for one that another of the same speciality, at least as
    high, outlasts: it has been renewed.
    """
    if not certificate.counts(today):
        return None
    for rival in certificates:
        is_renewal = rival.speciality == certificate.speciality and rival.expires_on > certificate.expires_on
        if is_renewal and not rival.is_revoked and rank(rival.level) >= rank(certificate.level):
            return None
    notices = [days for days in program().reminders if certificate.days_left(today) <= days]
    return min(notices, default=None)


def check_dates(issued_on: date, today: date) -> None:
    """Raise InvalidInputError for a certificate of a day that has not come."""
    if issued_on > today:
        raise InvalidInputError(
            "A certificate cannot be issued in the future.", hint="Choose today or earlier."
        )


def number_text(year: int, letters: str) -> str:
    """Format the number of a certificate: 'C-2026-4F7K2QB'."""
    return f"C-{year}-{letters}"
