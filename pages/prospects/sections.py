"""The sections of a prospect's record: each drawn by a module of its own, in this order."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from core.business.sales.prospects.views import ProspectDetails
from core.context import Context
from pages.prospects import discovery, fit, history, overview, quotes
from pages.prospects.roi import section as roi

SECTIONS: Mapping[str, tuple[str, Callable[[Context, ProspectDetails], None]]] = {
    "overview": ("Overview", overview.show),
    "discovery": ("Discovery", discovery.show),
    "fit": ("Fit", fit.show),
    "roi": ("ROI", roi.show),
    "quotes": ("Quotes", quotes.show),
    "history": ("History", history.show),
}
"""Section (as in the address) -> its label and what draws it."""
