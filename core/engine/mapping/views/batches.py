"""Shows what was decided together: each batch in words, whether it can still be undone, and what a bulk action would touch."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import NamedTuple

from sqlalchemy import ColumnElement, func, select

from core.context import Context
from core.engine.mapping.bands import BANDS, GREEN_ABOVE
from core.engine.mapping.review import SUGGESTED
from core.engine.mapping.tables import MappingDecision, MappingField
from core.engine.mapping.views.decisions import person_names
from core.engine.mapping.views.fields import FieldRow, rows_where
from core.kit.wording import counted, listed
from core.platform.access.actions import view

_VERBS = {"accepted": "accepted", "edited": "changed", "ignored": "excluded"}


@dataclass(frozen=True, slots=True)
class Batch:
    """Fields decided together. `label` says what was done, `by` is a person's name.

    counts        status -> fields, as decided (accepted, edited, ignored)
    amount        money of the fields, in the tenant's currency; a field's money counts for each of its targets
    looked        a person looked at exactly these fields
    undoable_count fields the batch still decides; only they can be undone
    undone_count  fields put back to what stood before, last by `undone_by` at `undone_at`
    decided_since fields that somebody decided otherwise or confirmed later
    to_review     of the undoable fields, those that undoing returns to review; `at_stake` is the money of all of them
    """

    id: str
    at: datetime
    by: str
    label: str
    looked: bool
    fields: int
    counts: Mapping[str, int]
    amount: Decimal
    undoable_count: int
    undone_count: int
    decided_since: int
    undone_by: str = ""
    undone_at: datetime | None = None
    to_review: int = 0
    at_stake: Decimal = Decimal(0)

    @property
    def is_undone(self) -> bool:
        """Whether nothing of the batch stands and at least one field was put back."""
        return not self.undoable_count and self.undone_count > 0

    @property
    def can_undo(self) -> bool:
        return self.undoable_count > 0

    @property
    def why_not(self) -> str:
        """Why undo restores nothing or only a part; '' where it restores all."""
        if self.is_undone and not self.decided_since:
            return "Already undone"
        if not self.decided_since:
            return ""
        conflict = f"{counted(self.decided_since, 'field', 'were')} decided since"
        return (
            f"{conflict}; undo restores the other {self.undoable_count:,}"
            if self.undoable_count
            else conflict
        )


class Step(NamedTuple):
    """A decision without its content, as far as undoing asks."""

    field_id: str
    version: int
    batch: str
    undoes: str | None
    person_id: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Fate:
    """What became of the fields of a batch: ids still decided by it, put back, and decided since."""

    undoable_ids: frozenset[str]
    undone_ids: frozenset[str]
    since: frozenset[str]
    last: Step | None = None


@dataclass(frozen=True, slots=True)
class BulkEffect:
    """What a bulk action would touch.

    fields   how many it decides; `high` fields are left as they are unless they are included explicitly
    high     fields with an unreviewed or accepted suggestion above 90% that the action would exclude
    bands    band -> fields chosen, high ones too
    decided_count fields chosen that a person has decided already
    rows     rows of the files with a value in at least one of the columns, counted per table by its fullest column
    money    entity -> money of the fields to be decided, in the tenant's currency; 0 is left out
    streams  tables the fields stand in
    """

    status: str
    fields: int
    high: int
    bands: Mapping[str, int]
    decided_count: int
    rows: int
    money: Mapping[str, Decimal] = field(default_factory=dict)
    streams: tuple[str, ...] = ()

    @property
    def amount(self) -> Decimal:
        return sum(self.money.values(), Decimal(0))


@view("migration.read")
def batches(
    context: Context, migration_id: str, *, bulk_only: bool = False, limit: int | None = None
) -> list[Batch]:
    """List the batches of decisions, newest first; an undo stands with the batch undone.

    `bulk_only`: batches of more than one field only.
    """
    query = (
        select(MappingDecision, MappingField.money)
        .join(MappingField, MappingField.id == MappingDecision.field_id)
        .where(MappingDecision.migration_id == migration_id)
        .order_by(MappingDecision.created_at, MappingDecision.id)
    )
    log: defaultdict[str, list[tuple[MappingDecision, Decimal]]] = defaultdict(list)
    for decision, money in context.session.execute(query):
        log[decision.batch].append((decision, money))
    fates = fates_of(context, MappingDecision.migration_id == migration_id)
    listed_batches = [
        members
        for members in reversed(log.values())
        if members[0][0].undoes is None and (len(members) > 1 or not bulk_only)
    ][:limit]
    people = {step.person_id for members in listed_batches for step, _ in members}
    people |= {step.person_id for fate in fates.values() if (step := fate.last)}
    names = person_names(context, set(people))
    return [_batch(members, fates[members[0][0].batch], names) for members in listed_batches]


def _batch(
    members: Sequence[tuple[MappingDecision, Decimal]], fate: Fate, names: Mapping[str | None, str]
) -> Batch:
    first = members[0][0]
    counts = Counter(str(step.after["status"]) for step, _ in members)
    is_second = "second" in first.after
    last = fate.last
    back = [(step, money) for step, money in members if step.field_id in fate.undoable_ids]
    return Batch(
        first.batch,
        first.created_at,
        names.get(first.person_id, ""),
        first.label or words(counts, second=is_second),
        first.looked,
        len(members),
        counts,
        sum((money for _, money in members), Decimal(0)),
        len(fate.undoable_ids),
        len(fate.undone_ids),
        len(fate.since),
        names.get(last.person_id, "") if last else "",
        last.at if last else None,
        sum(step.before["status"] == SUGGESTED for step, _ in back),
        sum((money for _, money in back), Decimal(0)),
    )


def words(counts: Mapping[str, int], *, second: bool = False) -> str:
    """'Excluded 117 fields', 'Accepted 3 and excluded 1 field': what a batch of these statuses did."""
    total = sum(counts.values())
    if second:
        return f"Approved {counted(total, 'field')} as second reviewer"
    parts = [(verb, counts[status]) for status, verb in _VERBS.items() if counts.get(status)]
    if not parts:
        return f"Decided {counted(total, 'field')}"
    *front, (verb, count) = parts
    sentence = listed(
        [*(f"{label} {number:,}" for label, number in front), f"{verb} {counted(count, 'field')}"]
    )
    return sentence[:1].upper() + sentence[1:]


@view("migration.read")
def fields_of(context: Context, batch: str) -> int:
    """How many fields the batch decided."""
    query = select(func.count()).select_from(MappingDecision).where(MappingDecision.batch == batch)
    return context.session.scalar(query) or 0


# --- what still stands ----------------------------------------------------------------------------------------------


def fates_of(context: Context, *conditions: ColumnElement[bool]) -> dict[str, Fate]:
    """Batch -> its fate, over the decisions that fit the conditions; they must hold all decisions of their fields."""
    columns = (
        MappingDecision.field_id, MappingDecision.version, MappingDecision.batch, MappingDecision.undoes,
        MappingDecision.person_id, MappingDecision.created_at,
    )  # fmt: skip
    query = select(*columns).where(*conditions).order_by(MappingDecision.version)
    steps = [Step(*row) for row in context.session.execute(query)]
    ids = {step.field_id for step in steps}
    versions = select(MappingField.id, MappingField.version).where(MappingField.id.in_(ids))
    return fates(steps, {row.id: row.version for row in context.session.execute(versions)})


def fates(steps: Iterable[Step], versions: Mapping[str, int]) -> dict[str, Fate]:
    """Batch -> its fate. `steps`: all decisions of the fields, by ascending version; `versions`: field -> present version.

    An undo leads back to what stood before the decision it takes back, so an earlier decision stands again.
    """
    log: defaultdict[str, list[Step]] = defaultdict(list)
    for step in steps:
        log[step.field_id].append(step)
    undoable_ids, undone_ids, since = (defaultdict[str, set[str]](set) for _ in range(3))
    last: dict[str, Step] = {}
    for field_id, field_steps in log.items():
        earliest = _same_states(field_steps)
        now = earliest.get(versions.get(field_id, -1), -1)
        reversals = _reversals(field_steps)
        for step in field_steps:
            if earliest[step.version] == now:
                undoable_ids[step.batch].add(field_id)
            elif reversal := reversals.get(step.batch):
                undone_ids[step.batch].add(field_id)
                last[step.batch] = max(reversal, last.get(step.batch, reversal), key=lambda step: step.at)
            else:
                since[step.batch].add(field_id)
    names = {*undoable_ids, *undone_ids, *since}
    return {
        name: Fate(
            frozenset(undoable_ids[name]), frozenset(undone_ids[name]), frozenset(since[name]), last.get(name)
        )
        for name in names
    }


def _same_states(steps: Sequence[Step]) -> dict[int, int]:
    """Version -> the earliest version in the same state, by following what was undone."""
    earliest = {0: 0}
    versions = {step.batch: step.version for step in steps}
    for step in steps:
        before = versions.get(step.undoes or "")
        earliest[step.version] = step.version if before is None else earliest.get(before - 1, before - 1)
    return earliest


def _reversals(steps: Sequence[Step]) -> dict[str, Step]:
    """Batch -> the undo of it that is not undone itself."""
    undo_by_batch: dict[str, Step] = {}
    for step in reversed(steps):
        if step.undoes and step.batch not in undo_by_batch:
            undo_by_batch.setdefault(step.undoes, step)
    return undo_by_batch


# --- before a bulk action -------------------------------------------------------------------------------------------


@view("migration.read")
def bulk_effect(
    context: Context,
    selection: Collection[str] | Collection[FieldRow],
    status: str,
    *,
    include_high: bool = False,
) -> BulkEffect:
    """Measure what setting the fields (ids or rows) to `status` together would touch, for the question before it.

    With status 'ignored', fields with a high-confidence suggestion are counted in `high` and taken along only if
    `include_high`.
    """
    rows = _rows(context, selection)
    high = {row.id for row in rows if status == "ignored" and is_high(row)}
    touched = [row for row in rows if include_high or row.id not in high]
    bands = Counter(row.band for row in rows)
    fullest: defaultdict[str, int] = defaultdict(int)
    money: defaultdict[str, Decimal] = defaultdict(Decimal)
    for field_row in touched:
        fullest[field_row.stream] = max(fullest[field_row.stream], field_row.rows)
        if field_row.money:
            money[(field_row.target or field_row.suggested_target or "").partition(".")[0]] += field_row.money
    return BulkEffect(
        status,
        len(touched),
        len(high),
        {name: bands[name] for name in BANDS},
        sum(field_row.status != SUGGESTED for field_row in touched),
        sum(fullest.values()),
        dict(money),
        tuple(fullest),
    )


def is_high(row: FieldRow | MappingField) -> bool:
    """Whether a suggestion above 90% stands for the field."""
    return (
        row.target is not None
        and row.target == row.suggested_target
        and (row.confidence or 0.0) > GREEN_ABOVE
    )


def _rows(context: Context, fields: Collection[str] | Collection[FieldRow]) -> list[FieldRow]:
    ids = [field for field in fields if isinstance(field, str)]
    rows = [field for field in fields if isinstance(field, FieldRow)]
    if not ids:
        return rows
    query = select(MappingField.migration_id).where(MappingField.id.in_(ids)).distinct()
    for migration_id in context.session.scalars(query).all():
        rows += rows_where(context, migration_id, MappingField.id.in_(ids))
    return rows
