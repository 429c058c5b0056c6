"""Decide the shape of a table by its header and its first rows."""

from __future__ import annotations

from dataclasses import replace

import polars as pl

from core.engine.sources.contract import Grouped
from core.engine.sources.reshape.cells import cell_readings
from core.engine.sources.reshape.groups import doubtful_blanks, fill_blanks, find_blanks
from core.engine.sources.reshape.headers import names_pupils, unnamed_columns
from core.engine.sources.reshape.opened import pricing_of
from core.engine.sources.reshape.orders import declared_order_shapes, order_shapes
from core.engine.sources.reshape.part_streams import with_parts
from core.engine.sources.reshape.people import guardian_name, people_shape
from core.engine.sources.reshape.periods import period_readings
from core.engine.sources.reshape.prices import typed_price_readings
from core.engine.sources.reshape.shape import OWN, Frames, Reading, StreamShape
from core.engine.sources.reshape.variant_rows import declared_variants
from core.engine.sources.reshape.variants import shapes_of_layout, variant_shapes
from core.engine.sources.reshape.wide import wide_shape
from core.kit.wording import listed


def shapes_of(columns: tuple[str, ...], rows: pl.DataFrame, domain: str | None) -> list[StreamShape]:
    """Return the streams that a table is read as; one as it stands, where every row is one record.

    `rows` are its first rows, ROW and text; `domain` is None where it is not known.
    """
    table = rows.drop(OWN, strict=False)
    blanks = find_blanks(columns, table)
    if not blanks:
        column = doubtful_blanks(columns, table)
        shapes = _shapes(columns, table, domain)
        return [_with_question(shape, column) for shape in shapes] if column else shapes
    fill = fill_blanks(blanks)
    (filled,) = fill(iter([table]))
    why = f"blank cells of {listed(blanks)} take the value above: it stands once, in the first row that it is about"
    return [_after(shape, blanks, why) for shape in _shapes(columns, filled, domain)]


def declared_shapes(columns: tuple[str, ...], rows: pl.DataFrame, grouped: Grouped) -> list[StreamShape]:
    """Return the streams that a table is read as whose source declares which of its rows are one record."""
    table = rows.drop(OWN, strict=False)
    if grouped.options:
        layout = declared_variants(columns, table, grouped)
        shapes = shapes_of_layout(layout, columns, table) if layout else None
    else:
        shapes = declared_order_shapes(columns, table, grouped)
    return [_with_cells(shape, table) for shape in shapes or [StreamShape(columns)]]


def _with_question(shape: StreamShape, column: str) -> StreamShape:
    """Return the shape with a question about the blank cells of a column, unless the shape says what it means."""
    if column not in shape.columns or column in shape.readings:
        return shape
    reason = f"Each value of {column} stands once, and some cells are blank."
    question = f"{reason} If a blank cell means the value above, fill it in the file; if it means none, choose the target."
    return replace(shape, readings={**shape.readings, column: Reading(None, reason, question=question)})


def _after(shape: StreamShape, blanks: tuple[str, ...], why: str) -> StreamShape:
    """Return the shape of rows whose blank cells are filled first."""
    fill = fill_blanks(blanks)

    def converted(frames: Frames) -> Frames:
        return shape.convert(fill(frames))

    return replace(shape, why=(why, *shape.why), convert=converted)


def _shapes(columns: tuple[str, ...], table: pl.DataFrame, domain: str | None) -> list[StreamShape]:
    shapes: list[StreamShape] | None = None
    if domain in {"school", None}:
        wide = wide_shape(columns, table)
        shapes = [wide] if wide else people_shape(columns, table)
    if shapes is None and domain in {"restaurant", None}:
        shapes = _menu_shapes(columns, table) or order_shapes(columns, table)
    if domain != "school" and (shapes is None or len(shapes) == 1):
        (shape,) = shapes or [StreamShape(columns)]
        shapes = with_parts(_with_typed_prices(shape, table), columns, table)
    return [
        _without_names(_with_periods(_with_cells(shape, table), domain))
        for shape in shapes or [StreamShape(columns)]
    ]


def _without_names(shape: StreamShape) -> StreamShape:
    """Ask about each column of a table without a header: what its values suggest is not taken over unseen."""
    if shape.columns != unnamed_columns(len(shape.columns)):
        return shape
    readings = {
        column: Reading(
            None,
            "The file has no header; the values of the column are all that tells what it is.",
            question=f"{column} has no name in the file. What is it? Or export the file again with its header.",
            is_open=True,
        )
        for column in shape.columns
        if column not in shape.readings
    }
    return replace(shape, readings={**shape.readings, **readings})


def _with_periods(shape: StreamShape, domain: str | None) -> StreamShape:
    """Add the questions about columns whose headers are periods, unless the shape says what they mean.

    A table of pupils with a column a term is one of pupils, not of terms.
    """
    periods = period_readings([name for name in shape.columns if name not in shape.readings])
    if not periods:
        return shape
    others = [name for name in shape.columns if name not in periods]
    is_of_pupils = shape.entity is None and domain != "restaurant" and names_pupils(others)
    why = tuple(dict.fromkeys(reading.question for reading in periods.values()))
    return replace(
        shape,
        entity="student" if is_of_pupils else shape.entity,
        why=(*shape.why, *why),
        readings={**shape.readings, **periods},
    )


def _with_typed_prices(shape: StreamShape, table: pl.DataFrame) -> StreamShape:
    """Add the reading of prices as people type them, where each row is an item."""
    columns = [name for name in shape.columns if name in table.columns and name not in shape.readings]
    readings = typed_price_readings(columns, table) if shape.entity in {None, "menu_item"} else {}
    return replace(shape, readings={**shape.readings, **readings}) if readings else shape


def _menu_shapes(columns: tuple[str, ...], table: pl.DataFrame) -> list[StreamShape] | None:
    pricing = pricing_of(columns, table)
    if pricing is None:
        return variant_shapes(columns, table)
    (priced,) = pricing.convert(iter([table]))
    names = (*columns, pricing.name)
    return [pricing.read_in(shape) for shape in variant_shapes(names, priced) or [StreamShape(names)]]


def _with_cells(shape: StreamShape, table: pl.DataFrame) -> StreamShape:
    """Add the readings of columns of the table whose cells hold several values."""
    decided_columns = {
        name for name, reading in shape.readings.items() if reading.target or not reading.entity
    }
    columns = [name for name in shape.columns if name in table.columns and name not in decided_columns]
    readings = cell_readings(columns, table)
    why = tuple(f"{column}: {reading.question or reading.reason}" for column, reading in readings.items())
    readings = {**shape.readings, **readings}
    is_of_guardians = any(reading.target == "guardian.student_ids" for reading in readings.values())
    if is_of_guardians and shape.entity is None:
        return replace(
            shape, entity="guardian", why=(*shape.why, *why), readings=readings | guardian_name(columns)
        )
    return replace(shape, why=(*shape.why, *why), readings=readings)
