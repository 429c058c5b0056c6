"""Judge rows one by one: what each is that may be no data, by its words, its empty cells, its sums and its place."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from core.engine.sources.non_data import labels
from core.engine.sources.non_data.amounts import (
    SCALE,
    ColumnSums,
    differences,
    format_amount,
    is_number,
    readings,
)
from core.engine.sources.non_data.marks import Mark

_LEADING = 4
_DATE = re.compile(r"(?:\w+,? )?\d{1,4}[/.\-]\d{1,2}[/.\-]\d{1,4}.*|(?:\w+,? )?\w{3,9} \d{1,2}(?:, \d{4})?")
_KEYED = re.compile(r"[^:]{1,40}:\s*$|[^:]{1,40}:\s+\S.*$")
_DECORATED = re.compile(r"^[\W_]{2,}|[\W_]{2,}$|:$")
_NO_SUM = re.compile(
    r"%|percent|prozent|rate|ratio|price|preis|prix|precio|prezzo|average|avg|unit|each|date|time|phone|zip|"
    r"\bids?\b|\bno\b|number|nummer|code|#",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Row:
    """A row that may be no data: its number, its place among the rows kept in memory, its cells.

    gap           a blank line stands before it
    is_last       no row of data follows it in the file
    next_header   the next row repeats the header
    begins        no row of data stands before it
    """

    number: int
    index: int
    cells: Mapping[str, str]
    gap: bool = False
    is_last: bool = False
    next_header: bool = False
    begins: bool = False


@dataclass(slots=True)
class Surroundings:
    """What rows are judged by, as far as the table was read.

    always        columns that practically every row fills
    capitals      share of the rows of data whose first text is in capitals
    is_whole      whether `sums` reach back to the first row
    segments      where sums may begin: at the first row, and after each total
    after_total   the row before is a total
    has_headings  the table began with a heading, so that its rows are in sections
    titles        lines above the header, folded
    """

    columns: Sequence[str]
    always: Sequence[str]
    sums: ColumnSums
    capitals: float
    is_whole: bool = True
    segments: list[int] = field(default_factory=lambda: [0])
    after_total: bool = False
    has_headings: bool = False
    titles: frozenset[str] = frozenset()


def folded(text: str) -> str:
    return " ".join(text.split()).casefold()


def judge(row: Row, around: Surroundings) -> tuple[Mark | None, str]:
    """Return what the row is (None for data), and how its figures differ from the rows above ('' if they do not)."""
    cells = row.cells
    if is_header(cells, around.columns):
        return Mark.HEADER, ""
    if row.begins and _is_units(cells, around):
        return Mark.UNITS, ""
    missing = [name for name in around.always if name not in cells]
    label = next(((name, text) for name, text in list(cells.items())[:_LEADING] if not is_number(text)), None)
    if label is not None and (verdict := _labelled(row, around, label, missing)) is not None:
        return verdict
    if label is None:
        return _unlabelled(row, around, missing), ""
    return _alone(row, around, missing), ""


def is_header(cells: Mapping[str, str], columns: Sequence[str]) -> bool:
    """Tell whether the cells repeat the names of their columns."""
    equal = sum(folded(text) == folded(name) for name, text in cells.items())
    return equal * 5 >= len(cells) * 3 and equal >= min(2, len(columns))


def _is_units(cells: Mapping[str, str], around: Surroundings) -> bool:
    """Tell whether every cell names a unit or a type, above at least one column of numbers."""
    numeric = [name for name in cells if around.sums.numeric.get(name, 0.0) > 0.6]
    return bool(numeric) and all(labels.is_unit(text) for text in cells.values())


# --- rows with a label ------------------------------------------------------------------------------------------


def _labelled(
    row: Row, around: Surroundings, label: tuple[str, str], missing: Sequence[str]
) -> tuple[Mark | None, str] | None:
    """Judge a row by its label; None where the label says nothing."""
    column, text = label
    figures_beside = {name: value for name, value in row.cells.items() if name != column}
    is_pure = all(
        is_number(value) or labels.is_whole_total(value) or labels.is_count(value)
        for value in figures_beside.values()
    )
    misplaced = around.sums.numeric.get(column, 0.0) > 0.6  # a word where other rows have numbers
    is_sparse = bool(missing) or misplaced
    if labels.is_count(text) and is_pure and (is_sparse or row.is_last):
        return _count(row, around, figures_beside, text)
    if labels.is_whole_total(text) or labels.is_qualified_total(text):
        return _total(row, around, figures_beside, text, is_pure=is_pure, is_sparse=is_sparse)
    mark: Mark | None = None
    if labels.has_total(text) and is_pure and figures_beside:
        mark = _named_total(row, around, figures_beside, text, is_sparse=is_sparse)
    elif labels.is_average(text) and is_pure and figures_beside and is_sparse:
        mark = Mark.AVERAGE
    elif labels.is_footer(text) and missing and len(row.cells) <= 2:
        mark = Mark.FOOTER
    return (mark, "") if mark else None


def _named_total(
    row: Row, around: Surroundings, figures_beside: Mapping[str, str], text: str, *, is_sparse: bool
) -> Mark | None:
    """Judge a row whose text begins or ends with a word for total, as names do too."""
    matched = _matches(row, around, figures_beside)
    if len(matched) > 1 or (matched and is_sparse):
        return _kind(text)
    if not is_sparse:
        return None
    return Mark.FOOTER if row.is_last and around.after_total else Mark.LIKELY_TOTAL


def _kind(text: str) -> Mark:
    return Mark.SUBTOTAL if labels.is_subtotal(text) else Mark.TOTAL


def _total(
    row: Row,
    around: Surroundings,
    figures_beside: Mapping[str, str],
    text: str,
    *,
    is_pure: bool,
    is_sparse: bool,
) -> tuple[Mark | None, str] | None:
    """Judge a row that calls itself a total."""
    matched = _matches(row, around, figures_beside)
    narrow = len(around.columns) <= 3
    if matched and (is_sparse or narrow or len(matched) > 1):
        return _kind(text), _difference(row, around, figures_beside, matched)
    if not is_pure:
        return (Mark.LIKELY_TOTAL, "") if is_sparse else None
    if is_sparse:
        return _kind(text), _difference(row, around, figures_beside, matched)
    if narrow and row.is_last and labels.is_whole_total(text):
        return Mark.TOTAL, _difference(row, around, figures_beside, matched)
    return (Mark.LIKELY_TOTAL, "") if narrow and labels.is_whole_total(text) else None


def _count(
    row: Row, around: Surroundings, figures_beside: Mapping[str, str], text: str
) -> tuple[Mark | None, str] | None:
    """Judge a row that counts others: its figure is compared with the rows above."""
    figures = set().union(*map(readings, figures_beside.values())) if figures_beside else set()
    if not figures:
        figures = set().union(*map(readings, re.findall(r"\d[\d.,]*", text)))
    counts = {around.sums.count(first, row.index) for first in around.segments}
    if not figures or figures & {count * SCALE for count in counts}:
        return Mark.COUNT, ""
    if _matches(row, around, figures_beside):
        return Mark.TOTAL, ""
    difference = f"The file counts {format_amount(max(figures))} rows; there are {max(counts):,} above."
    return Mark.COUNT, difference if around.is_whole and not row.begins else ""


def _matches(row: Row, around: Surroundings, cells: Mapping[str, str]) -> list[str]:
    """List the columns whose figure is the sum of the rows above, since some earlier total or from the beginning."""
    matched = []
    for name, text in cells.items():
        figures = readings(text) - {0}
        if name not in around.sums.point or not figures:
            continue
        if any(
            figures & {*around.sums.between(name, first, row.index).values()} for first in around.segments
        ):
            matched.append(name)
    return matched


def _difference(row: Row, around: Surroundings, cells: Mapping[str, str], matched: Sequence[str]) -> str:
    """Say which figure of a total differs from the sum of the rows above; '' where none does, or none can be told."""
    if not around.is_whole or row.begins:
        return ""
    first = around.segments[0] if not labels.is_subtotal(" ".join(cells.values())) else around.segments[-1]
    for name, text in cells.items():
        figures = readings(text)
        if name in matched or name not in around.sums.point or not figures or _NO_SUM.search(name):
            continue
        if around.sums.numeric.get(name, 0.0) < 0.8:
            continue
        file_sum, our_sum = differences(text, around.sums.between(name, first, row.index))[0]
        is_near = our_sum and abs(file_sum - our_sum) * 2 <= abs(our_sum)
        if file_sum != our_sum and (is_near or not matched):
            return f"{name}: the file's total is {format_amount(file_sum)}, the rows above add up to {format_amount(our_sum)}."
    return ""


def _unlabelled(row: Row, around: Surroundings, missing: Sequence[str]) -> Mark | None:
    """Judge a row of numbers only, without what names the other rows."""
    texts = [name for name in missing if around.sums.numeric.get(name, 0.0) < 0.6]
    if around.columns[0] not in missing and not texts:
        return None
    matched = _matches(row, around, row.cells)
    if len(matched) > 1 or (matched and len(row.cells) == 1 and row.is_last):
        return Mark.TOTAL
    return Mark.LIKELY_TOTAL if row.is_last and len(texts) > 0 and row.index > 1 else None


# --- rows with a single text ------------------------------------------------------------------------------------


def _alone(row: Row, around: Surroundings, missing: Sequence[str]) -> Mark | None:
    """Judge a row with one text, or one text in every cell: a heading, a title, a footer, or a record with only a name."""
    texts = list(dict.fromkeys(row.cells.values()))
    is_pair = len(texts) == 2 and _KEYED.match(texts[0]) is not None and texts[0].rstrip().endswith(":")
    if not missing or len(around.columns) < 2 or (len(texts) > 1 and not is_pair):
        return None
    text = " ".join(texts)
    if folded(text) in around.titles:
        return Mark.TITLE
    if row.next_header:
        return Mark.HEADING
    if row.is_last:
        is_note = row.gap or around.after_total or len(text.split()) >= 5 or text.startswith("*")
        return Mark.FOOTER if is_note else Mark.LIKELY_HEADING
    has_style = (
        (text.isupper() and around.capitals < 0.3)
        or _DECORATED.search(text) is not None
        or _KEYED.match(text) is not None
        or _DATE.fullmatch(text) is not None
    )
    is_set_off = row.gap or around.after_total or row.begins or around.has_headings
    return Mark.HEADING if has_style or (is_set_off and len(missing) > 1) else Mark.LIKELY_HEADING
