"""Shows what is remembered over all customers, and forgets it: what managers choose, or all of a demo's."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import delete, func, select, tuple_

from core.context import Context
from core.engine.mapping.learning_scope import scope_of
from core.engine.mapping.memory.lessons import Lesson, forgotten
from core.engine.mapping.tables import ConfidenceOutcome, MappingDecision, MappingField, MappingMemory
from core.errors import InvalidInputError, NotAllowedError
from core.platform.access.actions import action, view
from core.platform.audit.actions import record


@dataclass(frozen=True, slots=True)
class LearnedMapping:
    """What is remembered of a column of a source: where it goes, decided how often, for how many customers.

    name      the column as remembered; a fingerprint ('#…') where it is not readable
    column    the column's own name: as remembered, or as the customer's own files have it; '' where it is not readable
    target    'entity.field', None where people excluded the column
    changed   decisions for the target that a person changed later, or made against this suggestion
    """

    source: str
    name: str
    column: str
    target: str | None
    decision_count: int
    customers: int
    change_count: int
    last_at: datetime

    @property
    def key(self) -> tuple[str, str, str]:
        return self.source, self.name, self.target or ""


@view("migration.read")
def learned_mappings(context: Context) -> list[LearnedMapping]:
    """List the learned mappings of the customers of the domain, demos apart, the latest first; summed over all files."""
    memory = MappingMemory
    query = (
        select(
            memory.source,
            memory.source_field,
            memory.target,
            func.sum(memory.decided),
            func.count(memory.customer.distinct()).filter(memory.decided > 0),
            func.sum(memory.overturned),
            func.max(memory.last_at),
        )
        .where(memory.domain == scope_of(context))
        .group_by(memory.source, memory.source_field, memory.target)
        .order_by(func.max(memory.last_at).desc(), memory.source, memory.source_field, memory.target)
    )
    column_names = _own_columns(context)
    return [
        LearnedMapping(
            source,
            name,
            column_names.get((source, name), "") if name.startswith("#") else name,
            target or None,
            int(decisions),
            int(customers),
            int(overturned),
            last_at,
        )
        for source, name, target, decisions, customers, overturned, last_at in context.session.execute(query)
    ]


@action("memory.forget")
def forget(context: Context, mappings: Sequence[LearnedMapping]) -> int:
    """Remove learned mappings for all customers of the domain; return how many. Confidence figures stay."""
    if not mappings:
        raise InvalidInputError("No learned mapping is chosen.", hint="Select at least one row.")
    keys = {mapping.key for mapping in mappings}
    memory = MappingMemory
    key = tuple_(memory.source, memory.source_field, memory.target)
    context.session.execute(delete(memory).where(memory.domain == scope_of(context), key.in_(keys)))
    _drop_lessons(context, keys)
    sources = defaultdict[str, int](int)
    for source, _, _ in keys:
        sources[source] += 1
    record(
        context, "memory.forget", "tenant", context.tenant.id, mappings=len(keys), sources=dict(sorted(sources.items())),
        ground=scope_of(context),
    )  # fmt: skip
    return len(keys)


def forget_ground(context: Context) -> None:
    """Remove all memory and confidence figures that demos of the domain have taught; NotAllowedError for real customers."""
    if not context.tenant.is_demo:
        raise NotAllowedError(f"{context.tenant.name} is no demo tenant.")
    for table in (MappingMemory, ConfidenceOutcome):
        context.session.execute(delete(table).where(table.domain == scope_of(context)))


def _own_columns(context: Context) -> dict[tuple[str, str], str]:
    """(source, name in memory) -> the column's name in the customer's own files."""
    query = select(MappingField.source_field, MappingField.taught).where(MappingField.taught.is_not(None))
    return {
        (lesson.source, lesson.name): column
        for column, taught in context.session.execute(query)
        if (lesson := Lesson.read(taught)) and lesson.name
    }


def _drop_lessons(context: Context, keys: Iterable[tuple[str, str, str]]) -> None:
    """Keep an undo from teaching these again: the customer's fields do so only when somebody decides them anew."""
    forgotten_targets: defaultdict[tuple[str, str | None], set[str]] = defaultdict(set)
    for source, name, target in keys:
        forgotten_targets[source, name].add(target)

    def dropped(taught: dict[str, Any] | None) -> dict[str, Any] | None:
        lesson = Lesson.read(taught)
        if lesson is None or (lesson.source, lesson.name) not in forgotten_targets:
            return taught
        return forgotten(lesson, forgotten_targets[lesson.source, lesson.name]).to_json()

    sources = {source for source, _ in forgotten_targets}
    fields = select(MappingField).where(MappingField.taught["source"].as_string().in_(sources))
    for field in context.session.scalars(fields.order_by(MappingField.id).with_for_update()):
        field.taught = dropped(field.taught)
    before = MappingDecision.before["taught"]
    decisions = select(MappingDecision).where(before["source"].as_string().in_(sources))
    for decision in context.session.scalars(decisions):
        decision.before = decision.before | {"taught": dropped(decision.before["taught"])}
