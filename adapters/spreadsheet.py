"""Any table or document of a system that has no adapter: nothing is known of it beforehand."""

from __future__ import annotations

from core.engine.sources.contract import Source

SPREADSHEET = Source(
    name="spreadsheet",
    label="Spreadsheet or other file",
    domain="restaurant",
    streams=(),
    notes=("Columns are matched by their names and values alone; check the mapping with care.",),
)
