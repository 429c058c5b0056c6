"""Judge what became of a case against what a careful person would have entered: right, held, asked or silently wrong.

Whatever deviates must be excused. A missing record or an empty field is held where an issue names its row and field
(an error where the row is held, at least a warning where only the field is left empty), and asked where the column it
comes from is open. A wrong value is excused only by a question on that very field. An unexpected record is never.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any
from zoneinfo import ZoneInfo

from messy_cases import Case, Expected, ExpectedEntity
from messy_import import OpenColumn, Outcome, Place, Record, text_of

GRADES = ("right", "asked", "held", "silently wrong")
RIGHT, ASKED, HELD, WRONG = GRADES
ANYTHING = "*"
SAYS_ALL = {"missing_required", "row_shape"}
"""Faults of a value that is not there: every other error has to name the value that holds a row."""

SAYS_NOTHING_OF_A_VALUE = {"missing_price", "missing_email"}
"""Faults that say that a field is empty, and nothing of a value that was lost on the way."""


@dataclass(frozen=True)
class Finding:
    """One deviation and what excuses it."""

    grade: str
    text: str


@dataclass(frozen=True)
class Verdict:
    """The worst grade of a case's findings."""

    findings: tuple[Finding, ...]

    @property
    def grade(self) -> str:
        return max((finding.grade for finding in self.findings), key=GRADES.index, default=RIGHT)


def judge(case: Case, outcome: Outcome) -> Verdict:
    """Judge the outcome of a case."""
    return Verdict(tuple(_Judge(case, outcome).findings()))


class _Judge:
    """Compares an outcome with the expectations of its case."""

    def __init__(self, case: Case, outcome: Outcome) -> None:
        self.case, self.outcome = case, outcome
        self.zone = ZoneInfo(case.tenant["zone"])
        self.required = _required_fields(case.tenant["domain"])

    def findings(self) -> Iterator[Finding]:
        if self.outcome.refusal:
            yield Finding(self._refused(), f"refused: {self.outcome.refusal}")
        for entity, records in self.outcome.records.items():
            if entity in self.case.free:
                continue
            expected = self.case.entities.get(entity, ExpectedEntity((), (), {}, frozenset()))
            yield from self._entity(entity, expected, records)
        yield from self._forbidden()

    def _refused(self) -> str:
        """Grade an import that did not start: asked where columns wait for a decision."""
        return ASKED if self.outcome.open_columns else HELD

    def _forbidden(self) -> Iterator[Finding]:
        for target, texts in self.case.forbidden.items():
            entity, _, name = target.partition(".")
            for record in self.outcome.records.get(entity, ()):
                if any(self.fits(text, record.values.get(name)) for text in texts):
                    yield Finding(
                        WRONG, f"{target} is {text_of(record.values[name])}, which it must never be"
                    )

    def _entity(self, entity: str, expected: ExpectedEntity, records: list[Record]) -> Iterator[Finding]:
        pairs, missing, unexpected = self._pair(expected, records)
        for reference, record in pairs:
            yield from self._compare(entity, expected, reference, record)
        for reference in missing:
            yield self._missing(entity, expected, reference)
        for record in unexpected:
            values = ", ".join(f"{name}={text_of(value)}" for name, value in record.values.items())
            question = self._question(entity, "", expected, [record.place])
            grade, why = (ASKED, f" ({question})") if question else (WRONG, "")
            yield Finding(grade, f"{entity} unexpected: {values}{why}")

    def _pair(
        self, expected: ExpectedEntity, records: list[Record]
    ) -> tuple[list[tuple[Expected, Record]], list[Expected], list[Record]]:
        """Pair expected records with those of their key, then with those of their rows without one, the most alike first."""
        by_key = [
            (reference, record)
            for reference in expected.records
            for record in records
            if all(self._fits_field(reference.values.get(name), name, record) for name in expected.key)
        ]
        row_keys = {id(reference): self._rows_at(expected, reference) for reference in expected.records}
        by_row = [
            (reference, record)
            for reference in expected.records
            for record in records
            if not reference.is_optional
            and record.place in row_keys[id(reference)]
            and all(
                _first(record, name) is None or self._fits_field(reference.values.get(name), name, record)
                for name in expected.key
            )
        ]
        pairs: list[tuple[Expected, Record]] = []
        matched_ids: set[int] = set()
        for candidates in (by_key, by_row):
            for reference, record in sorted(candidates, key=lambda pair: -self._alike(*pair)):
                if id(reference) not in matched_ids and id(record) not in matched_ids:
                    matched_ids |= {id(reference), id(record)}
                    pairs.append((reference, record))
        missing = [
            record for record in expected.records if id(record) not in matched_ids and not record.is_optional
        ]
        return pairs, missing, [record for record in records if id(record) not in matched_ids]

    def _alike(self, reference: Expected, record: Record) -> int:
        return sum(self._fits_field(value, name, record) for name, value in reference.values.items())

    def _fits_field(self, reference: Any, name: str, record: Record) -> bool:
        """Compare a field, or several of which one has the value and no other has another: 'external_id|sku'.

        An external id beside them may be made of several columns.
        """
        parts = name.split("|")
        others = [record.values.get(part) for part in parts if part != "external_id" or len(parts) == 1]
        filled = [value for value in others if value is not None] or [_first(record, name)]
        return all(self.fits(reference, value) for value in filled)

    def _compare(
        self, entity: str, expected: ExpectedEntity, reference: Expected, record: Record
    ) -> Iterator[Finding]:
        title = f"{entity} {self._title(expected, reference)}"
        for name, value in reference.values.items():
            actual = _first(record, name)
            if not self._fits_field(value, name, record):
                text = f"{title}: {name} is {_nothing(actual)}, not {_wanted(value)}"
                yield self._excuse(entity, name, expected, reference, record, text)
            elif self._needs_note(value, actual) and not self._issue(
                entity, name, expected, reference, record
            ):
                text = f"{title}: {name} is {_nothing(actual)} as it should, and no issue says why"
                yield self._excuse(entity, name, expected, reference, record, text)
        judged = {part for name in reference.values for part in name.split("|")}
        for name in sorted(record.values.keys() - judged - expected.ignored - {"external_id"}):
            text = f"{title}: {name} is {text_of(record.values[name])}, not expected"
            yield self._excuse(entity, name, expected, reference, record, text)

    def _excuse(
        self,
        entity: str,
        name: str,
        expected: ExpectedEntity,
        reference: Expected,
        record: Record,
        text: str,
    ) -> Finding:
        same_table = (key for key in self._rows_at(expected, reference) if key[:2] == record.place[:2])
        row_keys = [record.place, *same_table]
        if question := self._question(entity, name, expected, row_keys):
            return Finding(ASKED, f"{text} ({question})")
        if _first(record, name) is None:
            if issue := self._issue(entity, name, expected, reference, record):
                return Finding(HELD, f"{text} ({issue})")
            if column := self._open_column(entity, name, expected, row_keys, reference.values.get(name)):
                return Finding(ASKED, f"{text} (open: {column})")
        return Finding(WRONG, text)

    def _missing(self, entity: str, expected: ExpectedEntity, reference: Expected) -> Finding:
        text = f"{entity} {self._title(expected, reference)} missing"
        row_keys = self._rows_at(expected, reference)
        if self.outcome.refusal:
            return Finding(self._refused(), f"{text} (refused)")
        parents = {
            entity,
            *(one for name in self.required[entity] if (one := _parent(self.case, entity, name))),
        }
        for issue in self.outcome.issues:
            at = (issue.file, issue.stream, issue.row)
            says = issue.level == "error" and issue.remedy and (issue.value or issue.code in SAYS_ALL)
            if says and issue.entity in parents and at in row_keys:
                return Finding(HELD, f"{text} ({_issue_text(issue)})")
        if question := self._question(entity, "", expected, row_keys):
            return Finding(ASKED, f"{text} ({question})")
        for name in (*expected.key, *sorted(self.required[entity])):
            column = self._open_column(entity, name, expected, row_keys, reference.values.get(name))
            if column:
                return Finding(ASKED, f"{text} (open: {column})")
        fates = {self.outcome.fates.get((entity, row_key)) for row_key in row_keys} - {None}
        return Finding(WRONG, f"{text}{f' {fates}' if fates else ''}")

    # --- evidence -------------------------------------------------------------------------------------------------

    def _rows_at(self, expected: ExpectedEntity, reference: Expected) -> list[Place]:
        """Find the rows that tell of a record: those with all values of its key, in their cells or headers."""
        texts = [str(value) for name in expected.key if isinstance(value := reference.values.get(name), str)]
        return [
            row_key
            for row_key, cells in self.outcome.rows.items()
            if texts and all(any(_holds(cell, text) for cell in (*cells, *cells.values())) for text in texts)
        ]

    def _issue(
        self, entity: str, name: str, expected: ExpectedEntity, reference: Expected, record: Record
    ) -> str:
        """Word the issue on a field of a record's row; '' where there is none."""
        row_keys = {
            record.place,
            *self._rows_at(expected, reference),
        }  # of all tables: a record may come of several
        columns = expected.origins.get(name, ())
        for issue in self.outcome.issues:
            on_row = (issue.file, issue.stream, issue.row) in row_keys
            on_column = issue.row == 0 and any(issue.file == row_key[0] for row_key in row_keys)
            same_field = (
                issue.entity == entity and issue.field in name.split("|")
            ) or issue.source_field in columns
            says = issue.level != "info" and issue.remedy and issue.code not in SAYS_NOTHING_OF_A_VALUE
            if (on_row or on_column) and same_field and says:
                return _issue_text(issue)
        return ""

    def _question(self, entity: str, name: str, expected: ExpectedEntity, row_keys: Iterable[Place]) -> str:
        """Word an open question on a field ('' for what a record of the entity cannot do without)."""
        names = {name} if name else {*expected.key, *self.required[entity]}
        for column in self._open_of(entity, names, expected, row_keys):
            if column.question:
                return f"{column.column}: {column.question}"
        return ""

    def _open_column(
        self, entity: str, name: str, expected: ExpectedEntity, row_keys: list[Place], value: Any
    ) -> str:
        """Name the undecided column that a field comes from: by its suggestion, the expectation, or the value in it."""
        for column in self._open_of(entity, {name}, expected, row_keys):
            return column.column
        for row_key in row_keys:
            for column in self.outcome.open_columns:
                cell = self.outcome.rows.get(row_key, {}).get(column.column)
                same = (column.file, column.table) == row_key[:2]
                if same and cell and isinstance(value, str) and _holds(cell, value):
                    return column.column
        return ""

    def _open_of(
        self, entity: str, names: set[str], expected: ExpectedEntity, row_keys: Iterable[Place]
    ) -> Iterator[OpenColumn]:
        tables = {row_key[:2] for row_key in row_keys if row_key[0]}
        columns = {column for name in names for column in expected.origins.get(name, ())}
        targets = {f"{entity}.{part}" for name in names for part in name.split("|")}
        for column in self.outcome.open_columns:
            if tables and (column.file, column.table) not in tables:
                continue
            if column.target in targets or column.column in columns:
                yield column

    # --- values ---------------------------------------------------------------------------------------------------

    def fits(self, reference: Any, actual: Any) -> bool:  # noqa: PLR0911  (one answer per kind of value)
        """Tell whether a value is what is expected."""
        if isinstance(reference, dict):
            options = reference["one_of"] if "one_of" in reference else [reference["noted"]]
            return any(self.fits(option, actual) for option in options)
        if reference == ANYTHING:
            return True
        if reference is None or actual is None:
            return reference is None and actual is None
        if isinstance(actual, list):
            return self._fits_list(reference, actual)
        if isinstance(actual, frozenset):
            return reference in actual
        if isinstance(actual, bool):
            return reference == str(actual).lower()
        if isinstance(actual, int | Decimal):
            return _number(reference) == actual
        if isinstance(actual, datetime):
            return self._moment(reference) == actual
        return bool(reference == (actual.isoformat() if isinstance(actual, date) else str(actual)))

    def _needs_note(self, reference: Any, actual: Any) -> bool:
        """Tell whether a value that fits is accepted only with an issue beside it."""
        if not isinstance(reference, dict):
            return False
        fitting = [option for option in reference.get("one_of", ()) if self.fits(option, actual)]
        return "noted" in reference or all(self._needs_note(option, actual) for option in fitting)

    def _fits_list(self, reference: Any, actual: list[Any]) -> bool:
        if not isinstance(reference, list) or len(reference) != len(actual):
            return False
        return all(any(self.fits(part, item) for item in actual) for part in reference)

    def _moment(self, text: str) -> datetime | None:
        try:
            moment = datetime.fromisoformat(text)
        except ValueError:
            return None
        return moment if moment.tzinfo else moment.replace(tzinfo=self.zone)

    def _title(self, expected: ExpectedEntity, reference: Expected) -> str:
        return " / ".join(_wanted(reference.values.get(name)) for name in expected.key)


def _first(record: Record, name: str) -> Any:
    """Return the value of a field, of several the first that is filled."""
    values = (record.values.get(part) for part in name.split("|"))
    return next((value for value in values if value is not None), None)


def _required_fields(domain: str) -> Mapping[str, frozenset[str]]:
    from core.schema import target_schema

    return {
        name: frozenset(field.name for field in entity.fields.values() if field.required)
        for name, entity in target_schema().domain(domain).items()
    }


def _parent(case: Case, entity: str, name: str) -> str | None:
    from core.schema import target_schema

    return target_schema().domain(case.tenant["domain"])[entity].fields[name].refers_to


def _number(text: Any) -> Decimal | None:
    try:
        return Decimal(text)
    except (InvalidOperation, TypeError):
        return None


def _holds(cell: str, text: str) -> bool:
    """Tell whether a cell holds a value: as words, or as the same digits where the value is a number or a date."""
    if re.search(rf"(?<![\w-]){re.escape(text.casefold())}(?!\w)", cell.casefold()):
        return True
    if re.fullmatch(r"\d{4}-\d\d-\d\d", text):
        return _numbers(text) == _numbers(cell)
    digits = re.sub(r"\D", "", text)
    is_number = len(digits) > 1 and digits == text.replace(".", "").lstrip("-")
    same_sign = text.startswith("-") == bool(re.search(r"^\D*-|-\D*$|\(.*\)", cell))
    return is_number and same_sign and re.sub(r"\D", "", cell) == digits


def _numbers(text: str) -> list[int]:
    """Return year, month and day of a date in any order and form, sorted; a year of two digits as one of four."""
    parts = re.findall(r"\d+", text)[:3]
    return sorted(int(part) + (2000 if len(part) == 2 and int(part) > 31 else 0) for part in parts)


def _issue_text(issue: Any) -> str:
    at = f"{issue.file} row {issue.row} {issue.source_field or issue.field}".strip()
    return f"{issue.level} {issue.code}: {at}"


def _nothing(value: Any) -> str:
    return "empty" if value is None else text_of(value)


def _wanted(value: Any) -> str:
    if isinstance(value, dict):
        return " or ".join(map(_wanted, value["one_of"])) if "one_of" in value else _wanted(value["noted"])
    return "empty" if value is None else text_of(value)
