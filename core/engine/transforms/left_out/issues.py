"""List what a transform leaves out of the values of a field: words for nothing, titles of people, extensions of telephones."""

from __future__ import annotations

from collections.abc import Iterator

import polars as pl

from core.engine.batch import ROW
from core.engine.issues import issue
from core.engine.plan import FieldPlan
from core.engine.transforms.arithmetic import SINGLE_AMOUNT
from core.engine.transforms.language import parse
from core.engine.transforms.left_out.words import split_empty_words
from core.engine.transforms.texts.person_names import FAMILY_NAME, GIVEN_NAME, left_out_words, single_names
from core.kit.masking import mask
from core.kit.number_forms import read_single_amounts
from core.kit.reading import by_distinct

_NAMES = {"first_name": GIVEN_NAME, "last_name": FAMILY_NAME}
"""Field -> the transform that takes it from a whole name."""

_EXTENSION = r"(?i)\d[\s,;.(]*((?:x|extn?\.?|extension|durchwahl|dw\.?|poste|anexo|interno|ramal|toestel|wew\.?)[\s.:]*\d{1,6})\s*\)?\s*$"


def left_out(source: pl.DataFrame, plan: FieldPlan) -> Iterator[pl.DataFrame]:
    """Yield issues on the rows of which a field's transform leaves something out."""
    if plan.target == "phone":
        yield from _extensions(source, plan)
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
    if remaining and SINGLE_AMOUNT in remaining:
        for name in plan.sources:
            texts = source[name].str.strip_chars()
            rows = source.filter((texts != "") & read_single_amounts(texts).is_null()).select(ROW, texts.name)
            if not rows.is_empty():
                yield _issues(
                    rows.rename({name: "value"}),
                    "several_amounts",
                    plan.target,
                    name,
                    f"Column {name!r} holds no single amount:",
                )
    yield from _of_names(source, plan, remaining)


def _of_names(source: pl.DataFrame, plan: FieldPlan, transform: str | None) -> Iterator[pl.DataFrame]:
    """Yield issues on titles that are left out, and on names of one word that stand for both names."""
    if plan.target not in _NAMES or not transform or not any(name in transform for name in _NAMES.values()):
        return
    for call in (call for call in parse(transform) if call.name == _NAMES[plan.target]):
        for name in plan.sources:
            if call.name == GIVEN_NAME:
                titles = left_out_words(source[name], call)
                rows = source.select(ROW, titles.alias("value")).drop_nulls("value")
                if not rows.is_empty():
                    yield _issues(
                        rows, "name_title", plan.target, name, "A title or degree is left out of the name:"
                    )
            if call.keywords.get("single"):
                singles = single_names(source[name], call)
                rows = source.select(ROW, singles.alias("value")).drop_nulls("value")
                if not rows.is_empty():
                    yield _single_names(rows, plan.target, name)


def _single_names(rows: pl.DataFrame, field: str, column: str) -> pl.DataFrame:
    detail = f"Column {column!r} holds one name. It is entered as first and as last name."
    masked = rows.with_columns(by_distinct(rows["value"], mask, pl.String()).alias("value"))
    return masked.select(
        ROW,
        *issue("single_name", field=field, source_field=column, value=pl.col("value"), detail=detail),
    )


def _extensions(source: pl.DataFrame, plan: FieldPlan) -> Iterator[pl.DataFrame]:
    """Yield issues on telephone numbers with an extension, which a number in E.164 does not hold."""
    for name in plan.sources:
        extension = pl.col(name).str.extract(_EXTENSION, 1)
        rows = source.select(ROW, extension.alias("value")).drop_nulls("value")
        if not rows.is_empty():
            reason = f"Column {name!r}: the number is imported without its extension"
            yield _issues(rows, "phone_extension", plan.target, name, reason)


def _issues(rows: pl.DataFrame, code: str, field: str, column: str, reason: str) -> pl.DataFrame:
    value = pl.col("value")
    detail = pl.lit(f"{reason} '") + value + pl.lit("'.")
    return rows.select(ROW, *issue(code, field=field, source_field=column, value=value, detail=detail))
