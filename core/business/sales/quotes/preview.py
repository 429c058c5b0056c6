"""Price terms for a prospect before anything is stored: what a draft would cost."""

from __future__ import annotations

from core.business.sales.location_discounts import location_discounts
from core.business.sales.prospects.records import find_prospect
from core.business.sales.quotes.limits import require_package_holds
from core.business.sales.quotes.locking import operator_zone
from core.business.sales.quotes.pricing import PricedTerms, price_terms
from core.business.sales.quotes.rules import QuoteTerms, TermsError, check_terms, today
from core.business.sales.tables import Prospect
from core.context import Context
from core.platform.access.actions import view


@view("quote.read")
def preview_price(context: Context, prospect_id: str, package: str, terms: QuoteTerms) -> PricedTerms:
    """Price a draft of a prospect as it would be stored. TermsError names the fields that are wrong.

    InvalidInputError for a package that does not hold what is known of the prospect.
    """
    prospect = find_prospect(context, prospect_id)
    check_terms(terms, today(operator_zone(context.session), context.now))
    require_package_holds(prospect.domain, package, prospect.volumes, locations_of(prospect, terms))
    return priced_for(context, prospect, package, terms)


def priced_for(context: Context, prospect: Prospect, package: str, terms: QuoteTerms) -> PricedTerms:
    """Price checked terms by the catalogue of the prospect's line of business."""
    bands = location_discounts(context, prospect.domain).bands
    return price_terms(prospect.domain, package, terms, locations_of(prospect, terms), bands)


def locations_of(prospect: Prospect, terms: QuoteTerms) -> int:
    """Return how many locations are quoted: those of the terms, else the prospect's. TermsError where neither is known."""
    locations = terms.locations or prospect.locations
    if locations is None:
        raise TermsError({"locations": "Enter the number of locations"})
    return locations
