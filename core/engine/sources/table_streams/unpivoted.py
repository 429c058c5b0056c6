"""Make records of the columns that a declared table repeats: each teacher of a class, where a row has a column for each."""

from __future__ import annotations

import polars as pl

from core.engine.batch import ROW
from core.engine.sources.contract import Grouped, StreamSpec, folded
from core.engine.sources.reshape.declared import with_defaults
from core.engine.sources.reshape.shape import Frames, StreamShape, own_columns
from core.kit.wording import listed

_POSITION = "Position"
_STRIDE = 100


def unpivoted_shape(spec: StreamSpec, columns: tuple[str, ...]) -> StreamShape | None:
    """Return the shape of the records that the columns `spec.unpivoted` hold; None where the table has none of them.

    A record has the value under the first of these names, its position, and the columns of the row that the hints name.
    """
    sources = Grouped.columns_for(spec.unpivoted, columns)
    if not sources:
        return None
    hinted = {folded(name) for name in spec.hints}
    shared_columns = tuple(name for name in columns if name not in sources and folded(name) in hinted)
    value = spec.unpivoted[0]
    names = (*shared_columns, value, _POSITION)

    def converted(frames: Frames) -> Frames:
        for frame in frames:
            parts = [
                frame.select(
                    (pl.col(ROW) * _STRIDE + position).alias(ROW),
                    *shared_columns,
                    pl.col(source).alias(value),
                    pl.lit(str(position)).alias(_POSITION),
                    *own_columns(frame),
                )
                for position, source in enumerate(sources, start=1)
            ]
            filled = pl.col(value).str.strip_chars().fill_null("") != ""
            yield pl.concat(parts).filter(filled).sort(ROW)

    why = (
        f"each filled cell of {listed(sources)} is a record of its own",
        f"row {_STRIDE * 2 + 1} is the first record of row 2 of the file",
    )
    return with_defaults(StreamShape(names, why=why, convert=converted), spec)
