"""Give every row of a chunk its fate, and merge neighbouring rows of one fate into ranges. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import polars as pl

from core.engine.batch import ROW
from core.engine.runs.rules import FATES

FATE_SCHEMA = {ROW: pl.Int64(), "fate": pl.String(), "reason": pl.String()}


def fates(rows: pl.Series, *parts: pl.DataFrame) -> pl.DataFrame:
    """Give each row number in `rows` its fate: ROW, fate, reason. The first part that names a row decides.

    Raises ValueError when a row has no fate: nothing may be lost, not even here.
    """
    parts_with_fates = [part.select(*FATE_SCHEMA).cast(FATE_SCHEMA) for part in parts if part.height]  # type: ignore[arg-type]
    first_fates = pl.concat(parts_with_fates or [pl.DataFrame(schema=FATE_SCHEMA)])
    row_fates = rows.to_frame(ROW).join(
        first_fates.unique(ROW, keep="first"), on=ROW, how="left", maintain_order="left"
    )
    if row_fates["fate"].null_count():
        without_fate = row_fates.filter(pl.col("fate").is_null())
        raise ValueError(f"{without_fate.height} rows have no fate, the first is row {without_fate[ROW][0]}")
    return row_fates


def ranges(row_fates: pl.DataFrame) -> pl.DataFrame:
    """Merge rows into a line per fate and reason: fate, reason, rows, and their ranges as two lists, starts and ends."""
    follows = pl.all_horizontal(
        pl.col(ROW).shift(-1) == pl.col(ROW) + 1,
        *(pl.col(name).shift(-1) == pl.col(name) for name in ("fate", "reason")),
    ).fill_null(value=False)
    ordered = row_fates.sort(ROW).with_columns((~follows).alias("_ends"))
    return (
        ordered.with_columns(pl.col("_ends").shift(fill_value=True).alias("_starts"))
        .group_by("fate", "reason", maintain_order=True)
        .agg(
            pl.len().alias("rows"),
            pl.col(ROW).filter("_starts").alias("starts"),
            pl.col(ROW).filter("_ends").alias("ends"),
        )
    )


def rows_of(starts: Sequence[int], ends: Sequence[int]) -> Iterator[int]:
    """Yield the row numbers of ranges."""
    for first, last in zip(starts, ends, strict=True):
        yield from range(first, last + 1)


def ranges_of_fate(rows: pl.Series, fate: str, reason: str) -> pl.DataFrame:
    """Build what `ranges` returns, for rows (ascending) of one fate."""
    if rows.len() and rows[-1] - rows[0] + 1 == rows.len():
        single = {
            "fate": [fate],
            "reason": [reason],
            "rows": [rows.len()],
            "starts": [[rows[0]]],
            "ends": [[rows[-1]]],
        }
        return pl.DataFrame(single)
    return ranges(fate_of(rows, fate, reason))


def counts(row_fates: pl.DataFrame) -> dict[str, int]:
    """Count the rows of each of the six fates; `row_fates` as `ranges` returns it."""
    rows_by_fate = dict.fromkeys(FATES, 0)
    for fate, rows in row_fates.select("fate", "rows").iter_rows():
        rows_by_fate[fate] += int(rows)
    return rows_by_fate


def fate_of(rows: pl.DataFrame | pl.Series, fate: str, reason: str | pl.Expr) -> pl.DataFrame:
    """Give all the rows one fate; `reason` may be a column's expression."""
    frame = rows.to_frame(ROW) if isinstance(rows, pl.Series) else rows
    cause = pl.lit(reason) if isinstance(reason, str) else reason
    return frame.select(pl.col(ROW), pl.lit(fate).alias("fate"), cause.alias("reason"))
