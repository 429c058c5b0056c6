"""Apply readers of text to whole columns, so that the common spelling is read once and the rest only where needed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import polars as pl


def fill(done: pl.Series, texts: pl.Series, slow: Callable[[pl.Series], pl.Series]) -> pl.Series:
    """Fill the nulls of `done` where there is a text, read by `slow`."""
    unread = done.is_null() & texts.is_not_null()
    if not unread.any():
        return done
    if unread.all():
        return slow(texts).alias(done.name)
    return done.scatter(unread.arg_true(), slow(texts.filter(unread)))


def by_distinct(texts: pl.Series, read: Callable[[str], Any], to: pl.DataType) -> pl.Series:
    """Apply `read` once to each distinct text."""
    distinct = texts.drop_nulls().unique()
    values = pl.Series("value", [read(text) for text in distinct], dtype=to)
    table = pl.DataFrame({"text": distinct, "value": values})
    joined = pl.DataFrame({"text": texts}).join(table, on="text", how="left", maintain_order="left")
    return joined["value"].alias(texts.name)


def first_that_reads(
    texts: pl.Series,
    formats: Sequence[str],
    parse: Callable[[pl.Series, str], pl.Series],
    to: pl.DataType,
) -> pl.Series:
    """Read each text by the first format that fits it; the format that fits most of a sample is tried first."""

    def reader_of(form: str) -> Callable[[pl.Series], pl.Series]:
        return lambda remaining: parse(remaining, form)

    tidy = texts.set(~texts.str.contains(r"\d"), None).str.strip_chars()
    if tidy.null_count() == len(tidy):
        return pl.Series(texts.name, [None], dtype=to).new_from_index(0, len(texts))
    sample = tidy.drop_nulls().head(16)
    likely, fewest = formats[0], len(sample) + 1
    for form in formats:
        if fewest and (unread := parse(sample, form).null_count()) < fewest:
            likely, fewest = form, unread
    done = parse(tidy, likely)
    if len(formats) > 1 and done.null_count() > tidy.null_count():
        tidy = tidy.str.replace_all(r"[,\s\x{a0}\x{202f}]+", " ").str.strip_chars()
        for form in formats:
            done = fill(done, tidy, reader_of(form))
    return done
