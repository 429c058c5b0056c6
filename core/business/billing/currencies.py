"""Currencies that orders are paid in, and conversions between them, each with its rate, day and source. Pure.

ZWG replaced ZWL: what was paid in ZWL until its last day stays readable, and nothing new is entered in it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from core.errors import ConflictError, InvalidInputError
from core.kit.money import ZERO, minor_digits
from core.kit.wording import listed

ACTIVE = ("USD", "ZWG")
HISTORICAL = {"ZWL": date(2024, 8, 31)}
"""Currency -> its last day."""
CURRENCIES = (*ACTIVE, *HISTORICAL)
FIRST_DAY = date(2009, 1, 1)
"""Before it nothing is entered, neither payments nor rates."""
LARGEST = Decimal(10) ** 12
"""An amount from here on is no price of ours."""
MAX_RATE_AGE = 7
"""Days: an older rate converts nothing."""


@dataclass(frozen=True, slots=True)
class Rate:
    """An exchange rate of a day: one unit of `base` is worth `rate` units of `quote`. `source` says who published it."""

    base: str
    quote: str
    day: date
    rate: Decimal
    source: str

    @property
    def text(self) -> str:
        """What the number means and who published it: 'ZWG for 1 USD, RBZ'."""
        return f"{self.quote} for 1 {self.base}, {self.source}"


@dataclass(frozen=True, slots=True)
class Conversion:
    """An amount in two currencies, and the rate that `converted` was computed by, rounded half up once."""

    amount: Decimal
    currency: str
    converted: Decimal
    into: str
    rate: Rate


def check_currency(currency: str, day: date) -> str:
    """Return the code of a currency that something of that day may be entered in. InvalidInputError for any other."""
    code = currency.strip().upper()
    last_day = HISTORICAL.get(code)
    if last_day is not None and day > last_day:
        raise InvalidInputError(
            f"{code} ended on {last_day:%-d %b %Y}.", hint="Enter the amount in ZWG or USD.", currency=code
        )
    if code not in CURRENCIES:
        raise InvalidInputError(
            f"{code[:10] or 'An empty text'} is not a currency that orders are paid in.",
            hint=f"Use {listed(ACTIVE)}.",
        )
    return code


def check_amount(amount: Decimal, currency: str) -> Decimal:
    """Return an amount above 0 in the currency's minor unit. InvalidInputError for any other."""
    digits = minor_digits(currency)
    if not amount.is_finite() or amount <= ZERO:
        raise InvalidInputError("The amount is not above 0.", hint="Enter what was paid.")
    if amount >= LARGEST:
        raise InvalidInputError("The amount is too large.", hint="Check the number.")
    if amount != round(amount, digits):
        raise InvalidInputError(
            f"{currency} has {digits} decimal places.",
            hint="Enter the amount to the cent.",
            currency=currency,
        )
    return amount


def rate_on(rates: Sequence[Rate], source: str, target: str, day: date) -> Rate:
    """Return the newest rate between two currencies, either way round, that held on a day.

    ConflictError where there is none, or the newest is more than MAX_RATE_AGE days old.
    """
    pair = {source, target}
    candidates = [rate for rate in rates if {rate.base, rate.quote} == pair and rate.day <= day]
    newest = max(candidates, key=lambda rate: rate.day, default=None)
    if newest is None or (day - newest.day).days > MAX_RATE_AGE:
        last = f" The last one is of {newest.day:%-d %b %Y}." if newest else ""
        raise ConflictError(
            f"There is no exchange rate between {source} and {target} for {day:%-d %b %Y}.{last}",
            hint="Enter it on Exchange rates.",
        )
    return newest


def convert(amount: Decimal, currency: str, into: str, rate: Rate) -> Conversion:
    """Convert an amount by a rate, in either direction; it is rounded half up to the minor unit, once.

    InvalidInputError where the rate is between other currencies.
    """
    if {rate.base, rate.quote} != {currency, into}:
        raise InvalidInputError(
            f"The rate does not convert {currency} into {into}.", hint="Choose another rate."
        )
    exact = amount * rate.rate if currency == rate.base else amount / rate.rate
    unit = Decimal(1).scaleb(-minor_digits(into))
    return Conversion(amount, currency, exact.quantize(unit, rounding=ROUND_HALF_UP), into, rate)
