"""Turn a wide table long: a column a day becomes a row a day, a column a subject a row a subject.

A row of the long stream is numbered by the row of the file and the place of its column among those that are turned.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable, Mapping, Sequence

import polars as pl

from core.engine.batch import ROW
from core.engine.sources.reshape import headers
from core.engine.sources.reshape.days import days_of, is_day, is_day_without_year
from core.engine.sources.reshape.headers import word_set
from core.engine.sources.reshape.shape import Reading, StreamShape, free_name, own_columns, unmapped
from core.kit.reading import by_distinct
from core.kit.wording import counted, listed

_MAXIMUM = re.compile(
    r"^(?P<subject>.*?[^\W\d].*?)\s*(?:[(\[]\s*(?:max\.?|out of|/|von|sur|sobre)?\s*(?P<max>\d{1,3})\s*(?:marks|pts|points)?\s*[)\]]|/\s*(?P<over>\d{1,3}))$",
    re.IGNORECASE,
)
_SUBJECTS = word_set("math maths mathematics algebra geometry english science physics chemistry biology history geography hindi sanskrit tamil "
    "kannada telugu marathi urdu bengali french german spanish latin arabic chinese music art pe ict computer computing drama "
    "economics commerce accountancy accounting civics religion ethics literature reading writing evs social ict coding "
    "deutsch englisch franzosisch mathe mathematik physik chemie biologie geschichte erdkunde geografie sport kunst musik "
    "religion ethik latein informatik sachkunde francais anglais histoire geographie physique svt eps allemand espagnol "
    "lengua ingles matematicas matematica ciencias historia geografia lenguaje portugues quimica fisica biologia artes "
    "italiano inglese storia scienze polski matematyka fizyka chemia historia wiskunde nederlands engels")  # fmt: skip
_OF_SUBJECT = word_set("term semester sem quarter trimester trimestre semestre bimestre halbjahr t q s t1 t2 t3 q1 q2 q3 q4 s1 s2 "
    "autumn fall winter spring summer first second third final midterm mid end exam test mock paper unit score mark grade st nd rd")  # fmt: skip
"""Words beside a subject that say when or in which exam its marks were given."""
_ABSENT = word_set("ab abs absent a ex exempt ml na nil np - -- x med leave abwesend absente absent")
_NUMBER = r"^[-+]?\d{1,4}(?:[.,]\d{1,3})?$"
_FEWEST = 2
_CODE_LENGTH = 12
_CODES = 30
_COLUMN, _VALUE = "_column", "_value"
_LETTERS = 3
_LOWEST_MAXIMUM = 5  # 'Name (2)' is the second column of its name
_MOST = 0.9
PUPIL_KEY = "Pupil key"
"""The column of what the reader knows a pupil by where no column does: class, number in the class, and name."""
NUMBERING = "come from row 2 of the file"
"""What the reason says that tells how rows are numbered which the reader made of the columns of a row."""
"""The share of a table's cells from which they are of one kind."""


def wide_shape(columns: tuple[str, ...], rows: pl.DataFrame) -> StreamShape | None:
    """Return the shape of a table with a column a day or a subject; None for any other."""
    return _register(columns, rows) or _mark_sheet(columns, rows)


def _register(columns: tuple[str, ...], rows: pl.DataFrame) -> StreamShape | None:
    day_columns = [column for column in columns if is_day(column)]
    others = [column for column in columns if column not in day_columns]
    if len(day_columns) < (1 if headers.names_pupils(others) else _FEWEST):
        numbered = [column for column in columns if is_day_without_year(column)]
        if len(numbered) < 5 or not _are_codes(rows, numbered):
            return None
        question = f"The columns {_example_names(numbered)} are days, and neither they nor the file name the month and year: export the register with full dates."
        return _left_out(columns, numbered, "A column a day, without month and year.", question)
    if not _are_codes(rows, day_columns) or (
        _are_numbers(rows, day_columns) and not headers.names_pupils(others)
    ):
        question = f"The columns {_example_names(day_columns)} hold one value a day: turn them into rows, a day in a column of its own."
        return _left_out(columns, day_columns, "A column a day; its values are no attendance.", question)
    days = days_of(day_columns)
    if days is None:
        question = f"The columns {_example_names(day_columns)} are days; day and month cannot be told apart: export the register with dates such as 2025-09-01."
        return _left_out(
            columns, day_columns, "A column a day, in an unknown order of day and month.", question
        )
    shape = _Long(columns, rows, day_columns, "attendance", ("Day", "Attendance"))
    first, last = min(days.values()), max(days.values())
    why = f"a column a day turned into a row a day: {counted(len(days), 'day')} from {first} to {last}; blank cells make no row"
    readings = {
        shape.names[0]: Reading("attendance.on", "The header of the column the value stood in."),
        shape.names[1]: Reading("attendance.status", "The value in the pupil's row and the day's column."),
    }
    values = {column: {shape.names[0]: str(day)} for column, day in days.items()}
    return shape.built(why, readings, values, lambda value: {shape.names[1]: value})


def _mark_sheet(columns: tuple[str, ...], rows: pl.DataFrame) -> StreamShape | None:
    matches = _maxima(columns)
    subjects = [
        column
        for column in columns
        if (column in matches or _is_subject(column)) and _are_marks(rows[column])
    ]
    pupil_columns = [column for column in columns if column not in subjects]
    is_of_pupils = (
        headers.pupil_name(pupil_columns)
        or headers.pupil_key(pupil_columns, rows)
        or headers.class_number(pupil_columns)
    )
    has_numbers = any(map(_has_numbers, rows[subjects].get_columns()))
    if len(subjects) < _FEWEST or not is_of_pupils or not has_numbers:
        return None
    shape = _Long(columns, rows, subjects, "assessment_result", tuple(_OF_MARKS))
    subject, maximum, score, letter, comment = shape.names
    why = (
        f"a column a subject turned into a row a subject: {_example_names(subjects)}; blank cells make no row, words such as AB "
        "are comments and no score"
    )
    values = {
        column: {subject: matches[column][0], maximum: matches[column][1]}
        if column in matches
        else {subject: column, maximum: None}
        for column in subjects
    }
    readings = dict(zip(shape.names, _OF_MARKS.values(), strict=True))

    def split(value: pl.Expr) -> dict[str, pl.Expr]:
        return dict(zip((score, letter, comment), _mark_parts(value), strict=True))

    return shape.built(why, readings, values, split)


_OF_MARKS = {
    "Subject": Reading("assessment_result.title", "The header of the column the mark stood in."),
    "Max score": Reading("assessment_result.max_score", "The number in the header, the highest mark."),
    "Score": Reading("assessment_result.score", "The mark in the pupil's row and the subject's column."),
    "Letter": Reading("assessment_result.grade", "The letter in the pupil's row and the subject's column."),
    "Comment": Reading("assessment_result.comment", "What stood in place of a mark, such as AB for absent."),
}


def _is_subject(column: str) -> bool:
    """Tell whether a header is a subject, or a subject in a term or an exam: 'Maths', 'Term 1 Maths', 'Science - Final'."""
    header_words = set(headers.words(column))
    return bool(header_words & _SUBJECTS) and all(
        word in _SUBJECTS or word in _OF_SUBJECT or word.isdigit() for word in header_words
    )


def _maxima(columns: Sequence[str]) -> dict[str, tuple[str, str]]:
    """Return subject and highest mark of each column that names both, as in 'Maths (100)'."""
    matches = {column: _MAXIMUM.match(column) for column in columns}
    return {
        column: (match["subject"], match["max"] or match["over"])
        for column, match in matches.items()
        if match
        and int(match["max"] or match["over"]) >= _LOWEST_MAXIMUM
        and not headers.is_sum(match["subject"])
    }


def _mark_parts(value: pl.Expr) -> tuple[pl.Expr, pl.Expr, pl.Expr]:
    """Split a cell into mark, letter and comment, one of which it is."""
    is_mark = value.str.contains(_NUMBER)
    is_absence = value.str.to_lowercase().is_in(list(_ABSENT))
    is_letter = ~is_mark & ~is_absence & (value.str.len_chars() <= _LETTERS)
    is_comment = ~is_mark & ~is_letter
    return pl.when(is_mark).then(value), pl.when(is_letter).then(value), pl.when(is_comment).then(value)


def _are_marks(values: pl.Series) -> bool:
    """Tell whether a column holds marks: numbers, letters, or words for absence."""
    texts = values.drop_nulls().str.strip_chars()
    if texts.is_empty():
        return False
    marks = texts.str.contains(_NUMBER) | texts.str.to_lowercase().is_in(list(_ABSENT))
    letters = texts.str.contains(r"^[A-Fa-fUu][+-]?[1-9*]?$")
    return float((marks | letters).mean() or 0) >= _MOST  # type: ignore[arg-type]


def _has_numbers(values: pl.Series) -> bool:
    return bool(values.str.strip_chars().str.contains(_NUMBER).any())


def _are_codes(rows: pl.DataFrame, columns: Sequence[str]) -> bool:
    """Tell whether the cells are the codes of a register: few different short words, no numbers."""
    cells = pl.concat([rows[column].alias("cell") for column in columns]).drop_nulls().str.strip_chars()
    if cells.is_empty():
        return False
    short = (cells.str.len_chars() <= _CODE_LENGTH) & ~cells.str.contains(r"\d[.,]?\d")
    return float(short.mean() or 0) >= _MOST and cells.n_unique() <= _CODES  # type: ignore[arg-type]


def _are_numbers(rows: pl.DataFrame, columns: Sequence[str]) -> bool:
    """Tell whether the cells are numbers, as counts of a stock are."""
    cells = pl.concat([rows[column].alias("cell") for column in columns]).drop_nulls().str.strip_chars()
    return not cells.is_empty() and bool(cells.str.contains(_NUMBER).all())


def _left_out(columns: tuple[str, ...], wide: Sequence[str], reason: str, question: str) -> StreamShape:
    """Leave the table as it is, with its wide columns and their sums unmapped."""
    sums = [column for column in columns if column not in wide and headers.is_sum(column)]
    readings = unmapped(wide, reason, question) | unmapped(sums, "It sums up the other columns of its row.")
    return StreamShape(columns, why=(question,), readings=readings)


def _example_names(columns: Sequence[str]) -> str:
    return listed(columns) if len(columns) <= 4 else f"{columns[0]}, {columns[1]} … {columns[-1]}"


class _Long:
    """A long stream in the making: the columns it takes from the table, and those the reader adds."""

    def __init__(
        self,
        columns: tuple[str, ...],
        rows: pl.DataFrame,
        value_columns: Sequence[str],
        entity: str,
        names: Sequence[str],
    ) -> None:
        self.value_columns, self.entity = tuple(value_columns), entity
        self.pupil_columns = tuple(column for column in columns if column not in set(value_columns))
        self.key_name = free_name("Record key", self.pupil_columns)
        self.names = tuple(free_name(name, self.pupil_columns) for name in names)
        self.keys = _record_keys(self.pupil_columns, rows)
        self.roll = () if self.keys else headers.roll_key(self.pupil_columns, rows)
        self.further = (PUPIL_KEY,) if self.roll else ()
        self.identity = self.keys or self.further
        self.columns = (
            *([self.key_name] if self.identity else ()),
            *self.further,
            *self.pupil_columns,
            *self.names,
        )
        self.stride = 10 ** max(2, len(str(len(self.value_columns))))

    def built(
        self,
        why: str,
        readings: Mapping[str, Reading],
        values: Mapping[str, Mapping[str, str | None]],
        split: Callable[[pl.Expr], Mapping[str, pl.Expr]],
    ) -> StreamShape:
        """Return the shape. `values`: turned column -> what its header says; `split`: the columns made of a cell."""
        second, third = 2 * self.stride, 3 * self.stride
        numbering = f"rows {second + 1}, {second + 2} … {NUMBERING}, rows {third + 1} … from row 3"
        return StreamShape(
            self.columns,
            entity=self.entity,
            why=(why, numbering),
            readings={**self._pupil_readings(), **readings},
            convert=lambda frames: map(self._turn(values, split), frames),
        )

    def _pupil_readings(self) -> dict[str, Reading]:
        sums = [column for column in self.pupil_columns if headers.is_sum(column) and column not in self.keys]
        readings = unmapped(sums, "It sums up the other columns of its row.")
        name = headers.pupil_name(self.pupil_columns)
        if self.keys:
            key = self.keys[0]
            also = ("student.external_id",)
            readings[key] = Reading(f"{self.entity}.student_id", f"{key} identifies the pupil.", also=also)
            readings[self.key_name] = Reading(
                f"{self.entity}.external_id", f"{listed(self.keys)} and the header: one record each."
            )
            if name:
                readings[name] = Reading("student.first_name", "The pupil's name.", "given_name")
            for part, target in headers.name_parts(self.pupil_columns).items():
                readings.setdefault(part, Reading(target, "The pupil's name."))
            return readings
        if self.roll:
            return readings | self._roll_readings()
        number = headers.class_number(self.pupil_columns)
        question = f"No column identifies the pupil beyond the class: {number or name or 'a number of the pupil'} may stand for several. Which column is the pupil's id?"
        reason = "It does not identify a pupil beyond the class."
        if number:
            readings[number] = Reading(f"{self.entity}.student_id", reason, question=question)
        if name:
            readings[name] = Reading(None, reason, question="" if number else question)
        return readings

    def _roll_readings(self) -> dict[str, Reading]:
        *_, number, name = self.roll
        return {
            PUPIL_KEY: Reading(
                f"{self.entity}.student_id",
                f"{listed(self.roll)} together identify the pupil.",
                also=("student.external_id",),
            ),
            self.key_name: Reading(
                f"{self.entity}.external_id", "The pupil and the header: one record each."
            ),
            number: Reading("student.student_number", "The pupil's number in the class."),
            name: Reading("student.first_name", "The pupil's name.", "given_name"),
        }

    def _with_pupil_key(self, frame: pl.DataFrame) -> pl.DataFrame:
        if not self.roll:
            return frame
        texts = frame.select(
            pl.concat_str([pl.col(name).fill_null("") for name in self.roll], separator="\x1f")
        )
        return frame.with_columns(by_distinct(texts.to_series(), _pupil_key, pl.String()).alias(PUPIL_KEY))

    def _turn(
        self,
        values: Mapping[str, Mapping[str, str | None]],
        split: Callable[[pl.Expr], Mapping[str, pl.Expr]],
    ) -> Callable[[pl.DataFrame], pl.DataFrame]:
        column, value = pl.col(_COLUMN), pl.col(_VALUE)
        positions = {name: position for position, name in enumerate(self.value_columns, start=1)}
        names = list(dict.fromkeys(name for texts in values.values() for name in texts))
        of_header = [
            column.replace_strict(
                {value_columns: texts[name] for value_columns, texts in values.items()},
                default=None,
                return_dtype=pl.String,
            ).alias(name)
            for name in names
        ]
        numbers = pl.col(ROW) * self.stride + column.replace_strict(
            positions, default=0, return_dtype=pl.Int64
        )
        key = pl.concat_str([*map(pl.col, self.identity), pl.col(names[0])], separator=" | ").alias(
            self.key_name
        )

        def value_columns(frame: pl.DataFrame) -> pl.DataFrame:
            reader_columns = own_columns(frame)
            long = _cells(
                self._with_pupil_key(frame),
                self.value_columns,
                [ROW, *self.further, *self.pupil_columns, *reader_columns],
            ).with_columns(of_header)
            of_cell = [expr.alias(name) for name, expr in split(value).items()]
            numbered = long.with_columns(numbers, *of_cell, *([key] if self.identity else []))
            return numbered.sort(ROW).select(ROW, *self.columns, *reader_columns)

        return value_columns


def _pupil_key(text: str) -> str:
    """Make a key of class, number and name of a pupil, which does not show the name."""
    folded = json.dumps([" ".join(part.casefold().split()) for part in text.split("\x1f")])
    return "pupil:" + hashlib.blake2b(folded.encode(), digest_size=8).hexdigest()


def _cells(frame: pl.DataFrame, value_columns: Sequence[str], index: Sequence[str]) -> pl.DataFrame:
    """Return a row for each filled cell of the turned columns, and one without a cell for each row that has none."""
    cells = frame.unpivot(list(value_columns), index=list(index), variable_name=_COLUMN, value_name=_VALUE)
    cells = cells.with_columns(pl.col(_VALUE).str.strip_chars()).filter(pl.col(_VALUE).fill_null("") != "")
    empty = frame.join(cells.select(ROW), on=ROW, how="anti")
    null_columns = [pl.lit(None, pl.String).alias(name) for name in (_COLUMN, _VALUE)]
    return pl.concat([cells, empty.with_columns(null_columns).select(cells.columns)])


def _record_keys(columns: Sequence[str], rows: pl.DataFrame) -> tuple[str, ...]:
    """Find the pupil's key, with another column where it repeats, so that each row of the table is told apart; else none."""
    candidates = headers.key_columns(columns)
    for key in candidates:
        if headers.is_key(rows[key]):
            return (key,)
    for key in candidates:
        if rows[key].null_count():
            continue
        for second in columns:
            if second == key or headers.is_sum(second):
                continue
            pair = rows.select(key, second)
            if pair.n_unique() == pair.height:
                return (key, second)
    return ()
