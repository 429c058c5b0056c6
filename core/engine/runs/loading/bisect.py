"""Rows the database will not take: found by halving, booked as failed, so that one of them does not stop the rest."""

from __future__ import annotations

from collections.abc import Callable

import polars as pl
import psycopg
from sqlalchemy.exc import DBAPIError

from core.engine.batch import ROW
from core.engine.runs.loading.fates import FATE_SCHEMA
from core.engine.runs.loading.upsert import Loading
from core.engine.runs.rules import Fate

Write = Callable[[Loading, pl.DataFrame, list[bytes] | None], pl.DataFrame]

_DATA_ERRORS = (psycopg.DataError, psycopg.IntegrityError)


def load_what_fits(
    loading: Loading, frame: pl.DataFrame, write: Write, sent: list[bytes] | None = None
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """(outcome of the rows that were written, fates of those that could not be). `sent` is the frame, encoded."""
    no_failures = pl.DataFrame(schema=FATE_SCHEMA)
    if frame.is_empty():
        return pl.DataFrame(schema={ROW: pl.Int64, "outcome": pl.String}), no_failures
    try:
        with loading.context.session.begin_nested():
            return write(loading, frame, sent), no_failures
    except (*_DATA_ERRORS, DBAPIError) as error:
        cause = error.orig if isinstance(error, DBAPIError) else error
        if not isinstance(cause, _DATA_ERRORS):
            raise
        if frame.height == 1:
            reason = f"the database refused it: {type(cause).__name__}"
            return pl.DataFrame(schema={ROW: pl.Int64, "outcome": pl.String}), frame.select(
                ROW, pl.lit(Fate.FAILED.value).alias("fate"), pl.lit(reason).alias("reason")
            )
    half = frame.height // 2
    first, first_failed = load_what_fits(loading, frame.head(half), write)
    second, second_failed = load_what_fits(loading, frame.tail(-half), write)
    return pl.concat([first, second]), pl.concat([first_failed, second_failed])
