"""Mark the rows of a table that are no data while it is read, across the borders of its frames.

A frame waits until the next one is there, as only the rows that follow tell a heading from a footer. Earlier rows are
kept, up to _MAX_CELLS, for the sums that totals are compared with.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

import polars as pl

from core.engine.batch import MARK, ROW, add_notes
from core.engine.sources.non_data.amounts import ColumnSums, is_number
from core.engine.sources.non_data.candidates import Fill, candidates
from core.engine.sources.non_data.judging import Row, Surroundings, folded, is_header, judge
from core.engine.sources.non_data.marks import SUMS, UNSURE, Mark

_MAX_CELLS = 3_000_000
_MAX_JUDGED = 5_000
"""Rows of a frame that are looked at one by one; where more look odd, the table is odd by nature and none is marked."""
_ROUNDS = 3
_MAX_SEGMENTS = 200


@dataclass(slots=True)
class _Verdicts:
    """What the rows of a frame are, by their row number, and how figures of totals differ."""

    marks: dict[int, Mark] = field(default_factory=dict)
    differences: dict[int, str] = field(default_factory=dict)


@dataclass(slots=True)
class Marker:
    """Mark rows frame by frame. `titles` reads the lines above the header, when they are asked for."""

    columns: Sequence[str]
    titles: Callable[[], Sequence[str]] = tuple
    fill: Fill = field(default_factory=Fill)
    earlier: list[pl.DataFrame] = field(default_factory=list)
    is_data: list[pl.Series] = field(default_factory=list)
    is_whole: bool = True
    segments: list[int] = field(default_factory=lambda: [0])
    after_total: bool = False
    has_headings: bool = False
    last_row: int | None = None
    title_texts: frozenset[str] | None = None
    has_data: bool = False

    def mark(self, frames: Iterator[pl.DataFrame]) -> Iterator[pl.DataFrame]:
        """Yield the frames; those with rows that are no data have MARK."""
        previous_frame: pl.DataFrame | None = None
        for frame in frames:
            if previous_frame is not None:
                yield self.mark_frame(previous_frame, frame)
            previous_frame = frame
        if previous_frame is not None:
            yield self.mark_frame(previous_frame, None)

    def mark_frame(self, frame: pl.DataFrame, following: pl.DataFrame | None) -> pl.DataFrame:
        """Return the frame, with MARK where rows of it are no data; `following` is the next frame, None at the end."""
        if frame.is_empty():
            return frame
        may_be = candidates(frame, self.columns, is_first=self.last_row is None)
        verdicts = _Verdicts()
        if may_be is not None and may_be.sum() <= _MAX_JUDGED:
            verdicts = self._judge_rows(frame, may_be, is_end=following is None)
        marked = frame[ROW].is_in(list(verdicts.marks))
        self._remember(frame, ~marked)
        if not verdicts.marks:
            return frame
        kinds = pl.col(ROW).replace_strict(verdicts.marks, default=None, return_dtype=pl.String)
        frame = frame.with_columns(kinds.alias(MARK))
        return add_notes(frame, [_notes(verdicts.differences)]) if verdicts.differences else frame

    def _judge_rows(self, frame: pl.DataFrame, may_be: pl.Series, *, is_end: bool) -> _Verdicts:
        """Judge the candidates until the verdicts are consistent: a row that is data after all adds to the sums."""
        fill = Fill(self.fill.rows, self.fill.filled.copy())
        sound = frame.filter(~may_be)
        fill.add(sound, self.columns)
        indexes = may_be.arg_true().to_list()
        marks = {frame[ROW][index] for index in indexes}
        verdicts = _Verdicts()
        around = None
        for _ in range(_ROUNDS):
            is_data = ~frame[ROW].is_in(list(marks))
            rows = self._rows_of(frame, indexes, is_data, is_end=is_end)
            around = self._surroundings(
                frame, rows, is_data, fill.always(self.columns), _capitals(sound, self.columns[0])
            )
            verdicts = _judge_in_order(rows, around)
            if marks == verdicts.marks.keys():
                break
            marks = set(verdicts.marks)
        if around is not None:
            self.segments = around.segments[:1] + around.segments[1:][-_MAX_SEGMENTS:]
            self.has_headings = around.has_headings
            self.after_total = around.after_total and indexes[-1] == len(frame) - 1
        return verdicts

    def _surroundings(
        self, frame: pl.DataFrame, rows: Sequence[Row], is_data: pl.Series, always: list[str], capitals: float
    ) -> Surroundings:
        if self.title_texts is None and any(row.gap or len(row.cells) == 1 for row in rows):
            self.title_texts = frozenset(map(folded, self.titles()))
        return Surroundings(
            self.columns,
            always,
            self._sums(frame, is_data),
            capitals,
            self.is_whole,
            list(self.segments),
            self.after_total,
            self.has_headings,
            self.title_texts or frozenset(),
        )

    def _rows_of(
        self, frame: pl.DataFrame, indexes: Sequence[int], is_data: pl.Series, *, is_end: bool
    ) -> list[Row]:
        """List the candidates with what stands around them; `is_data` is what is known of the frame's rows so far."""
        offset = sum(map(len, self.is_data))
        numbers, data_places = frame[ROW], is_data.arg_true()
        first_data = data_places[0] if len(data_places) else len(frame)
        last_data = data_places[-1] if len(data_places) else -1
        rows: list[Row] = []
        for index in indexes:
            before = numbers[index - 1] if index else self.last_row
            rows.append(
                Row(
                    numbers[index],
                    offset + index,
                    self._cells(frame, index),
                    gap=before is not None and numbers[index] - before > 1,
                    is_last=is_end and index > last_data,
                    next_header=index + 1 < len(frame)
                    and is_header(self._cells(frame, index + 1), self.columns),
                    begins=not self.has_data and index < first_data,
                )
            )
        return rows

    def _cells(self, frame: pl.DataFrame, index: int) -> dict[str, str]:
        texts = frame.row(index, named=True)
        return {name: text for name in self.columns if (text := (texts[name] or "").strip())}

    def _sums(self, frame: pl.DataFrame, is_data: pl.Series) -> ColumnSums:
        frames = [*self.earlier, frame.select(self.columns)]
        return ColumnSums.of(frames, pl.concat([*self.is_data, is_data]), self._numeric(frame))

    def _numeric(self, frame: pl.DataFrame) -> list[str]:
        """List the columns that hold numbers, by a few of the frame's values."""
        head = frame.head(200)
        return [
            name
            for name in self.columns
            if (texts := head[name].drop_nulls().to_list()) and sum(map(is_number, texts)) * 3 >= len(texts)
        ]

    def _remember(self, frame: pl.DataFrame, is_data: pl.Series) -> None:
        self.fill.add(frame.filter(is_data), self.columns)
        self.last_row = frame[ROW][-1]
        self.has_data = self.has_data or bool(is_data.any())
        rows_so_far = sum(map(len, self.is_data)) + len(frame)
        if rows_so_far * len(self.columns) <= _MAX_CELLS and self.is_whole:
            self.earlier.append(frame.select(self.columns))
            self.is_data.append(is_data)
        else:
            self.earlier, self.is_data, self.is_whole, self.segments = [], [], False, [0]


def _capitals(rows: pl.DataFrame, column: str) -> float:
    """Return the share of rows whose text in the column is in capitals."""
    texts = rows[column].drop_nulls()
    texts = texts.filter(texts.str.contains(r"\p{L}{2}"))
    return int((texts == texts.str.to_uppercase()).sum()) / max(1, len(texts))


def _judge_in_order(rows: Sequence[Row], around: Surroundings) -> _Verdicts:
    """Judge rows in their order: a total begins a new segment of sums, and what follows it is judged by that."""
    verdicts = _Verdicts()
    previous: int | None = None
    for row in rows:
        if previous is not None and row.index > previous + 1:
            around.after_total = False
        mark, difference = judge(row, around)
        previous = row.index
        around.after_total = mark in SUMS or (around.after_total and mark is not None and mark not in UNSURE)
        if mark is None:
            continue
        verdicts.marks[row.number] = mark
        if difference:
            verdicts.differences[row.number] = difference
        if mark in {Mark.TOTAL, Mark.SUBTOTAL, Mark.HEADING, Mark.HEADER}:
            around.segments.append(row.index + 1)
        if mark is Mark.HEADING and row.begins:
            around.has_headings = True
    return verdicts


def _notes(differences: dict[int, str]) -> pl.DataFrame:
    return pl.DataFrame(
        {
            ROW: list(differences),
            "code": ["total_differs"] * len(differences),
            "column": [
                text.partition(":")[0] if ": the file's" in text else "" for text in differences.values()
            ],
            "detail": list(differences.values()),
        },
        schema={ROW: pl.Int64, "code": pl.String, "column": pl.String, "detail": pl.String},
    )
