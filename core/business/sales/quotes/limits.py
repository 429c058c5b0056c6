"""Check that a quote suits its prospect: the package holds what is known of it, and it is not lost."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from core.business.catalog.fit import fit
from core.business.catalog.packages import MEASURES
from core.business.sales.prospects.records import find_prospect
from core.business.sales.prospects.rules import Stage
from core.business.sales.tables import Prospect, Quote
from core.context import Context
from core.errors import ConflictError, InvalidInputError


def require_package_holds(
    domain: str, package: str, volumes: Mapping[str, Mapping[str, Any]], locations: int | None
) -> list[str]:
    """Check a package against the volumes of a prospect and the locations quoted; return what must be asked.

    InvalidInputError names each count above its limit, and the package that holds.
    """
    counts = {measure: int(entry["value"]) for measure, entry in volumes.items()}
    if locations is not None:
        counts["locations"] = locations
    fitting = fit(domain, counts)
    offer = next((offer for offer in fitting.packages if offer.key == package), None)
    if offer is None:  # the catalogue refuses it where it is priced
        return []
    if offer.failures:
        exceeded = [
            f"{MEASURES[check.measure]} {check.count:,}, limit {check.limit:,}" for check in offer.failures
        ]
        raise InvalidInputError(
            f"{offer.title} is too small for this prospect: {'; '.join(exceeded)}.",
            hint=f"Choose {fitting.title}.",
            measures=[check.measure for check in offer.failures],
        )
    return [check.text for check in offer.unknown]


def require_sendable(context: Context, quote: Quote) -> Prospect:
    """Check that a quote may go to its prospect now; return the prospect, its row locked.

    ConflictError for a prospect that is lost, InvalidInputError for a package that became too small.
    """
    prospect = require_not_lost(context, quote)
    require_package_holds(quote.domain, quote.package, prospect.volumes, quote.locations)
    return prospect


def require_not_lost(context: Context, quote: Quote) -> Prospect:
    """Return the prospect of a quote, its row locked. ConflictError where it is lost."""
    prospect = find_prospect(context, quote.prospect_id, lock=True)
    if prospect.stage == Stage.LOST:
        raise ConflictError("The prospect is lost.", hint="Reopen it first: move it to another stage.")
    return prospect
