"""Check exchange rates before they are stored. Pure."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from core.business.billing.currencies import FIRST_DAY, Rate, check_currency
from core.errors import InvalidInputError
from core.kit.printable import printable
from core.kit.wording import counted

MAX_SOURCE = 100
"""Characters."""
MAX_DIGITS = 10
"""Decimal limit of a rate."""
_LARGEST = Decimal(10) ** 9


class RateFieldError(InvalidInputError):
    """A rate that cannot be stored; `field` names what is wrong and `value` is what stood there."""

    def __init__(self, field: str, value: object, message: str, hint: str = "") -> None:
        super().__init__(message, hint=hint, field=field)
        self.field, self.value = field, str(value)


def checked_rate(base: str, quote: str, day: date, rate: Decimal, source: str, today: date) -> Rate:
    """Return a rate that may be stored. RateFieldError for the first fault."""
    base = _currency("base", base, day)
    quote = _currency("quote", quote, day)
    if base == quote:
        raise RateFieldError("quote", quote, "A rate is between two currencies.", "Choose another one.")
    if day > today:
        raise RateFieldError("day", day, f"{day:%-d %b %Y} is in the future.", "Enter the day of the rate.")
    if day < FIRST_DAY:
        raise RateFieldError("day", day, f"{day:%-d %b %Y} is too long ago.", "Enter the day of the rate.")
    if not rate.is_finite() or not 0 < rate < _LARGEST:
        raise RateFieldError("rate", rate, "The rate is not above 0.", f"Enter what 1 {base} is worth.")
    if rate != round(rate, MAX_DIGITS):
        limit = counted(MAX_DIGITS, "decimal place")
        raise RateFieldError("rate", rate, f"The rate has more than {limit}.", "Round it.")
    name = printable(" ".join(source.split()))
    if not name or len(name) > MAX_SOURCE:
        raise RateFieldError(
            "source",
            source,
            "The rate has no source.",
            f"Say who published it, in at most {MAX_SOURCE} characters.",
        )
    return Rate(base, quote, day, rate, name)


def _currency(field: str, code: str, day: date) -> str:
    try:
        return check_currency(code, day)
    except InvalidInputError as error:
        raise RateFieldError(field, code, error.message, error.hint) from None
