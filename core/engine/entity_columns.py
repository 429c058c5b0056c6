"""Columns of whole entities, for what looks at all rows of an export at once: whole-file checks, units of money."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

Columns = Mapping[str, pl.DataFrame]
"""Entity -> frame with ROW and some of its planned columns, typed as in Batch. A column that is absent was not
exported: it is never to be taken as empty."""


def distinct(columns: Columns, entity: str) -> pl.DataFrame | None:
    """Return the entity's rows, the first of each external id only; None where it is not part of the import."""
    frame = columns.get(entity)
    if frame is None or frame.is_empty():
        return None
    if frame["external_id"].hash().n_unique() == frame.height:  # perf 7: as nearly always
        return frame
    return frame.unique("external_id", keep="first", maintain_order=True)
