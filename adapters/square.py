"""Square: catalog, people, loyalty and orders as JSON, and the dashboard's exports as tables.

Every Money is documented in the smallest unit of its currency; the dashboard writes dollars. The catalog is declared
as it was before and as it is since API version 2025-05-21, which renamed how choices, descriptions and categories
are told.
"""

from __future__ import annotations

from adapters.square_catalog import CATALOG
from adapters.square_loyalty import LOYALTY
from adapters.square_sales import SALES
from adapters.square_tables import TABLES
from core.engine.sources.contract import Source

SQUARE = Source(
    name="square",
    label="Square",
    domain="restaurant",
    certified=True,
    marks=frozenset({"merchant", "catalog"}),
    streams=(*CATALOG, *LOYALTY, *SALES, *TABLES),
    notes=(
        "Square documents JSON amounts in the smallest unit of the currency and writes dollars in its exports.",
        "A variation is imported as a variant; an item's own price stays empty.",
        "Square names no tier on a loyalty account: it is the one that balance and lifetime points both reach.",
        "Where a file names locations, the merchant around them is not imported as one.",
    ),
)
