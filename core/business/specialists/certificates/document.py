"""Put the content of a certificate into words, as data/documents/certificate.typ prints it."""

from __future__ import annotations

from datetime import date
from typing import Any

from core.business.specialists.certificates.rules import HeldCertificate, Validity
from core.business.specialists.program import level, speciality
from core.context import Context

_MARKS = {Validity.EXPIRED: "Expired", Validity.REVOKED: "Revoked"}


def content_of(context: Context, certificate: HeldCertificate, name: str) -> dict[str, Any]:
    """Return what is printed; a certificate that no longer counts carries its mark."""
    return {
        "number": certificate.number,
        "seller": context.tenant.name,
        "paper": "us-letter" if context.tenant.country == "US" else "a4",
        "is_demo": context.tenant.is_demo,
        "name": name,
        "title": certificate.title,
        "scope": level(certificate.level).scope,
        "facts": [
            {"label": "Issued", "text": _day(certificate.issued_on)},
            {"label": "Valid until", "text": _day(certificate.expires_on)},
            {"label": "Number", "text": certificate.number},
        ],
        "modules": list(speciality(certificate.speciality).modules.values()),
        "mark": _MARKS.get(certificate.validity(context.today), ""),
    }


def _day(on: date) -> str:
    return f"{on:%-d %B %Y}"
