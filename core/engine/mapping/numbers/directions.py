"""Finds a column that says of each amount whether it is a debit or a credit: 'Dr' and 'Cr' beside amounts without a sign"""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from core.kit.text import tokens

_DEBITS = frozenset({"dr", "db", "dbt", "debit"})
_CREDITS = frozenset({"cr", "crd", "credit"})
_WORDS = frozenset({"debit", "credit"})
"""Words that also name kinds of cards: they say a direction only in a column that is called so."""

_NAMES = frozenset({"dr", "cr", "db", "debit", "credit", "direction", "sign", "side"})
_PROBED = 2_000


@dataclass(frozen=True, slots=True)
class Direction:
    """A column of debits and credits, by name, with the words it uses."""

    column: str
    debit: str
    credit: str

    def question(self, column: str) -> str:
        """Ask what the direction means for the amounts of a column."""
        return (
            f"Column {self.column!r} says '{self.debit}' or '{self.credit}' of each amount: which of them are negative? All"
            f" amounts of {column!r} are read as they stand. Give refunds a minus in the file, or accept the field as it is."
        )


def direction_of(name: str, texts: pl.Series) -> Direction | None:
    """Return the direction that a column says; None where it says none."""
    distinct = texts.drop_nulls().head(_PROBED).str.strip_chars().unique(maintain_order=True).to_list()
    words = {text.lower().strip(". "): text for text in distinct if text}
    if len(words) != 2 or not all(word in _DEBITS | _CREDITS for word in words):
        return None
    if words.keys() & _WORDS and not set(tokens(name)) & _NAMES:
        return None
    debit = next((text for word, text in words.items() if word in _DEBITS), "")
    credit = next((text for word, text in words.items() if word in _CREDITS), "")
    return Direction(name, debit, credit) if debit and credit else None
