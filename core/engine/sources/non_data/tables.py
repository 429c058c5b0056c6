"""Read a table's rows with marks and sections: what its first rows promise, and then all of them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import polars as pl

from core.engine.batch import MARK
from core.engine.sources.non_data.marks import TITLES, without_marked
from core.engine.sources.non_data.reading import Marker
from core.engine.sources.non_data.sections import Sections, section_column, section_reason
from core.kit.wording import counted, listed

Titles = Callable[[], Sequence[str]]


@dataclass(frozen=True, slots=True)
class FirstRows:
    """The first rows of data of a table; the column that sections fill ('' for none), and reasons in words."""

    rows: pl.DataFrame
    section: str
    why: tuple[str, ...]


def first_rows(frame: pl.DataFrame, columns: Sequence[str], titles: Titles) -> FirstRows:
    """Look through the first frame of a table."""
    marked = Marker(columns, titles).mark_frame(frame, None)
    if MARK not in marked.columns:
        return FirstRows(frame, "", ())
    section = section_column(marked, columns) or ""
    if section:
        marked = Sections(section, columns).fill(marked)
    counts = marked[MARK].drop_nulls().value_counts(sort=True)
    kinds = listed(
        [f"{TITLES[kind].lower()} ({counted(number, 'row')})" for kind, number in counts.iter_rows()]
    )
    why = (f"rows that are not data: {kinds}", *([section_reason(marked, section)] if section else []))
    return FirstRows(without_marked(marked), section, why)


def marked_rows(
    frames: Iterator[pl.DataFrame], columns: Sequence[str], section: str, titles: Titles
) -> Iterator[pl.DataFrame]:
    """Yield the frames of a table, with MARK where some rows are no data, and with the column `section` if it is named."""
    sections = Sections(section, columns) if section else None
    for frame in Marker(columns, titles).mark(frames):
        yield sections.fill(frame) if sections else frame
