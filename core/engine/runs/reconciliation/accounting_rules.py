"""Account for the rows of the files: one outcome for each, the sums, and what is still open. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from typing import Any, Literal

from core.engine.runs.reconciliation.gaps import Gap
from core.engine.runs.rules import Fate
from core.kit.wording import agree, counted, listed
from core.schema import entity_count

Tone = Literal["red", "orange"]


class Outcome(StrEnum):
    """What became of a row of a file. Every row has exactly one, however many records it feeds."""

    FAILED = "failed"  # could not be written
    HELD = "held"  # held for correction
    IMPORTED = "imported"  # became a record, or part of one
    NO_CONSENT = "no_consent"  # excluded: the person has not agreed
    SKIPPED = "skipped"  # by a rule that is named
    EXCLUDED = "excluded"  # a person excluded all fields of its table
    NOT_MAPPED = "not_mapped"  # its table has no target and nobody decided about it
    PENDING = "pending"  # the run ended before it


OUTCOME_OF: Mapping[str, Outcome] = {
    Fate.FAILED: Outcome.FAILED,
    Fate.QUARANTINED: Outcome.HELD,
    Fate.MIGRATED: Outcome.IMPORTED,
    Fate.MERGED: Outcome.IMPORTED,
    Fate.EXCLUDED: Outcome.NO_CONSENT,
    Fate.SKIPPED: Outcome.SKIPPED,
}
"""A row that feeds several entities takes the first of its outcomes in the order of Outcome."""

_WORDS: Mapping[Outcome, str] = {
    Outcome.EXCLUDED: "excluded by choice",
    Outcome.NOT_MAPPED: "not mapped",
    Outcome.SKIPPED: "skipped by rule",
    Outcome.NO_CONSENT: "excluded (no consent)",
    Outcome.HELD: "held for correction",
    Outcome.FAILED: "failed",
    Outcome.PENDING: "not processed",
}


@dataclass(frozen=True, slots=True)
class Exclusion:
    """A person's decision to exclude fields of a table. `by` is the person's id, `at` UTC."""

    by: str
    at: datetime
    reason: str
    fields: int

    def to_json(self) -> dict[str, Any]:
        return asdict(self) | {"at": self.at.isoformat()}


@dataclass(frozen=True, slots=True)
class TableAccount:
    """One table of one file: its rows and their outcomes.

    entities    what the run's plan makes of its rows; empty where the table is not part of the run
    became      entity -> records written; `matched` entity -> records that were in the target already, unchanged
    skip_rules  rule in words -> rows
    exclusions  who excluded fields of the table
    undecided   with fields that nobody has decided about, and not one of the tables that a document only describes itself by
    fields      fields of the table, `open_fields` those of them that nobody has decided about
    open_amounts  columns with amounts that are not part of the run and that nobody has decided about
    asked       columns with values that are not part of the run because their question was not answered; `asked_consent` those of
                marketing consent, without which nobody receives anything
    left_out    sentences on columns that are mapped and of which no records can be made
    excluded_columns  columns with values that a person excluded from a table that is part of the run
    """

    stream_id: str
    file: str
    table: str
    rows: int
    entities: tuple[str, ...] = ()
    outcomes: Mapping[str, int] = field(default_factory=dict)
    became: Mapping[str, int] = field(default_factory=dict)
    matched: Mapping[str, int] = field(default_factory=dict)
    skip_rules: Mapping[str, int] = field(default_factory=dict)
    exclusions: tuple[Exclusion, ...] = ()
    undecided: bool = False
    fields: int = 0
    open_fields: int = 0
    open_amounts: tuple[str, ...] = ()
    asked: tuple[str, ...] = ()
    asked_consent: tuple[str, ...] = ()
    left_out: tuple[str, ...] = ()
    excluded_columns: tuple[str, ...] = ()

    def count(self, outcome: Outcome) -> int:
        return self.outcomes.get(outcome, 0)

    @property
    def unaccounted(self) -> int:
        """Rows of the file without an outcome; below 0 where more outcomes than rows were recorded."""
        return self.rows - sum(self.outcomes.values())

    @property
    def became_words(self) -> str:
        """'11 menu items, 4 categories'; '–' where nothing came of the table."""
        parts = [entity_count(number, entity) for entity, number in self.became.items() if number]
        parts += [
            f"{entity_count(number, entity)} already in AuraConnect"
            for entity, number in self.matched.items()
            if number
        ]
        return ", ".join(parts) or "–"

    def to_json(self) -> dict[str, Any]:
        return asdict(self) | {"exclusions": [exclusion.to_json() for exclusion in self.exclusions]}


def table_from_json(document: Mapping[str, Any]) -> TableAccount:
    exclusions = (
        Exclusion(**{**exclusion, "at": datetime.fromisoformat(exclusion["at"])})
        for exclusion in document["exclusions"]
    )
    return TableAccount(
        **{
            **document,
            "entities": tuple(document["entities"]),
            "exclusions": tuple(exclusions),
            "open_amounts": tuple(document.get("open_amounts", ())),
            "asked": tuple(document.get("asked", ())),
            "asked_consent": tuple(document.get("asked_consent", ())),
            "left_out": tuple(document.get("left_out", ())),
            "excluded_columns": tuple(document.get("excluded_columns", ())),
        }
    )


@dataclass(frozen=True, slots=True)
class Point:
    """Something that is open: `tone` is red where something is wrong, else orange; `blocks` means that a person has to approve the run."""

    tone: Tone
    text: str
    blocks: bool


@dataclass(frozen=True, slots=True)
class Account:
    """The rows of the files of one run, table by table.

    gaps       what is missing of the run
    differing  entities of which the target does not hold the records that the run wrote
    final      whether the run was verified, so that the account does not change any more
    """

    run_id: str
    tables: tuple[TableAccount, ...]
    differing: tuple[str, ...] = ()
    final: bool = True
    gaps: tuple[Gap, ...] = ()

    @property
    def rows(self) -> int:
        return sum(table.rows for table in self.tables)

    def count(self, outcome: Outcome) -> int:
        return sum(table.count(outcome) for table in self.tables)

    @property
    def unaccounted(self) -> int:
        """Rows without exactly one outcome, over all tables; no table makes up for another."""
        return sum(abs(table.unaccounted) for table in self.tables)

    @property
    def out_of_plan(self) -> int:
        """Rows of tables that are not part of the run."""
        return self.count(Outcome.EXCLUDED) + self.count(Outcome.NOT_MAPPED)

    @property
    def held(self) -> int:
        """Rows that stayed out because of a fault: held for correction, or failed."""
        return self.count(Outcome.HELD) + self.count(Outcome.FAILED)

    @property
    def records(self) -> int:
        """Records of the target that the rows became: written, or there already and unchanged."""
        return sum(sum(table.became.values()) + sum(table.matched.values()) for table in self.tables)

    @property
    def complete(self) -> bool:
        """Whether every row has one outcome, the target holds what was written, and all records mapped could be made."""
        left_out = any(table.left_out for table in self.tables)
        return not (
            self.unaccounted or self.differing or self.gaps or left_out or self.count(Outcome.PENDING)
        )

    @property
    def headline(self) -> str:
        """'12 of 32 rows imported, 20 excluded by choice'."""
        return self.headline_as("imported")

    def headline_as(self, verb: str) -> str:
        """Return the headline with another verb: '12 of 32 rows would be imported, 20 excluded by choice'."""
        return rows_headline(self.rows, {outcome: self.count(outcome) for outcome in Outcome}, verb)

    @property
    def points(self) -> tuple[Point, ...]:
        return tuple(_points(self))


def rows_headline(rows: int, outcomes: Mapping[str, int], verb: str = "imported") -> str:
    """Say what became of the rows of the files, with the verb of the imported ones."""
    parts = [f"{outcomes.get(Outcome.IMPORTED, 0):,} of {counted(rows, 'row')} {verb}"]
    parts += [f"{outcomes[outcome]:,} {words}" for outcome, words in _WORDS.items() if outcomes.get(outcome)]
    return ", ".join(parts)


def needs_approval(account: Account, money_open: bool) -> bool:  # noqa: FBT001  (a fact about the run)
    """Whether a person has to approve the run before it counts as completed."""
    return money_open or any(point.blocks for point in account.points)


def _points(account: Account) -> Iterable[Point]:
    if account.unaccounted:
        yield Point("red", f"{counted(account.unaccounted, 'row')} unaccounted for", blocks=True)
    for gap in account.gaps:
        yield Point("red", gap.words, blocks=True)
    if account.differing and not account.gaps:
        yield Point("red", "Records in AuraConnect differ from what was imported", blocks=True)
    if pending := account.count(Outcome.PENDING):
        yield Point("orange", f"{counted(pending, 'row')} not processed: the run did not finish", blocks=True)
    if account.final and account.rows and not account.count(Outcome.IMPORTED):
        yield Point("orange", "No row was imported", blocks=True)
    if held := account.count(Outcome.HELD):
        yield Point("orange", f"{counted(held, 'row')} held for correction", blocks=True)
    if failed := account.count(Outcome.FAILED):
        yield Point("orange", f"{counted(failed, 'row')} failed", blocks=True)
    yield from _open_columns(account.tables)
    yield from _not_mapped([table for table in account.tables if table.count(Outcome.NOT_MAPPED)])


def _open_columns(tables: Sequence[TableAccount]) -> Iterable[Point]:
    """List columns with values that are not part of the run, although nobody excluded them."""
    if columns := list(dict.fromkeys(name for table in tables for name in table.open_amounts)):
        noun = "column" if len(columns) == 1 else "columns"
        yield Point(
            "orange",
            f"Amounts in {noun} {listed(columns)} were not imported: nobody decided",
            blocks=True,
        )
    yield from _asked(tables)
    for sentence in dict.fromkeys(sentence for table in tables for sentence in table.left_out):
        yield Point("orange", sentence, blocks=True)


def _asked(tables: Sequence[TableAccount]) -> Iterable[Point]:
    """List the columns whose questions are open; without consent nobody receives anything, so that it blocks nothing."""
    if columns := list(dict.fromkeys(name for table in tables for name in table.asked)):
        noun = "Column" if len(columns) == 1 else "Columns"
        yield Point("orange", f"{noun} {listed(columns)} not imported: a question is open", blocks=True)
    if columns := list(dict.fromkeys(name for table in tables for name in table.asked_consent)):
        text = f"Marketing consent not imported: {listed(columns)} {agree(len(columns), 'wait')} for a person"
        yield Point("orange", text, blocks=False)


def _not_mapped(tables: Sequence[TableAccount]) -> Iterable[Point]:
    """List unmapped rows of tables that nobody decided about, and of tables that are decided in part."""
    open_tables = [table for table in tables if table.open_fields == table.fields]
    if open_tables:
        rows = sum(table.count(Outcome.NOT_MAPPED) for table in open_tables)
        undecided = any(table.undecided for table in open_tables)
        yield Point("orange", f"{counted(rows, 'row')} not mapped: nobody decided", blocks=undecided)
    partly = [table for table in tables if table not in open_tables]
    if partly:
        rows = sum(table.count(Outcome.NOT_MAPPED) for table in partly)
        fields, still_open = (
            sum(table.fields for table in partly),
            sum(table.open_fields for table in partly),
        )
        cause = f": {still_open:,} of {counted(fields, 'field')} undecided" if still_open else ""
        undecided = any(table.undecided for table in partly)
        yield Point("orange", f"{counted(rows, 'row')} not mapped{cause}", blocks=undecided)


def outcomes_of(rows: int, counts: Mapping[Outcome, int], *, processed: int, final: bool) -> dict[str, int]:
    """Calculate the outcomes of a table that is part of the run, without those that no row has.

    `counts` are rows by precedence; `processed` the rows that every entity plan has gone through. Of a run that has not
    been verified the others are pending, whatever an earlier entity made of them.
    """
    outcomes = {outcome: number for outcome, number in counts.items() if number}
    if not final:
        imported = min(outcomes.pop(Outcome.IMPORTED, 0), processed)
        pending = max(0, rows - imported - sum(outcomes.values()))
        outcomes |= {Outcome.IMPORTED: imported, Outcome.PENDING: pending}
    return {outcome.value: outcomes[outcome] for outcome in Outcome if outcomes.get(outcome)}


def outcome_without_plan(table: TableAccount, fields: int) -> TableAccount:
    """Give all rows of a table outside the plan their outcome: excluded, or not mapped."""
    excluded = fields > 0 and sum(exclusion.fields for exclusion in table.exclusions) == fields
    outcome = Outcome.EXCLUDED if excluded else Outcome.NOT_MAPPED
    outcomes = {outcome.value: table.rows} if table.rows else {}
    return replace(table, outcomes=outcomes)


def total_records(tables: Sequence[TableAccount]) -> dict[str, int]:
    """Sum up by entity the records that the rows of all tables became."""
    totals: dict[str, int] = {}
    for table in tables:
        for part in (table.became, table.matched):
            for entity, number in part.items():
                totals[entity] = totals.get(entity, 0) + number
    return totals
