"""Isolate rows the database refuses, by halving, and mark them as failed, so that the others are written."""

from __future__ import annotations

from collections.abc import Callable

import polars as pl
import psycopg
from sqlalchemy.exc import DBAPIError

from core.engine.batch import ROW
from core.engine.runs.loading.fates import FATE_SCHEMA
from core.engine.runs.loading.write_context import WriteContext
from core.engine.runs.rules import Fate

Write = Callable[[WriteContext, pl.DataFrame, list[bytes] | None], pl.DataFrame]

_DATA_ERRORS = (psycopg.DataError, psycopg.IntegrityError)


def write_isolating_failures(
    write_context: WriteContext, frame: pl.DataFrame, write: Write, encoded_rows: list[bytes] | None = None
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Write the frame; return the outcomes of the rows written and the fates of the rows refused.

    `encoded_rows` is the frame, encoded.
    """
    no_failures = pl.DataFrame(schema=FATE_SCHEMA)
    if frame.is_empty():
        return pl.DataFrame(schema={ROW: pl.Int64, "outcome": pl.String}), no_failures
    try:
        with write_context.context.session.begin_nested():
            return write(write_context, frame, encoded_rows), no_failures
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
    first, first_failed = write_isolating_failures(write_context, frame.head(half), write)
    second, second_failed = write_isolating_failures(write_context, frame.tail(-half), write)
    return pl.concat([first, second]), pl.concat([first_failed, second_failed])
