"""Note rows whose letters depend on an encoding that is not certain."""

from __future__ import annotations

import polars as pl

from core.engine.batch import FAULT, NOTED, ROW, add_notes

UNSURE = "encoding_unsure"

_BEYOND_ASCII = r"[^\x00-\x7f]"


def note_doubtful(frame: pl.DataFrame, encoding: str, rival: str | None) -> pl.DataFrame:
    """Note each value with characters beyond ASCII where `rival` fits the file about as well as `encoding`."""
    if rival is None:
        return frame
    detail = f"Read as {encoding}; as {rival} it would have other letters."
    notes = [
        frame.filter(pl.col(name).str.contains(_BEYOND_ASCII)).select(
            ROW, code=pl.lit(UNSURE), column=pl.lit(name), detail=pl.lit(detail)
        )
        for name in frame.columns
        if name not in {ROW, FAULT, NOTED}
    ]
    return add_notes(frame, [part for part in notes if part.height])
