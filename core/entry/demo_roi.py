"""ROI cases of the demo's sales history: what the invented customers told, all else as any case begins."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from core.business.sales.roi.case import RoiCase, check_case
from core.business.sales.roi.editing import NUMBERS, with_edits
from core.business.sales.roi.prefill import Count, KnownFacts, prefilled

_INPUTS: Mapping[str, str] = {
    "consultant_fee": "consultant_per_location",
    "revenue_per_day": "lost_revenue_per_day",
    "days_closed": "days_closed",
    "retraining": "retraining_per_location",
}
"""What the history calls a number -> the input."""


def demo_case(domain: str, locations: int, answers: Mapping[str, Decimal]) -> RoiCase:
    """Return the case of a prospect that told these numbers."""
    counts = {"locations": Count(locations, "Discovery: number of locations", "discovery")}
    case = prefilled(KnownFacts(domain, "USD", counts))
    for name, number in answers.items():
        edits: dict[str, object] = dict.fromkeys(NUMBERS, number)
        case = with_edits(case, _INPUTS[name], {**edits, "evidence": "Told at the demo"})
    return check_case(case)
