"""Gaps of a migration's files and mapping, defined once for risks and guidance."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping

from core.agents.coach.facts import Facts
from core.engine.mapping.review import risk
from core.engine.plan import Conflict
from core.kit.masking import PERSONAL_ENTITIES
from core.schema import target_schema

COMPANIONS: Mapping[str, tuple[str, ...]] = {
    "order": ("order_line", "payment"),
    "student": ("class_section", "enrollment"),
}
"""Entity -> the entities without which its amounts or its place cannot be proved."""

_LOCATIONS = {"order": ("location", "order.location_id"), "student": ("school", "student.school_id")}


def entities(facts: Facts) -> frozenset[str]:
    """Return the entities of the files, by their streams and by the mapping as far as it goes."""
    stream_entities = {stream.entity for stream in facts.streams if stream.entity and stream.rows}
    return frozenset(stream_entities) | facts.review.entities


def missing_companions(facts: Facts) -> tuple[str, ...]:
    present = entities(facts)
    return tuple(
        companion
        for entity, companions in COMPANIONS.items()
        if entity in present
        for companion in companions
        if companion not in present
    )


def systems(facts: Facts) -> tuple[str, ...]:
    """Return the recognised sources, where there is more than one."""
    names = sorted({source for source, recognised in facts.sources if recognised})
    return tuple(names) if len(names) > 1 else ()


def unrecognised(facts: Facts) -> int:
    return sum(not recognised for _, recognised in facts.sources)


def empty_streams(facts: Facts) -> int:
    return sum(not stream.rows for stream in facts.streams)


def left_behind(facts: Facts) -> tuple[int, int]:
    """Count (streams, rows) of which nothing would be imported though there are rows."""
    idle = [stream for stream in facts.streams if stream.rows and stream.name not in facts.streams_in_use]
    return len(idle), sum(stream.rows for stream in idle)


def has_mixed_dates(facts: Facts) -> bool:
    """Return whether some streams have the month first and others the day."""
    return {"mdy", "dmy"} <= {stream.date_order for stream in facts.streams if stream.rows}


def without_place(facts: Facts) -> str | None:
    """Return the entity whose records would belong to no location or school, None without one."""
    planned, present = facts.review.planned, facts.review.entities
    return next(
        (
            entity
            for entity, (location, reference) in _LOCATIONS.items()
            if entity in present and location not in present and reference not in planned
        ),
        None,
    )


def without_consent(facts: Facts) -> bool:
    """Return whether people would be imported without the marketing consent that the schema asks for."""
    consent_fields = {
        field.key
        for field in target_schema().fields(facts.domain)
        if field.entity in facts.review.entities and risk(field.key) == "consent"
    }
    return bool(consent_fields) and not consent_fields & facts.review.planned


def overwritten_people(facts: Facts) -> Iterator[str]:
    """List entities of people with contact data whose existing records an import would overwrite.

    Not accounts and cards: their balances are the source's until the move is over.
    """
    for entity in _planned_in_order(facts, PERSONAL_ENTITIES):
        if not any(field.kind == "email" for field in target_schema().entity(entity).fields.values()):
            continue
        if facts.conflicts.get(entity, Conflict.OVERWRITE) == Conflict.OVERWRITE and facts.has_records(
            entity
        ):
            yield entity


def doubled(facts: Facts) -> list[str]:
    """List entities of which every import adds all records once more."""
    return _planned_in_order(
        facts, {entity for entity, strategy in facts.conflicts.items() if strategy == Conflict.DUPLICATE}
    )


def _planned_in_order(facts: Facts, names: Collection[str]) -> list[str]:
    order = list(target_schema().domain(facts.domain))
    return sorted(facts.review.entities & set(names), key=order.index)
