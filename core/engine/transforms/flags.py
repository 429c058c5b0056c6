"""Transforms of flags: the opposite of yes and no, and whether a column holds anything at all."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from core.engine.transforms.inverses import inverse_by
from core.engine.transforms.registry import transform


@transform("bool", "bool", inverse=inverse_by("opposite"))
def opposite(value: pl.Expr) -> pl.Expr:
    """Yes becomes no, no becomes yes; an empty value stays empty."""
    return ~value


@transform("bool", "bool", joins=True)
def all_yes(parts: Sequence[pl.Expr]) -> pl.Expr:
    """Yes where every source that is filled says yes, no where one says no: for 'status' beside 'enabled'."""
    said = pl.any_horizontal(part.is_not_null() for part in parts)
    refused = pl.any_horizontal(~part.fill_null(value=True) for part in parts)
    return pl.when(said).then(~refused)


@transform("text", "bool")
def is_empty(value: pl.Expr) -> pl.Expr:
    """Yes where the source is empty, no where it holds anything: for 'Terminated on', 'Hidden since'."""
    return value.is_null()


@transform("text", "bool")
def is_filled(value: pl.Expr) -> pl.Expr:
    """Yes where the source holds anything, no where it is empty: for 'Published on', 'Subscribed since'."""
    return value.is_not_null()
