"""Tell the texts of second exports apart, and complete their barcodes by the check digit."""

from __future__ import annotations

import re


def with_check_digit(body: str) -> str:
    """Add the check digit of a GTIN."""
    total = sum(
        int(digit) * (3 if place_value % 2 == 0 else 1) for place_value, digit in enumerate(reversed(body))
    )
    return f"{body}{-total % 10}"


def is_amount(text: str) -> bool:
    """Tell whether a text is an amount: digits with a decimal sign or a currency."""
    return bool(re.fullmatch(r"[^\w]*-?\d[\d.,' ]*[.,]\d{1,3}\W*\w{0,3}\W*|[$£€¥]\s?\d[\d.,]*", text.strip()))


def is_date(text: str) -> bool:
    """Tell whether a text is a date or a time."""
    return bool(re.search(r"\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4}|\d{1,2}:\d\d|^\d{1,2} [A-Z][a-z]{2}", text))
