"""Conventions of countries: which sign separates decimals there, and where lakhs and crores are grouped"""

from __future__ import annotations

COMMA, POINT = "comma", "point"

_DECIMAL_COMMA = (
    "AD AL AM AO AR AT AZ BA BE BG BO BR BY CL CI CO CR CV CY CZ DE DK DZ EC EE ES FI FO FR GE GF GL GP GR HR HU ID IS IT"
    " KG KZ LT LV MA MC MD ME MK MQ MZ NC NL NO PF PL PT PY RE RO RS RU SE SI SK SM SN SR ST TN TR UA UY UZ VE VN XK"
)
_MIXED = frozenset({"CA", "CH", "LI", "LU", "NA", "ZA"})
"""Countries where people write both, by language or by program."""

_INDIAN = frozenset({"BD", "IN", "LK", "NP", "PK"})


def decimal_sign(country: str) -> str | None:
    """Return COMMA or POINT for a country (ISO 3166-1 alpha-2); None where both are usual."""
    code = country.upper()
    if code in _MIXED:
        return None
    return COMMA if code in _DECIMAL_COMMA.split() else POINT


def groups_lakhs(country: str) -> bool:
    """Tell whether amounts are grouped as '12,34,567' in a country."""
    return country.upper() in _INDIAN
