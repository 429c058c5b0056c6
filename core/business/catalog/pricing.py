"""Price an order: its lines, each explained, the subtotal they add up to, and the total after discounts."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Decimal

from pydantic import BaseModel, ConfigDict

from core.business.catalog.discounts import band_text, discount_of
from core.business.catalog.packages import Band, Catalog, Package, catalog, inclusions
from core.business.catalog.packages import package as package_of
from core.errors import InvalidInputError
from core.kit.money import ZERO, minor_digits, show
from core.kit.wording import counted

LOCATION_DISCOUNT = "location_discount"
_ALL = Decimal(100)


class Line(BaseModel):
    """A line of an order. `item` is its key in the catalogue; `amount` is quantity × unit price."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    item: str
    text: str
    quantity: Decimal
    unit_price: Decimal
    amount: Decimal
    explanation: str


class Price(BaseModel):
    """The price of an order: lines add up to `subtotal`; less `discount` and `plan_discount` it is `total`."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    currency: str
    lines: Sequence[Line]
    subtotal: Decimal
    discount_percent: Decimal
    discount: Decimal
    plan_discount_percent: Decimal
    plan_discount: Decimal
    total: Decimal


def price(  # noqa: PLR0913  (what a price depends on, each by its name)
    domain: str,
    package: str,
    *,
    locations: int,
    add_ons: Sequence[str] = (),
    unit_price: Decimal | None = None,
    bands: Sequence[Band],
    discount_percent: Decimal = ZERO,
    payment_plan: str = "full",
) -> Price:
    """Price an order in the catalogue's currency, exact to its minor unit.

    `unit_price` replaces the default price per location of a package by offer. The discount of the payment plan is on
    the whole order, after `discount_percent`. InvalidInputError for what the catalogue does not have.
    """
    offers = catalog(domain)
    offer = package_of(domain, package)
    terms = offers.payment_plans.get(payment_plan)
    if terms is None:
        raise InvalidInputError(
            "There is no such payment plan.", hint=f"There are {', '.join(offers.payment_plans)}."
        )
    if not 0 <= discount_percent <= _ALL:
        raise InvalidInputError("A discount is between 0 and 100%.", hint="Enter another percentage.")
    _check_locations(domain, offer, locations)
    if offer.price_per_location is None:
        if unit_price is not None:
            raise InvalidInputError(
                f"{offer.title} has a fixed price.", hint="Give a discount on the order instead."
            )
        lines = [_flat_line(domain, package, offer)]
    else:
        lines = _location_lines(offers, package, offer, locations, unit_price, bands)
    lines += _add_on_lines(offers, add_ons)
    subtotal = sum((line.amount for line in lines), ZERO)
    discounted = subtotal * (_ALL - discount_percent) / _ALL
    total = _round(discounted * (_ALL - terms.discount_percent) / _ALL, offers.currency)
    discount = subtotal - _round(discounted, offers.currency)
    return Price(
        currency=offers.currency,
        lines=lines,
        subtotal=subtotal,
        discount_percent=discount_percent,
        discount=discount,
        plan_discount_percent=terms.discount_percent,
        plan_discount=subtotal - discount - total,
        total=total,
    )


def _check_locations(domain: str, offer: Package, locations: int) -> None:
    if locations < 1:
        raise InvalidInputError("An order has at least one location.", hint="Enter the number of locations.")
    limit = offer.limits.get("locations")
    if limit is not None and locations > limit:
        larger = [
            other.title
            for other in catalog(domain).packages.values()
            if locations <= other.limits.get("locations", locations)
        ]
        raise InvalidInputError(
            f"{offer.title} holds {counted(limit, 'location')}, the order has {locations:,}.",
            hint=f"Choose {larger[0]}.",
        )


def _flat_line(domain: str, key: str, offer: Package) -> Line:
    amount = offer.price or ZERO
    return Line(
        item=key,
        text=f"{offer.title} package",
        quantity=Decimal(1),
        unit_price=amount,
        amount=amount,
        explanation=f"Fixed price. Includes {', '.join(_in_sentence(text) for text in inclusions(domain, key))}.",
    )


def _location_lines(
    offers: Catalog,
    key: str,
    offer: Package,
    locations: int,
    unit_price: Decimal | None,
    bands: Sequence[Band],
) -> list[Line]:
    default = offer.price_per_location or ZERO
    each = default if unit_price is None else unit_price
    if each < 0 or each != _round(each, offers.currency):
        raise InvalidInputError(
            "This is not a price per location.",
            hint=f"Enter an amount of at least 0 with at most {minor_digits(offers.currency)} decimal places.",
        )
    amount = each * locations
    usual = "" if each == default else f" ({show(default, offers.currency)} by default)"
    lines = [
        Line(
            item=key,
            text=f"{offer.title} package",
            quantity=Decimal(locations),
            unit_price=each,
            amount=amount,
            explanation=f"{counted(locations, 'location')} at {show(each, offers.currency)}{usual}.",
        )
    ]
    percent = discount_of(bands, locations)
    if percent:
        less = _round(amount * percent / _ALL, offers.currency)
        lines.append(
            Line(
                item=LOCATION_DISCOUNT,
                text="Location discount",
                quantity=Decimal(1),
                unit_price=-less,
                amount=-less,
                explanation=f"{percent:f}% for {band_text(bands, locations)}.",
            )
        )
    return lines


def _add_on_lines(offers: Catalog, add_ons: Sequence[str]) -> list[Line]:
    if len(set(add_ons)) < len(add_ons):
        raise InvalidInputError("An add-on stands twice.", hint="Name each add-on once.")
    lines = []
    for key in add_ons:
        add_on = offers.add_ons.get(key)
        if add_on is None:
            available = f"There are {', '.join(offers.add_ons)}." if offers.add_ons else "Remove it."
            raise InvalidInputError("There is no such add-on for this line of business.", hint=available)
        lines.append(
            Line(
                item=key,
                text=add_on.title,
                quantity=Decimal(1),
                unit_price=add_on.price,
                amount=add_on.price,
                explanation=f"{add_on.about[:1].upper()}{add_on.about[1:]}.",
            )
        )
    return lines


def _in_sentence(text: str) -> str:
    """Begin with a small letter what is not an abbreviation: 'AI-guided …' stays."""
    return text if text[:2].isupper() else text[:1].lower() + text[1:]


def _round(amount: Decimal, currency: str) -> Decimal:
    return amount.quantize(Decimal(1).scaleb(-minor_digits(currency)), rounding=ROUND_HALF_UP)
