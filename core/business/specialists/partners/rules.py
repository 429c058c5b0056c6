"""Check what a partner is made of, and divide what is paid between partners and the operator. Pure.

A share is a percentage of what was paid and not refunded. Shares are added up exactly and rounded half up to the
currency's minor unit once, at the end; the lines of a statement are rounded so that they sum to that total.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_FLOOR, ROUND_HALF_UP, Decimal

from core.errors import InvalidInputError
from core.kit.money import ZERO, minor_digits
from core.kit.printable import is_blank, is_readable

MIN_SHARE, MAX_SHARE = Decimal(20), Decimal(30)
"""Between these percentages a partner's shares lie."""
MAX_NAME = 120

REFERRAL, DELIVERY = "referral", "delivery"
SHARE_NAMES: Mapping[str, str] = {REFERRAL: "Brought the order", DELIVERY: "Led the order"}
"""Why a partner has a share of an order -> its name on screens."""


@dataclass(frozen=True, slots=True)
class PartnerDetails:
    """What a person enters of a partner; both shares in percent. `contact` is a name, e-mail or telephone, '' for none."""

    name: str
    country: str
    share_percent: Decimal
    referral_percent: Decimal
    contact: str = ""


@dataclass(frozen=True, slots=True)
class PaidOrder:
    """What was paid for an order and not refunded, and why which share of it is a partner's."""

    engagement_id: str
    number: str
    kind: str
    currency: str
    paid: Decimal
    percent: Decimal


@dataclass(frozen=True, slots=True)
class Earning:
    """A line of a partner's statement: its share of an order, to the cent."""

    order: PaidOrder
    amount: Decimal


@dataclass(frozen=True, slots=True)
class Statement:
    """What a partner earned in a currency: the lines sum to `total`, `total` and `retained` to `paid` of all lines."""

    currency: str
    lines: tuple[Earning, ...]
    paid: Decimal
    total: Decimal

    @property
    def retained(self) -> Decimal:
        """What remains for the operator."""
        return self.paid - self.total


def check_partner(details: PartnerDetails, countries: Iterable[str]) -> PartnerDetails:
    """Return the details without spaces around them. InvalidInputError where one of them cannot be stored."""
    name, contact = " ".join(details.name.split()), " ".join(details.contact.split())
    if is_blank(name) or len(name) > MAX_NAME or not is_readable(name):
        raise InvalidInputError(
            "The partner needs a name.", hint=f"Write at most {MAX_NAME} readable letters."
        )
    if len(contact) > MAX_NAME or not is_readable(contact):
        raise InvalidInputError("The contact cannot be stored.", hint=f"Write at most {MAX_NAME} letters.")
    if details.country not in set(countries):
        raise InvalidInputError("There is no such country.", hint="Use its code of two letters, such as ZW.")
    for label, percent in (("share", details.share_percent), ("referral share", details.referral_percent)):
        check_share(percent, label)
    return PartnerDetails(name, details.country, details.share_percent, details.referral_percent, contact)


def check_share(percent: Decimal, label: str = "share") -> None:
    """Raise InvalidInputError unless a share lies between 20 and 30 percent, in hundredths at most."""
    is_within = percent.is_finite() and MIN_SHARE <= percent <= MAX_SHARE
    if not is_within or percent != percent.quantize(Decimal("0.01")):
        raise InvalidInputError(
            f"The {label} lies between {MIN_SHARE} and {MAX_SHARE} percent.",
            hint="Enter a percentage with at most two decimals.",
        )


def credited(referral: Decimal | None, delivery: Decimal | None) -> tuple[str, Decimal] | None:
    """Choose the share of a partner that brought an order (`referral`) and led it (`delivery`): the larger one alone.

    That both are not added up is assumed. None without either.
    """
    shares = [
        (kind, percent)
        for kind, percent in ((DELIVERY, delivery), (REFERRAL, referral))
        if percent is not None
    ]
    return max(shares, key=lambda share: share[1], default=None)


def statements(orders: Iterable[PaidOrder]) -> list[Statement]:
    """Compute what a partner earned from orders, one statement a currency, by currency."""
    by_currency: dict[str, list[PaidOrder]] = {}
    for order in orders:
        by_currency.setdefault(order.currency, []).append(order)
    return [_statement(currency, lines) for currency, lines in sorted(by_currency.items())]


def _statement(currency: str, orders: Sequence[PaidOrder]) -> Statement:
    unit = Decimal(1).scaleb(-minor_digits(currency))
    exact = [order.paid * order.percent / 100 for order in orders]
    total = sum(exact, ZERO).quantize(unit, rounding=ROUND_HALF_UP)
    amounts = _to_total(exact, total, unit)
    lines = tuple(Earning(order, amount) for order, amount in zip(orders, amounts, strict=True))
    return Statement(currency, lines, sum((order.paid for order in orders), ZERO), total)


def _to_total(exact: Sequence[Decimal], total: Decimal, unit: Decimal) -> list[Decimal]:
    """Round amounts to units that sum to the total: those with the largest remainder are rounded up."""
    floors = [amount.quantize(unit, rounding=ROUND_FLOOR) for amount in exact]
    units_missing = int((total - sum(floors, ZERO)) / unit)
    largest = sorted(range(len(exact)), key=lambda at: (floors[at] - exact[at], at))
    raised = set(largest[:units_missing])
    return [floor + unit if at in raised else floor for at, floor in enumerate(floors)]
