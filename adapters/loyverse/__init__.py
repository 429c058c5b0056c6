"""Loyverse: the API as JSON, and the back office's exports as tables."""

from __future__ import annotations

from adapters.loyverse.api import API
from adapters.loyverse.tables import TABLES
from core.engine.sources.contract import Source

LOYVERSE = Source(
    name="loyverse",
    label="Loyverse",
    domain="restaurant",
    marks=frozenset({"receipts"}),
    streams=(*API, *TABLES),
    notes=(
        "Loyverse writes amounts in the main unit of the currency.",
        "In the API every item has a variant, with its price; in the items export only an item with options has variants.",
        "A refund is a receipt of its own with amounts above zero; it is imported as a refunded order with amounts below zero.",
        "Stock is in the items export; in the API it stands once a store and is not imported.",
    ),
)
