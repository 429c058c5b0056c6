"""Make one record of rows that differ in one column alone: an observer with a row for each of the pupils."""

from __future__ import annotations

import json

import polars as pl

from core.engine.batch import ROW
from core.engine.sources.contract import StreamSpec, folded
from core.engine.sources.reshape.shape import Frames, StreamShape, own_columns


def collected_shape(shape: StreamShape, spec: StreamSpec) -> StreamShape:
    """Return the shape with rows put together that are alike but for `spec.collected`, whose values become a JSON list."""
    column = next((name for name in shape.columns if folded(name) == folded(spec.collected)), None)
    if column is None:
        return shape
    convert, columns = shape.convert, shape.columns
    alike = [name for name in columns if name != column]

    def converted(frames: Frames) -> Frames:
        parts = [*convert(frames)]
        if not parts:
            return
        rows = pl.concat(parts, how="diagonal")
        filled = pl.col(column).str.strip_chars().replace("", None).drop_nulls()
        records = (
            rows.group_by(alike, maintain_order=True)
            .agg(
                pl.col(ROW).first(),
                filled.unique().sort(),  # the next export has its rows in another order
                *(pl.col(name).drop_nulls().first() for name in own_columns(rows)),
            )
            .with_columns(pl.col(column).map_elements(_listed, pl.String, skip_nulls=False))
            .select(ROW, *columns, *own_columns(rows))
        )
        yield from records.iter_slices(max(part.height for part in parts) or 1)

    why = f"rows that differ in {column} alone are one record, with a list of its values"
    return StreamShape(columns, shape.suffix, shape.entity, (*shape.why, why), shape.readings, converted)


def _listed(values: pl.Series | None) -> str | None:
    return json.dumps(values.to_list(), ensure_ascii=False) if values is not None and len(values) else None
