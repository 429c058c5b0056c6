"""Learns from people who look at one field, in the transaction of the decision; nothing else teaches.

Rows of these tables are shared by all customers, so whoever learns about a source holds it until the transaction ends:
counts are never lost, and two saves never wait for each other.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import func, select, text

from core.context import Context
from core.engine.mapping.calibration.actions import score
from core.engine.mapping.learning_scope import is_scripted, scope_of
from core.engine.mapping.memory.lessons import Lesson, Look, MemoryKey, imported, learned, moved
from core.engine.mapping.memory.views import StreamKey, customer_of, newest_lessons, stream_keys
from core.engine.mapping.tables import MappingField

Change = tuple[Lesson | None, Lesson | None]
"""A field's lesson before and after."""


def learn(context: Context, fields: Sequence[MappingField]) -> None:
    """Teaches memory and calibration what the person who looked at each of the fields decided.

    An exclusion waits until an import of its migration is completed. A script's decisions teach nothing.
    """
    if is_scripted(context):
        return
    keys = {
        migration_id: stream_keys(context, migration_id)
        for migration_id in {field.migration_id for field in fields}
    }
    changes: list[Change] = []
    for field in fields:
        if key := keys[field.migration_id].get(field.stream):
            before = Lesson.read(field.taught)
            after = learned(before, _look(context, field, key))
            field.taught = after.to_json()
            changes.append((before, after))
    _move(context, changes)


def restore(context: Context, lessons: Sequence[tuple[MappingField, dict[str, Any] | None]]) -> None:
    """Restore the fields' earlier lessons, and the counts of memory and calibration with them."""
    changes: list[Change] = []
    for field, taught in lessons:
        changes.append((Lesson.read(field.taught), Lesson.read(taught)))
        field.taught = taught
    _move(context, changes)


def learn_exclusions(context: Context, migration_id: str) -> None:
    """Lets the exclusions of a migration count, once each, because an import of it is completed."""
    query = select(MappingField).where(
        MappingField.migration_id == migration_id,
        MappingField.status == "ignored",
        MappingField.taught["waits"].as_boolean(),
    )
    changes: list[Change] = []
    for field in context.session.scalars(query.order_by(MappingField.id).with_for_update()):
        if before := Lesson.read(field.taught):
            after = imported(before)
            field.taught = after.to_json()
            changes.append((before, after))
    _move(context, changes)


def _look(context: Context, field: MappingField, key: StreamKey) -> Look:
    return Look(
        key.source,
        key.signature,
        None if field.slot else key.names.get(field.source_field),  # further targets follow from the first
        field.suggested_target,
        field.confidence,
        field.origin,
        field.target,
        field.transform,
        context.person,
        context.now,
    )


def _move(context: Context, changes: Sequence[Change]) -> None:
    """Move what the shared tables count from the lessons before to those after."""
    counts, outcomes = moved(list(changes))
    latest = {
        after.key: after
        for before, after in changes
        if after and after.key and after.key in after.counts and (before is None or before.at <= after.at)
    }
    touched = {*counts, *latest}
    if touched:
        _hold(context, {key.source for key in touched})
        context.session.flush()
        _add(context, {key: counts.get(key, (0, 0)) for key in sorted(touched)}, latest)
    if fallen := {before.key for before, after in changes if before and before.key and _falls(before, after)}:
        _look_back(context, fallen)
    score(context, outcomes)


def _falls(before: Lesson, after: Lesson | None) -> bool:
    """Whether the lesson before is not followed by a newer one at the same place."""
    return after is None or after.key != before.key or after.at < before.at


def _hold(context: Context, sources: set[str]) -> None:
    for source in sorted(sources):
        lock_name = f"mapping_memory|{scope_of(context)}|{source}"
        context.session.execute(select(func.pg_advisory_xact_lock(func.hashtext(lock_name))))


def _add(
    context: Context, counts: Mapping[MemoryKey, tuple[int, int]], latest: Mapping[MemoryKey, Lesson]
) -> None:
    """Add to the customer's counts, each at least 0 afterwards; what counts nothing any more is forgotten."""
    keys = list(counts)
    newest = [latest.get(key) for key in keys]
    facts = {
        "domain": scope_of(context),
        "now": context.now,
        **_columns(context, keys),
        "decided": [counts[key][0] for key in keys],
        "overturned": [counts[key][1] for key in keys],
        "calls": [lesson.transform if lesson else None for lesson in newest],
        "fresh": [lesson is not None for lesson in newest],
    }
    context.session.execute(_ADD, facts)
    context.session.execute(_FORGET, facts)


def _look_back(context: Context, keys: set[MemoryKey]) -> None:
    """Dates what still counts by the newest lesson that is left of the customer's own."""
    newest = newest_lessons(context, {key.source for key in keys})
    remaining = [key for key in sorted(keys) if key in newest]
    if remaining:
        facts = {
            "domain": scope_of(context),
            **_columns(context, remaining),
            "calls": [newest[key].transform for key in remaining],
            "at": [newest[key].at for key in remaining],
        }
        context.session.execute(_DATE, facts)


def _columns(context: Context, keys: Sequence[MemoryKey]) -> dict[str, Any]:
    """Return the keys of the rows as one list each."""
    return {
        "sources": [key.source for key in keys],
        "signatures": [key.signature for key in keys],
        "fields": [key.name for key in keys],
        "targets": [key.target for key in keys],
        "customers": [customer_of(context, key.source, key.name) for key in keys],
    }


# One statement for a batch of any size.
_KEYS = """cast(:sources as text[]), cast(:signatures as text[]), cast(:fields as text[]), cast(:targets as text[]),
    cast(:customers as text[])"""
_NAMES = "source, signature, field, target, customer"
_SAME_KEY = """memory.domain = :domain and memory.source = given.source and memory.signature = given.signature
    and memory.source_field = given.field and memory.target = given.target and memory.customer = given.customer"""
_ADD = text(
    f"""merge into mapping_memory as memory
    using (select * from unnest({_KEYS}, cast(:decided as int[]), cast(:overturned as int[]), cast(:calls as text[]),
        cast(:fresh as bool[])) as given ({_NAMES}, decided, overturned, call, fresh)) as given on {_SAME_KEY}
    when matched then update set
        decided = greatest(0, memory.decided + given.decided),
        overturned = greatest(0, memory.overturned + given.overturned),
        transform = case when given.fresh then given.call else memory.transform end,
        last_at = case when given.fresh then cast(:now as timestamptz) else memory.last_at end
    when not matched and greatest(given.decided, given.overturned) > 0 then insert
        (domain, source, signature, source_field, target, customer, transform, decided, overturned, last_at)
        values (:domain, given.source, given.signature, given.field, given.target, given.customer, given.call,
            greatest(0, given.decided), greatest(0, given.overturned), cast(:now as timestamptz))"""  # noqa: S608  (our own parts)
)
_FORGET = text(
    f"""delete from mapping_memory as memory using unnest({_KEYS}) as given ({_NAMES})
    where {_SAME_KEY} and memory.decided = 0 and memory.overturned = 0"""  # noqa: S608  (our own parts)
)
_DATE = text(
    f"""update mapping_memory as memory set transform = given.call, last_at = cast(given.at as timestamptz)
    from unnest({_KEYS}, cast(:calls as text[]), cast(:at as text[])) as given ({_NAMES}, call, at)
    where {_SAME_KEY}"""  # noqa: S608  (our own parts)
)
