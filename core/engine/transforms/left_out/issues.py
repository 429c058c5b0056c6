"""List what a transform leaves out of the values of a field: words for nothing, titles and degrees of people."""

from __future__ import annotations

from collections.abc import Iterator

import polars as pl

from core.engine.batch import ROW
from core.engine.issues import issue
from core.engine.plan import FieldPlan
from core.engine.transforms.language import parse
from core.engine.transforms.left_out.words import split_empty_words
from core.engine.transforms.texts.person_names import GIVEN_NAME, left_out_words


def left_out(source: pl.DataFrame, plan: FieldPlan) -> Iterator[pl.DataFrame]:
    """Yield issues on the rows of which a field's transform leaves something out."""
    if not plan.transform:
        return
    words, remaining = split_empty_words(plan.transform)
    for name in plan.sources if words else ():
        text = pl.col(name).str.strip_chars()
        rows = source.filter(text.is_in(words)).select(ROW, text.alias("value"))
        if not rows.is_empty():
            yield _issues(
                rows, "empty_word", plan.target, name, f"Column {name!r} has no value where it holds"
            )
    if remaining and plan.target == "first_name" and GIVEN_NAME in remaining:
        for call in (call for call in parse(remaining) if call.name == GIVEN_NAME):
            for name in plan.sources:
                titles = left_out_words(source[name], call)
                rows = source.select(ROW, titles.alias("value")).drop_nulls("value")
                if not rows.is_empty():
                    yield _issues(
                        rows, "name_title", plan.target, name, "A title or degree is left out of the name:"
                    )


def _issues(rows: pl.DataFrame, code: str, field: str, column: str, reason: str) -> pl.DataFrame:
    value = pl.col("value")
    detail = pl.lit(f"{reason} '") + value + pl.lit("'.")
    return rows.select(ROW, *issue(code, field=field, source_field=column, value=value, detail=detail))
