"""Price the terms of a draft by the catalogue: its lines with their explanation, totals and total discount. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from core.business.catalog.packages import Band, catalog
from core.business.catalog.packages import package as find_package
from core.business.catalog.pricing import Price, price
from core.business.sales.quotes.rules import QuoteTerms, TermsError, needs_approval, total_discount

DISCOUNT, PLAN_DISCOUNT = "discount", "payment_plan"
"""Items of the lines that a discount and a payment plan take off; all others make the subtotal."""
_TOTAL_DISCOUNT = "total_discount"


@dataclass(frozen=True, slots=True)
class QuoteLine:
    """A priced line: `amount` is quantity × unit price. `item` is its key in the catalogue; `note` is for colleagues."""

    item: str
    text: str
    quantity: Decimal
    unit_price: Decimal
    amount: Decimal
    explanation: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class PricedTerms:
    """The price of terms: lines sum to `total`, without discounts to `subtotal`.

    `total_discount` is what the customer gets on the price list, in percent.
    """

    lines: Sequence[QuoteLine]
    currency: str
    subtotal: Decimal
    total: Decimal
    total_discount: Decimal

    @property
    def needs_approval(self) -> bool:
        return needs_approval(self.total_discount)


def price_terms(
    domain: str, package: str, terms: QuoteTerms, locations: int, bands: Sequence[Band]
) -> PricedTerms:
    """Price a package for so many locations. TermsError where its price is fixed and the terms set another."""
    offer = find_package(domain, package)
    if terms.unit_price is not None and offer.price_per_location is None:
        raise TermsError({"unit_price": f"The price of {offer.title} is fixed: give a discount instead"})
    quoted = _price(domain, package, terms, locations, bands)
    usual = _price(domain, package, replace(terms, unit_price=None), locations, bands)
    lines = [
        QuoteLine(
            line.item,
            line.text,
            line.quantity,
            line.unit_price,
            line.amount,
            line.explanation,
            terms.price_note if line.item == package and terms.unit_price is not None else "",
        )
        for line in quoted.lines
    ]
    lines += _discount_lines(domain, terms, quoted)
    discount = total_discount(usual.subtotal, quoted.subtotal, terms.discount_percent)
    return PricedTerms(lines, quoted.currency, quoted.subtotal, quoted.total, discount)


def as_documents(priced: PricedTerms) -> list[dict[str, str]]:
    """Write lines as they are stored: numbers as text, the total discount in the first one."""
    documents = [_document(line) for line in priced.lines]
    documents[0][_TOTAL_DISCOUNT] = f"{round(priced.total_discount, 4).normalize():f}"
    return documents


def stored_discount(documents: Sequence[Mapping[str, Any]], discount_percent: Decimal) -> Decimal:
    """Read the total discount, in percent, out of stored lines; without one it is the discount of the quote."""
    return Decimal(documents[0].get(_TOTAL_DISCOUNT, discount_percent)) if documents else discount_percent


def as_line(document: Mapping[str, Any]) -> QuoteLine:
    """Read a stored line."""
    return QuoteLine(
        document["item"],
        document["text"],
        Decimal(document["quantity"]),
        Decimal(document["unit_price"]),
        Decimal(document["amount"]),
        document["explanation"],
        document.get("note", ""),
    )


def _document(line: QuoteLine) -> dict[str, str]:
    document = {
        "item": line.item,
        "text": line.text,
        "quantity": f"{line.quantity:f}",
        "unit_price": f"{line.unit_price:f}",
        "amount": f"{line.amount:f}",
        "explanation": line.explanation,
    }
    return document | ({"note": line.note} if line.note else {})


def _price(domain: str, package: str, terms: QuoteTerms, locations: int, bands: Sequence[Band]) -> Price:
    return price(
        domain,
        package,
        locations=locations,
        add_ons=terms.add_ons,
        unit_price=terms.unit_price,
        bands=bands,
        discount_percent=terms.discount_percent,
        payment_plan=terms.payment_plan,
    )


def _discount_lines(domain: str, terms: QuoteTerms, quoted: Price) -> list[QuoteLine]:
    lines = []
    if quoted.discount:
        percent = f"{quoted.discount_percent.normalize():f}%"
        text = f"{percent} off the subtotal."
        lines.append(_less(DISCOUNT, f"Discount {percent}", quoted.discount, text))
    if quoted.plan_discount:
        plan = catalog(domain).payment_plans[terms.payment_plan]
        text = f"{quoted.plan_discount_percent.normalize():f}% off the whole order for this payment plan."
        lines.append(_less(PLAN_DISCOUNT, plan.title, quoted.plan_discount, text))
    return lines


def _less(item: str, text: str, amount: Decimal, explanation: str) -> QuoteLine:
    return QuoteLine(item, text, Decimal(1), -amount, -amount, explanation)
