"""Decide what becomes of each row of a list: added, a duplicate, or refused. Reads only."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import text

from core.business.sales.prospects.contacts import contact_prints
from core.business.sales.prospects.importing.columns import LABELS, NAME, ListColumn, recognise
from core.business.sales.prospects.importing.reading import ListRow, ProspectListFile
from core.business.sales.prospects.importing.rows import Defaults, RowFault, read_row, remark_on
from core.business.sales.prospects.rules import ProspectFields, name_key
from core.context import Context
from core.errors import InvalidInputError

_SIMILAR = text(
    """select distinct on (w.row) w.row, s.name, coalesce(p.name, '') as owner
    from jsonb_to_recordset(cast(:rows as jsonb)) as w(row int, key text, prints text[])
    cross join lateral similar_prospects(w.key, w.prints) s
    left join person p on p.id = s.owner_id order by w.row"""
)


class Fate(StrEnum):
    """What becomes of a row of the list."""

    ADDED = "added"
    DUPLICATE = "duplicate"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class RowOutcome:
    """What becomes of a row. Of a refused one, field, value and remedy; `remedy` of a duplicate is what it is one of."""

    row: int
    fate: Fate
    name: str
    field: str = ""
    value: str = ""
    remedy: str = ""


@dataclass(frozen=True, slots=True)
class NewProspect:
    """What a row adds; `remark` says what of it is not imported."""

    row: int
    fields: ProspectFields
    note: str
    remark: str = ""


@dataclass(frozen=True, slots=True)
class ImportPlan:
    """What becomes of a list: an outcome for each of its rows, in their order, and what is added."""

    content: ProspectListFile
    columns: Sequence[ListColumn]
    outcomes: Sequence[RowOutcome]
    additions: Sequence[NewProspect]

    @property
    def counts(self) -> dict[str, int]:
        """Count the rows of each fate; together they are the rows of the file."""
        counts = Counter(outcome.fate for outcome in self.outcomes)
        return {str(fate): counts[fate] for fate in Fate}

    @property
    def undecided(self) -> list[ListColumn]:
        """Columns of which a person has to choose the one that fills a field."""
        return [column for column in self.columns if column.rivals]


def make_plan(
    context: Context,
    content: ProspectListFile,
    defaults: Defaults,
    choices: Mapping[str, str] | None = None,
    *,
    add_duplicates: bool = False,
) -> ImportPlan:
    """Decide about each row; nothing is written. InvalidInputError where no column holds the company's name."""
    columns = recognise(content.headers, choices)
    if not any(column.field == NAME for column in columns) and not any(column.rivals for column in columns):
        raise InvalidInputError(
            "No column holds the company's name.",
            hint=f"Name one Company. The columns are {', '.join(content.headers)}.",
        )
    outcomes: dict[int, RowOutcome] = {}
    readable: list[NewProspect] = []
    for position, row in enumerate(content.rows):
        result = _read(row, columns, defaults)
        if isinstance(result, RowOutcome):
            outcomes[position] = result
        else:
            readable.append(NewProspect(position, *result, remark_on(row.cells, columns)))
    duplicates = {} if add_duplicates else _duplicates(context, readable, content.rows)
    additions = []
    for entry in readable:
        number = content.rows[entry.row].number
        fate = Fate.DUPLICATE if entry.row in duplicates else Fate.ADDED
        outcomes[entry.row] = RowOutcome(
            number, fate, entry.fields.name, remedy=duplicates.get(entry.row) or entry.remark
        )
        if fate is Fate.ADDED:
            additions.append(NewProspect(number, entry.fields, entry.note))
    return ImportPlan(content, columns, [outcomes[position] for position in sorted(outcomes)], additions)


def _read(
    row: ListRow, columns: Sequence[ListColumn], defaults: Defaults
) -> tuple[ProspectFields, str] | RowOutcome:
    name = next((row.cells.get(column.header, "") for column in columns if column.field == NAME), "")
    if row.fault:
        return RowOutcome(row.number, Fate.REFUSED, name, "Row", "", f"Correct the row: {row.fault}.")
    result = read_row(row.cells, columns, defaults)
    if isinstance(result, RowFault):
        return RowOutcome(row.number, Fate.REFUSED, name, result.field, result.value, result.remedy)
    return result


def _duplicates(context: Context, entries: Sequence[NewProspect], rows: Sequence[ListRow]) -> dict[int, str]:
    """Map a row's position to what it is a duplicate of: a prospect, or an earlier row of the list."""
    prints = {entry.row: contact_prints(context.session, entry.fields.contact) for entry in entries}
    similar = _stored(context, entries, prints)
    duplicates: dict[int, str] = {}
    first_rows: dict[str, int] = {}
    for entry in entries:
        marks = [f"name|{name_key(entry.fields.name)}", *prints[entry.row]]
        if entry.row in similar:
            duplicates[entry.row] = similar[entry.row]
        elif earlier := next((first_rows[mark] for mark in marks if mark in first_rows), 0):
            duplicates[entry.row] = f"Row {earlier} of the list"
        for mark in marks:
            first_rows.setdefault(mark, rows[entry.row].number)
    return duplicates


def _stored(
    context: Context, entries: Iterable[NewProspect], prints: Mapping[int, list[str]]
) -> dict[int, str]:
    """Ask for similar prospects of all rows at once."""
    document = [
        {"row": entry.row, "key": name_key(entry.fields.name), "prints": prints[entry.row]}
        for entry in entries
    ]
    found_rows = context.session.execute(_SIMILAR, {"rows": json.dumps(document)})
    return {
        row.row: f"{row.name} (owner {row.owner})" if row.owner else f"{row.name} (no owner)"
        for row in found_rows
    }


def label_of(column: ListColumn) -> str:
    """Label what a column fills: 'Company', 'Not imported'."""
    return LABELS[column.field] if column.field else "Not imported"
