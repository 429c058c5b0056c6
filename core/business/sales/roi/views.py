"""Show the saved ROI cases of a prospect, compare two, and prefill a new one; in a Context of the operator."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import Select, select

from core.business.catalog.fit import fit
from core.business.catalog.packages import packages
from core.business.catalog.pricing import price
from core.business.sales.figures.views import measured_figures, require_prospect
from core.business.sales.location_discounts import location_discounts
from core.business.sales.quotes.locking import operator_zone
from core.business.sales.quotes.rules import QuoteState, is_over, needs_approval, number_text
from core.business.sales.quotes.stored import total_discount_of
from core.business.sales.roi.case import DEFAULT, RoiCase, case_from_json
from core.business.sales.roi.comparison import Comparison, compare
from core.business.sales.roi.model import roi_model
from core.business.sales.roi.prefill import CATALOGUE, Count, KnownFacts, OurPrice, prefilled, quote_price
from core.business.sales.roi.rules import Results, compute
from core.business.sales.tables import Prospect, Quote
from core.business.sales.tables import RoiCase as RoiCaseRow
from core.context import Context
from core.errors import InvalidInputError, NotFoundError
from core.platform.access.actions import view
from core.platform.access.tables import Person

_QUOTED = (QuoteState.DRAFT, QuoteState.SENT, QuoteState.ACCEPTED)
"""States of a quote whose price may be ours for the prospect."""


@dataclass(frozen=True, slots=True)
class RoiCaseDetails:
    """A saved version: its case with the results as they were stored (amounts as text), who saved it and when.

    `computed` are the results of the case by the formulas of today.
    """

    id: str
    prospect_id: str
    version: int
    case: RoiCase
    results: dict[str, Any]
    computed: Results
    note: str | None
    person: str | None
    created_at: datetime

    @property
    def currency(self) -> str:
        return self.case.currency


@view("prospect.read")
def newest_case(context: Context, prospect_id: str) -> RoiCaseDetails | None:
    """Return the newest saved version, None without any. NotFoundError for a prospect that is not seen."""
    prospect = require_prospect(context, prospect_id)
    row = context.session.execute(_cases(prospect_id).limit(1)).first()
    return None if row is None else _details(prospect, *row)


@view("prospect.read")
def saved_cases(context: Context, prospect_id: str) -> list[RoiCaseDetails]:
    """List the saved versions, the newest first. NotFoundError for a prospect that is not seen."""
    prospect = require_prospect(context, prospect_id)
    return [_details(prospect, *row) for row in context.session.execute(_cases(prospect_id))]


@view("prospect.read")
def saved_case(context: Context, prospect_id: str, version: int) -> RoiCaseDetails:
    """Return a saved version. NotFoundError where there is none of that number."""
    prospect = require_prospect(context, prospect_id)
    query = _cases(prospect_id).where(RoiCaseRow.version == version)
    row = context.session.execute(query).first()
    if row is None:
        raise NotFoundError(f"There is no version {version}.", hint="Choose one of the saved versions.")
    return _details(prospect, *row)


@view("prospect.read")
def compare_versions(context: Context, prospect_id: str, version: int, other_version: int) -> Comparison:
    """Compare two saved versions, from the first to the second. NotFoundError where one does not exist."""
    before = saved_case(context, prospect_id, version)
    after = saved_case(context, prospect_id, other_version)
    return compare(before.case, after.case)


@view("prospect.read")
def prefilled_case(context: Context, prospect_id: str) -> RoiCase:
    """Return a case of what is known of the prospect: volumes, quote or catalogue price, measured figures, defaults."""
    prospect = require_prospect(context, prospect_id)
    counts = _counts(prospect)
    figures = measured_figures(context, prospect.domain)
    our_price = _catalogue_price(context, prospect.domain, counts)
    quoted = _quoted_price(context, prospect)
    return prefilled(KnownFacts(prospect.domain, prospect.currency, counts, our_price, quoted, figures))


@view("prospect.read")
def defaults_with_figures(context: Context, domain: str) -> RoiCase:
    """Return the defaults of a line of business, with the operator's figures where the sample suffices."""
    figures = measured_figures(context, domain)
    return prefilled(KnownFacts(domain, roi_model(domain).currency, figures=figures))


def _cases(prospect_id: str) -> Select[RoiCaseRow, str]:
    return (
        select(RoiCaseRow, Person.name)
        .outerjoin(Person, Person.id == RoiCaseRow.person_id)
        .where(RoiCaseRow.prospect_id == prospect_id)
        .order_by(RoiCaseRow.version.desc())
    )


def _details(prospect: Prospect, row: RoiCaseRow, person: str | None) -> RoiCaseDetails:
    case = case_from_json(prospect.domain, row.currency, row.inputs)
    return RoiCaseDetails(
        row.id,
        row.prospect_id,
        row.version,
        case,
        row.results,
        compute(case),
        row.note,
        person,
        row.created_at,
    )


def _counts(prospect: Prospect) -> dict[str, Count]:
    counts = {}
    for key in ("locations", "pupils"):
        entry = prospect.volumes.get(key)
        if entry is not None:
            origin = "file" if entry.get("source") == "file" else "discovery"
            evidence = str(entry.get("evidence") or ("Counted in files" if origin == "file" else "Discovery"))
            counts[key] = Count(int(entry["value"]), evidence, origin)
    if prospect.locations is not None and (
        "locations" not in counts or counts["locations"].value != prospect.locations
    ):
        counts["locations"] = Count(prospect.locations, "Discovery: number of locations", "discovery")
    return counts


def _quoted_price(context: Context, prospect: Prospect) -> OurPrice | None:
    """Return the total of the prospect's newest quote that holds, None without one."""
    zone = operator_zone(context.session)
    quotes = context.session.scalars(
        select(Quote)
        .where(Quote.prospect_id == prospect.id, Quote.state.in_(_QUOTED))
        .order_by(Quote.created_at.desc(), Quote.version.desc())
    )
    quote = next((quote for quote in quotes if _holds(quote, zone, context.now)), None)
    return None if quote is None else price_of(quote)


def _holds(quote: Quote, zone: str, now: datetime) -> bool:
    """Tell whether the price of a quote is ours: accepted, or sent and not over, or a draft that may be sent."""
    if quote.state == QuoteState.ACCEPTED:
        return True
    if is_over(quote.valid_until, zone, now):
        return False
    is_approved = quote.approved_at is not None or not needs_approval(total_discount_of(quote))
    return quote.state == QuoteState.SENT or is_approved


def price_of(quote: Quote) -> OurPrice:
    """Return our price by a quote."""
    name = number_text(quote.number, quote.version)
    return quote_price(name, quote.total, quote.currency, quote.locations)


def _catalogue_price(context: Context, domain: str, counts: dict[str, Count]) -> OurPrice | None:
    """Return the price of the package that the known counts fit, None where they do not decide it."""
    if domain == "school" or "locations" not in counts:
        return None  # a school's price follows its pupils
    try:
        choice = fit(domain, {key: count.value for key, count in counts.items()})
        offer = price(
            domain,
            choice.package,
            locations=counts["locations"].value,
            bands=location_discounts(context, domain).bands,
            payment_plan="split",
        )
    except InvalidInputError:
        return None
    title = packages(domain)[choice.package].title
    total: Decimal = offer.total
    return OurPrice(total, offer.currency, DEFAULT, f"Catalogue price: {title}", CATALOGUE)
