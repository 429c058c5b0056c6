"""The kinds of rows that are not data, as the column MARK names them."""

from __future__ import annotations

from enum import StrEnum

import polars as pl

from core.engine.batch import MARK


class Mark(StrEnum):
    """What a row is that is no record. The last two are only likely: a person says what such rows are."""

    TOTAL = "total"
    SUBTOTAL = "subtotal"
    COUNT = "count"
    AVERAGE = "average"
    HEADING = "heading"
    HEADER = "repeated header"
    FOOTER = "footer"
    TITLE = "page title"
    UNITS = "units"
    LIKELY_TOTAL = "likely total"
    LIKELY_HEADING = "likely heading"


UNSURE = frozenset({Mark.LIKELY_TOTAL, Mark.LIKELY_HEADING})
SUMS = frozenset({Mark.TOTAL, Mark.SUBTOTAL, Mark.COUNT, Mark.AVERAGE})

TITLES: dict[str, str] = {
    Mark.TOTAL: "Total",
    Mark.SUBTOTAL: "Subtotal",
    Mark.COUNT: "Count of rows",
    Mark.AVERAGE: "Average, minimum or maximum",
    Mark.HEADING: "Section heading",
    Mark.HEADER: "Repeated header",
    Mark.FOOTER: "Footer or note",
    Mark.TITLE: "Page title",
    Mark.UNITS: "Units or description of the columns",
    Mark.LIKELY_TOTAL: "Perhaps a total",
    Mark.LIKELY_HEADING: "Perhaps a section heading",
}
"""What each kind is called on screens."""


def without_marked(frame: pl.DataFrame) -> pl.DataFrame:
    """Drop the rows that the reader recognised as no data, and the column that says so."""
    return frame.filter(pl.col(MARK).is_null()).drop(MARK) if MARK in frame.columns else frame
