"""Decide the shape of a table by its header and its first rows."""

from __future__ import annotations

import polars as pl

from core.engine.sources.reshape.cells import cell_readings
from core.engine.sources.reshape.people import guardian_name, people_shape
from core.engine.sources.reshape.shape import OWN, StreamShape
from core.engine.sources.reshape.wide import wide_shape


def shapes_of(columns: tuple[str, ...], rows: pl.DataFrame, domain: str | None) -> list[StreamShape]:
    """Return the streams that a table is read as; one as it stands, where every row is one record.

    `rows` are its first rows, ROW and text; `domain` is None where it is not known.
    """
    table = rows.drop(OWN, strict=False)
    if domain in {"school", None}:
        if wide := wide_shape(columns, table):
            return [wide]
        if people := people_shape(columns, table):
            return people
    if readings := cell_readings(columns, table):
        why = tuple(f"{column}: {reading.question or reading.reason}" for column, reading in readings.items())
        if any(reading.target == "guardian.student_ids" for reading in readings.values()):
            return [
                StreamShape(columns, entity="guardian", why=why, readings=readings | guardian_name(columns))
            ]
        return [StreamShape(columns, why=why, readings=readings)]
    return [StreamShape(columns)]
