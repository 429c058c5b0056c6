"""Fill a case with what is known: discovery and volumes, our price, figures of finished migrations; defaults else. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from core.business.catalog.fit import fit
from core.business.catalog.packages import catalog
from core.business.sales.figures.rules import Figure
from core.business.sales.roi.case import (
    CUSTOMER,
    DEFAULT,
    MAX_DECIMALS,
    MEASURED,
    RoiCase,
    RoiInput,
    default_case,
    number_fault,
)
from core.business.sales.roi.model import RoiModel, roi_model
from core.errors import InvalidInputError

TYPED, CATALOGUE = "typed", "catalogue"
_NOT_TAKEN = ". Not taken: "
FIGURES: Mapping[str, str] = {"aura_days_closed": "days_closed", "training_per_location": "training_cost"}
"""Input -> the measure that replaces its default."""


@dataclass(frozen=True, slots=True)
class Count:
    """How many locations or pupils a prospect has, and how that is known ('discovery', 'file')."""

    value: int
    evidence: str
    origin: str


@dataclass(frozen=True, slots=True)
class OurPrice:
    """What our package costs in all: by a quote (source 'customer'), or by the catalogue ('default').

    `locations` are those of the quote, which may be others than the prospect's.
    """

    total: Decimal
    currency: str
    source: str
    evidence: str
    origin: str
    locations: int | None = None


@dataclass(frozen=True, slots=True)
class KnownFacts:
    """What is known of a prospect: counts by input, our price, and the operator's figures by measure.

    `quoted` is the price of a quote, which precedes `price` where it is for as many locations as the case.
    """

    domain: str
    currency: str
    counts: Mapping[str, Count] = field(default_factory=dict)
    price: OurPrice | None = None
    quoted: OurPrice | None = None
    figures: Mapping[str, Figure] = field(default_factory=dict)


def prefilled(facts: KnownFacts) -> RoiCase:
    """Return the case of what is known. A figure below its minimum sample leaves the default, and says what is missing."""
    case = default_case(facts.domain, facts.currency)
    model = roi_model(facts.domain)
    for key, count in facts.counts.items():
        if key in case.inputs and number_fault(model.inputs[key], Decimal(count.value)) is None:
            case = case.with_input(
                _with_value(case.inputs[key], Decimal(count.value), CUSTOMER, count.evidence, count.origin)
            )
    case = with_catalogue_price(case)
    if facts.price is not None:
        case = case.with_input(_price(case, model, facts.price))
    if facts.quoted is not None:
        case = case.with_input(_quoted(case, model, facts.quoted))
    for key, measure in FIGURES.items():
        if measure in facts.figures:
            case = case.with_input(_measured(case.inputs[key], facts.figures[measure]))
    return case


def _with_value(entry: RoiInput, value: Decimal, source: str, evidence: str, origin: str) -> RoiInput:
    return replace(entry, source=source, low=value, base=value, high=value, evidence=evidence, origin=origin)


def _price(case: RoiCase, model: RoiModel, price: OurPrice) -> RoiInput:
    """Return the input of our price: for each of the quantities that it is multiplied by, a price for each."""
    value = price.total
    for factor in model.package_line.factors[1:]:
        value /= case.inputs[factor].base
    if value != value.to_integral_value():
        value = value.quantize(Decimal(1).scaleb(-MAX_DECIMALS), rounding=ROUND_HALF_UP)
    entry = _with_value(case.inputs[model.price_key], value, price.source, price.evidence, price.origin)
    return replace(entry, currency=price.currency)


def _quoted(case: RoiCase, model: RoiModel, quoted: OurPrice) -> RoiInput:
    """Return the input of our price by a quote; what it was, and why, where the quote is for other locations."""
    locations = case.inputs["locations"].base
    if quoted.locations in {None, locations}:
        return _price(case, model, quoted)
    entry = case.inputs[model.price_key]
    counted = f"{quoted.locations:,}, here {int(locations):,}"
    return replace(
        entry, evidence=f"{entry.evidence}{_NOT_TAKEN}{quoted.evidence}: its locations are {counted}"
    )


def quote_price(name: str, total: Decimal, currency: str, locations: int) -> OurPrice:
    """Return our price by a quote: 'Q-0042 v1'."""
    return OurPrice(total, currency, CUSTOMER, f"Quote {name}, total with discounts", "quote", locations)


def with_quote(case: RoiCase, quoted: OurPrice) -> RoiCase:
    """Return the case with the price and the locations of a quote."""
    number = Decimal(quoted.locations or 0)
    entry = case.inputs["locations"]
    if number not in {0, entry.base}:
        evidence = f"{quoted.evidence.partition(',')[0]}, locations"
        case = case.with_input(_with_value(entry, number, CUSTOMER, evidence, quoted.origin))
    return case.with_input(_price(case, roi_model(case.domain), quoted))


def _measured(entry: RoiInput, figure: Figure) -> RoiInput:
    if figure.value is None or figure.low is None or figure.high is None:
        return replace(entry, evidence=f"{entry.evidence}. Our figure: {figure.missing}")
    return replace(
        entry,
        source=MEASURED,
        low=figure.low,
        base=figure.value,
        high=figure.high,
        evidence=f"Median of {figure.sample} finished migrations, p10 to p90, as of {_day(figure.as_of)}",
        origin="finished migrations",
        currency=figure.unit if entry.currency else None,
    )


def _day(as_of: date | None) -> str:
    return f"{as_of:%-d %b %Y}" if as_of else "today"


def with_catalogue_price(case: RoiCase) -> RoiCase:
    """Return the case with the package that the pupils fit, where our price is for the order and still the catalogue's.

    Low, Base and High are the prices at the Low, Base and High number of pupils.
    """
    model = roi_model(case.domain)
    entry = case.inputs[model.price_key]
    if len(model.package_line.factors) > 1 or (entry.source, entry.origin) != (DEFAULT, CATALOGUE):
        return case
    pupils = case.inputs["pupils"]
    try:
        offers = [_offer(case.domain, int(count)) for count in (pupils.low, pupils.base, pupils.high)]
    except (ArithmeticError, InvalidInputError, ValueError):
        return case  # the number of pupils is refused by its own name
    low, base, high = (price for _, price in offers)
    evidence = f"Catalogue price: {offers[1][0]} for {int(pupils.base):,} pupils"
    evidence += "".join(entry.evidence.partition(_NOT_TAKEN)[1:])
    currency = catalog(case.domain).currency
    changed_entry = replace(entry, low=low, base=base, high=high, evidence=evidence, currency=currency)
    return case if changed_entry == entry else case.with_input(changed_entry)


def _offer(domain: str, pupils: int) -> tuple[str, Decimal]:
    """Return title and price of the package that so many pupils fit. InvalidInputError for a senseless number."""
    choice = fit(domain, {"pupils": pupils})
    return choice.title, catalog(domain).packages[choice.package].price or Decimal(0)


def refreshed(case: RoiCase, facts_case: RoiCase) -> RoiCase:
    """Return the case with what the records say now; what a person typed stays, and no default replaces anything."""
    inputs = {
        key: facts_case.inputs[key]
        if entry.origin != TYPED
        and (facts_case.inputs[key].source != DEFAULT or entry.source == DEFAULT)
        and facts_case.inputs[key].currency in {None, case.currency}
        else entry
        for key, entry in case.inputs.items()
    }
    return replace(case, inputs=inputs)
