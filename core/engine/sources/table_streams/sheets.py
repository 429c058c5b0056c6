"""Keep the names of sheets whose tables are alike: a workbook with a sheet for each category, location or class."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

import polars as pl

from core.engine.batch import ROW
from core.engine.sources.file_info import StreamInfo
from core.engine.sources.reshape.shape import Frames, Reading, StreamShape, free_name, own_columns
from core.kit.wording import listed

SHEET = "Sheet"
"""The column that holds the name of a row's sheet."""

_DEFAULT_NAME = re.compile(
    r"(?:sheet|table|tabelle|feuil(?:le)?|hoja|foglio|planilha|folha|blad|ark|arkusz|list|lap|taulukko|sayfa|лист|аркуш|"
    r"シート|工作表|시트)\s*[\d()]*",
    re.IGNORECASE,
)
_SHOWN = 3


def alike_sheets(columns: Mapping[str, tuple[str, ...]]) -> tuple[str, ...]:
    """List the sheets with a name of their own whose columns are those of another; `columns`: sheet -> its columns."""
    counts = Counter(columns.values())
    return tuple(
        name
        for name, of_sheet in columns.items()
        if counts[of_sheet] > 1 and not _DEFAULT_NAME.fullmatch(name.strip())
    )


def with_sheet(streams: Sequence[StreamInfo], alike: Sequence[str]) -> Iterable[StreamInfo]:
    """Yield the streams of a sheet; that of its table has a further column with the sheet's name where it is `alike`."""
    for stream in streams:
        is_table = stream.shape is None or not stream.shape.suffix
        if stream.part in alike and stream.spec is None and is_table:
            yield _named(stream, alike)
        else:
            yield stream


def _named(stream: StreamInfo, alike: Sequence[str]) -> StreamInfo:
    shape = stream.shape or StreamShape(stream.columns)
    column, sheet = free_name(SHEET, stream.columns), stream.part

    def named(frames: Frames) -> Frames:
        for frame in shape.convert(frames):
            own = own_columns(frame)
            yield frame.select(ROW, *shape.columns, pl.lit(sheet).alias(column), *own)

    columns = (*shape.columns, column)
    why = f"column {column!r} is the name of the sheet: {listed(alike[:_SHOWN])} have the same columns"
    question = (
        f"Sheets with the same columns have names ({listed(alike[:_SHOWN])}): is it the category, the location or the class of "
        f"the rows? Choose a target, or leave the column out."
    )
    reading = Reading(None, "It is the name of the sheet.", question=question)
    return replace(
        stream,
        columns=columns,
        sample=stream.sample.with_columns(pl.lit(sheet).alias(column)),
        why=(*stream.why, why),
        shape=replace(shape, columns=columns, readings={**shape.readings, column: reading}, convert=named),
    )
