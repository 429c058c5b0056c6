"""Read typed numbers, and round and format amounts of money, which are Decimal. Rounding is half up, as a till does it."""

from __future__ import annotations

import re
from decimal import ROUND_HALF_UP, Decimal

CENT = Decimal("0.01")
ZERO = Decimal(0)

# Minor-unit digits of the currencies that do not have two (ISO 4217).
_MINOR_DIGITS = {
    "JPY": 0,
    "KRW": 0,
    "VND": 0,
    "CLP": 0,
    "ISK": 0,
    "UGX": 0,
    "XAF": 0,
    "XOF": 0,
    "XPF": 0,
    "PYG": 0,
    "RWF": 0,
    "BIF": 0,
    "DJF": 0,
    "GNF": 0,
    "KMF": 0,
    "VUV": 0,
    "BHD": 3,
    "KWD": 3,
    "OMR": 3,
    "TND": 3,
    "JOD": 3,
    "IQD": 3,
    "LYD": 3,
}
_WITHOUT_COINS = frozenset(
    {"AMD", "COP", "CRC", "HUF", "IDR", "IQD", "IRR", "KHR", "LAK", "LBP", "MGA", "MMK", "TZS", "UZS"}
)
"""Currencies whose smaller unit is not used any more: prices have no decimals, whatever ISO 4217 says."""

TYPED_FORM = "Write it as 1234.5 or 1,234.5."
"""The remedy for a text that is no typed number."""
_TYPED = re.compile(
    r"[+-]?(?:[1-9][0-9]{0,2}(?:,[0-9]{3})+|[0-9]+|(?=\.))(?:\.[0-9]+)?(?:[eE][+-]?[0-9]{1,3})?"
)

_SYMBOLS = {"USD": "$", "EUR": "€", "GBP": "£", "CAD": "CA$", "AUD": "A$", "ZWG": "ZiG "}


def minor_digits(currency: str) -> int:
    """Return how many decimal places the currency's minor unit has."""
    return _MINOR_DIGITS.get(currency.upper(), 2)


def usual_digits(currency: str) -> int:
    """Return how many decimal places prices of the currency have in practice."""
    return 0 if currency.upper() in _WITHOUT_COINS else minor_digits(currency)


def round_to_cents(amount: Decimal) -> Decimal:
    """Round half up to the cent, in dollars: 1.005 gives 1.01."""
    return amount.quantize(CENT, rounding=ROUND_HALF_UP)


def symbol(currency: str) -> str:
    """Return the sign or code before an amount: '$', '€', 'CHF '."""
    return _SYMBOLS.get(currency.upper(), f"{currency.upper()} ")


def show(amount: Decimal | None, currency: str = "USD") -> str:
    """Format an amount: '$1,234.50', '-$3.00'; a dash for None."""
    if amount is None:
        return "–"
    rounded = amount.quantize(Decimal(1).scaleb(-minor_digits(currency)), rounding=ROUND_HALF_UP)
    return f"{'-' if rounded < 0 else ''}{symbol(currency)}{abs(rounded):,}"


def typed_number(text: str) -> Decimal | None:
    """Read '7,500', '0.25' or '1e3'; None for what is not certain ('1,5', '1.234,56', '1 000') or no number."""
    text = text.strip()
    return Decimal(text.replace(",", "")) if _TYPED.fullmatch(text) else None
