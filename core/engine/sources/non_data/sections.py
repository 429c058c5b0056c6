"""Give the rows below a section heading their section, in a further column of the stream."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

import polars as pl

from core.engine.batch import MARK, ROW
from core.engine.sources.non_data.marks import Mark
from core.kit.wording import counted

SECTION, HEADING = "Section", "Heading"
"""Names of the column; a section of a school's table would be a class."""

_KEY = re.compile(r"^\s*([^:]{2,30}):\s*(?=\S)")
_CATEGORY = re.compile(
    r"categor|kategor|catégor|categor[ií]|group|gruppe|section|abschnitt|department|abteilung|rubri|warengruppe|famil",
    re.IGNORECASE,
)
_OF_A_SCHOOL = re.compile(
    r"pupil|student|learner|class|teacher|tutor|subject|admission|upn|forename|schüler|klasse|lehrer|fach|élève|enseignant|alumn|alun|profesor|"
    r"docent|leerling|uczeń",
    re.IGNORECASE,
)


@dataclass(slots=True)
class Sections:
    """Fill the column `name` with the heading that a row stands below; rows below a likely heading get none."""

    name: str
    columns: Sequence[str]
    current: str | None = None

    def fill(self, frame: pl.DataFrame) -> pl.DataFrame:
        """Add the column; the heading that the last frame ended with goes on."""
        if MARK not in frame.columns:
            return self._insert(frame, pl.lit(self.current, dtype=pl.String))
        is_heading = pl.col(MARK).is_in([Mark.HEADING, Mark.LIKELY_HEADING])
        text = (
            pl.when(pl.col(MARK) == Mark.HEADING)
            .then(_heading(self.columns, self.name))
            .otherwise(pl.lit(""))
        )
        section = (
            pl.when(is_heading).then(text).forward_fill().fill_null(pl.lit(self.current, dtype=pl.String))
        )
        filled = self._insert(frame, section)
        if len(filled):
            self.current = filled[self.name][-1]
        blank = pl.when(pl.col(MARK).is_null() & (pl.col(self.name) != "")).then(self.name)
        return filled.with_columns(blank.alias(self.name))

    def _insert(self, frame: pl.DataFrame, values: pl.Expr) -> pl.DataFrame:
        ours = [name for name in frame.columns if name.startswith("_") and name != ROW]
        return frame.select(ROW, *self.columns, values.alias(self.name), *ours)


def section_column(frame: pl.DataFrame, columns: Sequence[str]) -> str | None:
    """Name the column for sections of a marked frame: by the key all headings share, else SECTION, in a school HEADING.

    None where no heading was recognised or a filled column says the category already.
    """
    if MARK not in frame.columns:
        return None
    headings = frame.filter(pl.col(MARK) == Mark.HEADING)
    has_category = any(_CATEGORY.search(name) and frame[name].count() for name in columns)
    if headings.is_empty() or has_category:
        return None
    texts = [str(text) for text in headings.select(_joined(columns)).to_series()]
    keys = {match[1].strip() if (match := _KEY.match(text)) else "" for text in texts}
    usual = HEADING if any(map(_OF_A_SCHOOL.search, columns)) else SECTION
    name = base = keys.pop() if len(keys) == 1 and "" not in keys else usual
    number = 2
    while name in columns or name.startswith("_"):
        name, number = f"{base} ({number})", number + 1
    return name


def section_reason(frame: pl.DataFrame, name: str) -> str:
    """Say in words where the column comes from."""
    headings = frame.filter(pl.col(MARK) == Mark.HEADING).height
    return f"column {name!r} is filled from {counted(headings, 'heading')} between the rows"


def _joined(columns: Sequence[str]) -> pl.Expr:
    """Join the texts of a heading, each once, without what decorates it."""
    text = pl.concat_list(columns).list.drop_nulls().list.unique(maintain_order=True).list.join(" ")
    return text.str.strip_chars(" \t*=_-–—>#").str.strip_chars()


def _heading(columns: Sequence[str], name: str) -> pl.Expr:
    text = _joined(columns)
    without_key = text.str.replace(rf"^\s*{re.escape(name)}\s*:\s*", "")
    return without_key.str.strip_suffix(":").str.strip_chars()
