"""Transforms that take away what a program has put around or in place of a value, in the catalogue that people see."""

from __future__ import annotations

import polars as pl

from core.engine.transforms.registry import Literal, plain, transform
from core.errors import InvalidInputError


@transform("text", "text", "empty_if('NULL', 'N/A')")
def empty_if(value: pl.Expr, *texts: Literal) -> pl.Expr:
    """Empty where the value is one of these, in the same case: words for nothing."""
    if not texts or None in texts:
        raise InvalidInputError("empty_if needs texts.", hint="Write empty_if('NULL', 'N/A').")
    return pl.when(~value.is_in([plain(text) for text in texts])).then(value)
