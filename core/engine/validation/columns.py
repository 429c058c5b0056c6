"""Work with the columns that checks over a whole file look at: complete them, join issues, write amounts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal

import polars as pl

from core.engine.batch import MONEY, ROW
from core.kit.money import minor_digits, show, symbol

Findings = dict[str, pl.DataFrame]
"""Issues (ISSUE_SCHEMA) by entity."""

ZERO = pl.lit(Decimal(0)).cast(MONEY)


def with_columns(frame: pl.DataFrame, kinds: Mapping[str, pl.DataType]) -> pl.DataFrame:
    """Add the columns that a frame lacks, empty; `kinds` are their types."""
    lacking = [
        pl.lit(None, dtype=kind).alias(name) for name, kind in kinds.items() if name not in frame.columns
    ]
    return frame.with_columns(lacking)


def join_findings(parts: Sequence[Findings]) -> Findings:
    entities = dict.fromkeys(entity for part in parts for entity in part)
    joined = {entity: pl.concat([part[entity] for part in parts if entity in part]) for entity in entities}
    return {entity: issues.sort(ROW, maintain_order=True) for entity, issues in joined.items() if len(issues)}


def format_amounts(amounts: pl.Series, currency: str) -> pl.Series:
    """Format amounts for people, without their sign."""
    return pl.Series(
        amounts.name,
        [None if amount is None else show(abs(amount), currency) for amount in amounts],
        dtype=pl.String,
    )


def amount_text(amount: pl.Expr, currency: str) -> pl.Expr:
    """Write amounts with sign and currency and all their decimal places: '-$5.50', '$0.0125'."""
    decimal_places = minor_digits(currency)
    digits = amount.abs().cast(pl.String)
    digits = (
        digits.str.replace(rf"^(\d+\.\d{{{decimal_places}}}\d*?)0*$", "${1}")
        if decimal_places
        else digits.str.strip_chars_end("0").str.strip_chars_end(".")
    )
    return pl.when(amount < 0).then(pl.lit("-")).otherwise(pl.lit("")) + pl.lit(symbol(currency)) + digits
