"""Choose the paper of a document by the country it goes to."""

from __future__ import annotations

A4, US_LETTER = "a4", "us-letter"
_LETTER_COUNTRIES = frozenset(
    ["US", "CA", "MX", "PH", "CL", "CO", "VE", "CR", "GT", "PA", "PR", "DO", "SV", "NI"]
)


def paper_of(country: str) -> str:
    """Return the paper that a country prints on."""
    return US_LETTER if country.upper() in _LETTER_COUNTRIES else A4
