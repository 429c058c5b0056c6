"""Words and colours of certificates, as the roster and Certification show them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date

from core.business.specialists.certificates.rules import HeldCertificate, Validity
from core.business.specialists.program import program
from core.kit.wording import day

LEVEL_COLOURS: Mapping[str, str] = {"master": "violet", "professional": "blue", "associate": "gray"}
_SHORT = {"master": "Master", "professional": "Prof.", "associate": "Assoc."}
VALIDITY_COLOURS: Mapping[str, str] = {
    Validity.VALID: "green",
    Validity.EXPIRING: "orange",
    Validity.EXPIRED: "red",
    Validity.REVOKED: "red",
}


def badge_text(certificate: HeldCertificate) -> str:
    """Name a certificate in short: 'Toast Prof.'."""
    return _short(certificate.speciality, certificate.level)


def badge_colours() -> dict[str, str]:
    """Map the short names of all certificates to the colours of their levels."""
    return {
        _short(key, name): LEVEL_COLOURS[name] for key in program().specialities for name in program().levels
    }


def ends_in(on: date | None, today: date) -> tuple[str, str] | None:
    """Word when a certificate ends, with its colour: ('6 d left', 'red'), ('28 Nov 2027', 'gray'); None for none."""
    if on is None:
        return None
    days = (on - today).days
    if days < 0:
        return f"Ended {day(on, today)}", "red"
    if days <= min(program().reminders):
        return f"{days} d left", "red"
    if days <= sorted(program().reminders)[1]:
        return f"{days} d left", "orange"
    return day(on, today), "gray"


def coloured(texts: Iterable[tuple[str, str] | None]) -> dict[str, str]:
    """Map the texts of a column of badges to their colours."""
    return dict(text for text in texts if text)


def _short(speciality: str, level: str) -> str:
    return f"{program().specialities[speciality].title} {_SHORT[level]}"
