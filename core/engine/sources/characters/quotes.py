"""Note rows in which a quotation mark is not closed, or closes so late that it holds further rows."""

from __future__ import annotations

import polars as pl

from core.engine.batch import FAULT, NOTED, ROW, add_notes

UNCLOSED, ROWS_IN_QUOTES = "unclosed_quote", "rows_in_quotes"

_LETTER, _DIGIT = r"[^\W\d_]+", r"\d+"


def note_unclosed(frame: pl.DataFrame, data: bytes, delimiter: str) -> pl.DataFrame:
    """Note each row of a frame (ROW and text columns) whose quotation marks are doubtful, and remove a mark without partner.

    `data` is the UTF-8 that the frame was read from. A value that begins with a mark and has an odd number of them was
    never closed; one that holds a line break and as many delimiters as a row was closed in another row. Where the
    lines inside it are rows of the table, field by field, the row is not one record and is held.
    """
    names = [name for name in frame.columns if name not in {ROW, NOTED, FAULT}]
    if b'"' not in data or not frame.height:
        return frame
    begins = frame.select(pl.col(name).str.starts_with('"').any() for name in names).row(0)
    notes = []
    lone: list[str] = []
    for name in (name for name, opens in zip(names, begins, strict=True) if opens):
        value = pl.col(name)
        unclosed = value.str.starts_with('"') & (value.str.count_matches('"', literal=True) % 2 == 1)
        detail = f"Column {name!r} begins with a quotation mark that is not closed."
        notes.append(_rows(frame, unclosed, name, detail))
        lone.append(name)
    if len(names) > 1 and data.count(b"\n") > frame.height:
        breaks = frame.select(pl.col(name).str.contains("\n", literal=True).any() for name in names).row(0)
        for name in (name for name, has_breaks in zip(names, breaks, strict=True) if has_breaks):
            notes += _closed_later(frame, names, name, delimiter)
    noted = add_notes(frame, [rows for rows in notes if rows.height])
    return noted.with_columns(_without_lone_mark(name) for name in lone) if lone else noted


def _without_lone_mark(name: str) -> pl.Expr:
    """Return the column without a mark that opens a value and has no partner in it."""
    value = pl.col(name)
    is_lone = value.str.starts_with('"') & (value.str.count_matches('"', literal=True) == 1)
    bare = value.str.strip_prefix('"')
    return pl.when(is_lone & (bare.str.strip_chars() != "")).then(bare).otherwise(value).alias(name)


def _closed_later(frame: pl.DataFrame, names: list[str], name: str, delimiter: str) -> list[pl.DataFrame]:
    """List notes on rows whose value holds line breaks and as many delimiters as rows have."""
    value = pl.col(name)
    marks = value.str.count_matches(delimiter, literal=True)
    lines = value.str.count_matches("\n", literal=True)
    has_rows = (marks >= max(2, len(names) - 1) * lines) & (lines > 0)
    holds_rows = _holds_rows(names, name, delimiter)
    doubt = f"Column {name!r} holds whole rows of the file: a quotation mark before them may not be closed."
    certain = f"Column {name!r} holds further rows of the file: the quotation mark before them is closed in a later row."
    return [
        _rows(frame, has_rows & ~holds_rows, name, doubt),
        _rows(frame, holds_rows, name, certain, ROWS_IN_QUOTES),
    ]


def _holds_rows(names: list[str], name: str, delimiter: str) -> pl.Expr:
    """Tell whether the lines inside a value are rows: the first line ends one, the last begins one like this row.

    Each has the fields a row has there, and the last line begins as this row does, with a value of its form.
    """
    place, last = names.index(name), len(names) - 1
    lines = pl.col(name).str.split("\n")
    fields = lines.list.eval(pl.element().str.count_matches(delimiter, literal=True))
    begins_row = fields.list.last() == place
    if not place:
        ends_row = fields.list.first() == last
        return (last > 1) & (fields.list.len() > 1) & ends_row & begins_row & _are_rows(fields, last)
    is_rows = (fields.list.len() > 1) & (fields.list.first() >= max(1, last - place)) & begins_row
    begins = _form(lines.list.last().str.split(delimiter).list.first())
    return is_rows & (begins != "") & (begins == _form(pl.col(names[0])))


def _are_rows(fields: pl.Expr, last: int) -> pl.Expr:
    """Tell whether each line between the first and the last has as many delimiters as a row."""
    middle = fields.list.slice(1, fields.list.len() - 2)
    return middle.list.eval(pl.element() != last).list.any().fill_null(value=False).not_()


def _form(text: pl.Expr) -> pl.Expr:
    """Return the form of a value: letters as a, digits as 9."""
    return text.str.strip_chars().str.replace_all(_LETTER, "a").str.replace_all(_DIGIT, "9").fill_null("")


def _rows(
    frame: pl.DataFrame, where: pl.Expr, column: str, detail: str, code: str = UNCLOSED
) -> pl.DataFrame:
    rows = frame.filter(where).select(ROW)
    return rows.with_columns(code=pl.lit(code), column=pl.lit(column), detail=pl.lit(detail))
