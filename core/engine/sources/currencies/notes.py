"""Note rows in another currency than the customer's: their amounts are imported as amounts in the customer's."""

from __future__ import annotations

import re

import polars as pl

from core.engine.batch import NOTED, ROW, add_notes

NAMES = frozenset({"currency", "currencycode"})
"""Letters of the last step of a column's name that holds ISO 4217 codes."""

_CODE, _LISTED = r"^\s*([A-Za-z]{3})\s*$", r'"[A-Z]{3}"'


def names_currency(column: str) -> bool:
    """Tell whether a column of this name holds currencies."""
    return re.sub(r"[^a-z]", "", column.rpartition(".")[2].lower()) in NAMES


def note_currency(frame: pl.DataFrame, currency: str) -> pl.DataFrame:
    """Note each row one of whose currencies is not `currency` (ISO 4217), alone or in a JSON list."""
    notes = []
    for name in frame.columns:
        if name in {ROW, NOTED} or not names_currency(name):
            continue
        text = pl.col(name)
        differs = text.str.extract(_CODE, 1).str.to_uppercase() != currency
        listed = text.str.starts_with("[") & text.str.replace_all(
            f'"{currency}"', "", literal=True
        ).str.contains(_LISTED)
        rows = frame.filter(differs | listed)
        if rows.height:
            detail = f"Column {name!r} says " + text + f"; amounts are imported as {currency}."
            notes.append(rows.select(ROW, code=pl.lit("other_currency"), column=pl.lit(name), detail=detail))
    return add_notes(frame, notes)
