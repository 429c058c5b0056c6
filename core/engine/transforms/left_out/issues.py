"""List what a transform leaves out of the values of a field: words for nothing."""

from __future__ import annotations

from collections.abc import Iterator

import polars as pl

from core.engine.batch import ROW
from core.engine.issues import issue
from core.engine.plan import FieldPlan
from core.engine.transforms.left_out.words import split_empty_words


def left_out(source: pl.DataFrame, plan: FieldPlan) -> Iterator[pl.DataFrame]:
    """Yield issues on the rows of which a field's transform leaves something out."""
    words, _ = split_empty_words(plan.transform)
    for name in plan.sources if words else ():
        text = pl.col(name).str.strip_chars()
        rows = source.filter(text.is_in(words)).select(ROW, text.alias("value"))
        if not rows.is_empty():
            detail = pl.lit(f"Column {name!r} holds '") + pl.col("value") + pl.lit("', taken as no value.")
            about = {"field": plan.target, "source_field": name, "value": pl.col("value")}
            yield rows.select(ROW, *issue("empty_word", **about, detail=detail))
