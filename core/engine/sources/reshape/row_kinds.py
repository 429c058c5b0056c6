"""Split a declared table whose rows are of several kinds: sales, their lines and their payments in one export."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import polars as pl

from core.engine.sources.contract import StreamSpec, folded
from core.engine.sources.reshape.shape import SEPARATOR, Frames, StreamShape, unmapped


def row_kinds(columns: Sequence[str], spec: StreamSpec) -> Iterator[tuple[StreamSpec | None, StreamShape]]:
    """Yield each kind of row with its declaration, and rows of no declared kind with None; nothing where the column is missing."""
    names = {folded(column): column for column in columns}
    column = names.get(folded(spec.where[0])) if spec.where else None
    if column is None:
        return
    kind = pl.col(column).str.strip_chars().str.to_lowercase()
    specs = [member for member in (spec, *spec.kinds) if member.where]
    values = [member.where[1].lower().split("|") for member in specs if member.where]
    for member, words in zip(specs, values, strict=True):
        why = f"rows whose {column} is {' or '.join(words)} are of one kind"
        yield member, _shape(columns, kind.is_in(words), "", why)
    reason = f"Its {column} is none that the documentation names."
    is_declared = kind.is_in([word for words in values for word in words]).fill_null(value=False)
    shape = _shape(columns, ~is_declared, f"{SEPARATOR}further rows", reason)
    yield (
        None,
        StreamShape(shape.columns, shape.suffix, None, shape.why, unmapped(columns, reason), shape.convert),
    )


def _shape(columns: Sequence[str], condition: pl.Expr, suffix: str, why: str) -> StreamShape:
    def converted(frames: Frames) -> Frames:
        for frame in frames:
            yield frame.filter(condition)

    return StreamShape(tuple(columns), suffix, None, (why,), {}, converted)
