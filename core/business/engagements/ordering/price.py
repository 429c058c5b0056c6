"""Price what a customer chooses, line by line, and each payment plan with its instalments. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from core.business.billing.plans import EXTENDED, PlannedInstalment, instalments
from core.business.catalog.packages import catalog, package
from core.business.catalog.pricing import Price, price
from core.business.engagements.create import OrderLine
from core.errors import InvalidInputError
from core.kit.money import ZERO

PLAN_DISCOUNT = "plan_discount"
"""The item of the line that takes the discount of a payment plan off."""


@dataclass(frozen=True, slots=True)
class PlanOffer:
    """A payment plan for a price: `total` to pay, what it saves against the subtotal, and each instalment."""

    key: str
    title: str
    about: str
    discount_percent: Decimal
    total: Decimal
    saving: Decimal
    months: int | None
    instalments: Sequence[PlannedInstalment]


def is_by_offer(domain: str, key: str) -> bool:
    """Tell whether a package has no list price, so that a seller makes an offer first."""
    return package(domain, key).price is None


def order_price(domain: str, key: str, *, locations: int, add_ons: Sequence[str], plan: str) -> Price:
    """Price a package of the list with add-ons under a payment plan. InvalidInputError for one that is by offer."""
    if is_by_offer(domain, key):
        raise InvalidInputError(
            f"{package(domain, key).title} is priced by offer.", hint="Contact us: we send you a quote."
        )
    return price(domain, key, locations=locations, add_ons=add_ons, bands=(), payment_plan=plan)


def plan_offers(
    domain: str,
    key: str,
    *,
    locations: int,
    add_ons: Sequence[str],
    months: int,
    signed_on: date | None = None,
) -> list[PlanOffer]:
    """List every payment plan for a choice; `months` counts the instalments of the extended one."""
    offers = []
    for plan, terms in catalog(domain).payment_plans.items():
        priced = order_price(domain, key, locations=locations, add_ons=add_ons, plan=plan)
        spread = months if plan == EXTENDED else None
        offers.append(
            PlanOffer(
                plan,
                terms.title,
                terms.about,
                terms.discount_percent,
                priced.total,
                priced.subtotal - priced.total,
                spread,
                instalments(priced.total, plan, spread, priced.currency, signed_on),
            )
        )
    return offers


def order_lines(priced: Price) -> list[OrderLine]:
    """List the lines of an order: those of its price, and the discount of its payment plan. They sum to the total."""
    lines = [
        OrderLine(line.item, line.text, line.quantity, line.unit_price, line.amount) for line in priced.lines
    ]
    discount = priced.plan_discount
    if discount != ZERO:
        percent = f"{priced.plan_discount_percent.normalize():f}"
        text = f"Payment plan discount, {percent}%"
        lines.append(OrderLine(PLAN_DISCOUNT, text, Decimal(1), -discount, -discount))
    return lines
