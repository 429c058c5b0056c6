"""Learns from people's decisions, in the transaction of the decision: what they chose, and whether we had been right.

Rows of these tables are shared by all customers, so whoever learns about a source holds it until the transaction ends:
counts are never lost, and two saves never wait for each other.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from sqlalchemy import func, select, text

from core.context import Context
from core.engine.mapping.calibration.actions import score
from core.engine.mapping.calibration.rules import Outcome, outcome
from core.engine.mapping.memory.rules import changes, kept_transform
from core.engine.mapping.memory.views import stream_keys
from core.engine.mapping.shared import ground, is_scripted
from core.engine.mapping.tables import MappingDecision, MappingField
from core.engine.mapping.views.second import RULE
from core.platform.access.actions import action

Key = tuple[str, str, str, str]
"""Source, signature, source field as kept, target."""


@action("mapping.edit")
def learn(context: Context, batch: str) -> None:
    """Teaches memory and calibration what the batch of decisions says; an undo takes its lesson back.

    A script's decisions teach nothing.
    """
    decisions = [] if is_scripted(context) else _decisions(context, batch)
    if not decisions:
        return
    migrations = {one: stream_keys(context, one) for one in {one.migration_id for one in decisions}}
    fields, ruled = _fields(context, decisions), _ruled(context, decisions)
    taken_back = _takes_back(context, decisions[0].undoes)
    counts: defaultdict[Key, list[int]] = defaultdict(lambda: [0, 0])
    calls: dict[Key, str | None] = {}
    outcomes: list[Outcome] = []
    for one in decisions:
        field, key = fields[one.field_id], migrations[one.migration_id].get(fields[one.field_id].stream)
        if key is None:
            continue
        unseen = ((one.field_id, one.version - 1) in ruled, (one.field_id, one.version) in ruled)
        outcomes += outcome(field, key.source, one.before, one.after, unseen)
        name = key.names.get(field.source_field)
        if name is None or field.slot:  # a field's further targets follow from its first
            continue
        for target, decided, fell in changes(one.before, one.after, field.origin, taken_back=taken_back):
            place = (key.source, key.signature, name, target)
            counts[place][0] += decided
            counts[place][1] += fell
            if decided > 0:
                calls[place] = kept_transform(one.after["transform"])
    _remember(context, counts, calls)
    score(context, outcomes)


def _decisions(context: Context, batch: str) -> list[MappingDecision]:
    return list(context.session.scalars(select(MappingDecision).where(MappingDecision.batch == batch)))


def _fields(context: Context, decisions: Sequence[MappingDecision]) -> dict[str, Any]:
    """By id. Asked for apart: of rows this fresh the database knows too little to join them well."""
    query = select(
        MappingField.id, MappingField.stream, MappingField.source_field, MappingField.slot, MappingField.origin,
        MappingField.suggested_target, MappingField.confidence,
    ).where(MappingField.id.in_([one.field_id for one in decisions]))  # fmt: skip
    return {row.id: row for row in context.session.execute(query)}


def _ruled(context: Context, decisions: Sequence[MappingDecision]) -> set[tuple[str, int]]:
    """(field, version) of what a threshold for all fields decided, where nobody looked at each."""
    query = select(MappingDecision.field_id, MappingDecision.version).where(
        MappingDecision.migration_id.in_({one.migration_id for one in decisions}),
        MappingDecision.field_id.in_([one.field_id for one in decisions]),
        MappingDecision.after.has_key(RULE),
    )
    return {(row.field_id, row.version) for row in context.session.execute(query)}


def _takes_back(context: Context, undoes: str | None) -> bool:
    """Whether the batch ends up as an undo; the undo of an undo decides again."""
    steps = 0
    while undoes:
        steps += 1
        undoes = context.session.scalar(
            select(MappingDecision.undoes).where(MappingDecision.batch == undoes).limit(1)
        )
    return steps % 2 == 1


def _remember(context: Context, counts: Mapping[Key, list[int]], calls: Mapping[Key, str | None]) -> None:
    """Adds the counts, each at least 0 afterwards; what nobody decides any more is forgotten."""
    for source in sorted({key[0] for key in counts}):
        place = f"mapping_memory|{ground(context)}|{source}"
        context.session.execute(select(func.pg_advisory_xact_lock(func.hashtext(place))))
    more = {key: by for key, by in counts.items() if max(by) > 0}
    less = {key: by for key, by in counts.items() if min(by) < 0}
    if more:
        facts = {"calls": [calls.get(key) for key in more], "person": context.person, "now": context.now}
        context.session.execute(_ADD, _columns(context, more, max) | facts)
    if less:
        context.session.execute(_TAKE, _columns(context, less, min))
        context.session.execute(_FORGET, _columns(context, less, min))


def _columns(
    context: Context, counts: Mapping[Key, list[int]], bound: Callable[[int, int], int]
) -> dict[str, Any]:
    """The keys and what to add to their counts as one list each; `bound` keeps the rises or the falls."""
    lists = dict(
        zip(("sources", "signatures", "fields", "targets"), map(list, zip(*counts, strict=True)), strict=True)
    )
    return {
        "domain": ground(context),
        **lists,
        "decided": [bound(0, by[0]) for by in counts.values()],
        "overturned": [bound(0, by[1]) for by in counts.values()],
    }


# One statement for a batch of any size: thousands of fields are accepted with one click.
_GIVEN = """unnest(cast(:sources as text[]), cast(:signatures as text[]), cast(:fields as text[]), cast(:targets as text[]),
    cast(:decided as int[]), cast(:overturned as int[]){more}) as given (source, signature, field, target, decided, overturned{names})"""
_SAME = """memory.domain = :domain and memory.source = given.source and memory.signature = given.signature
    and memory.source_field = given.field and memory.target = given.target"""
_ADD = text(
    f"""insert into mapping_memory as memory
        (domain, source, signature, source_field, target, decided, overturned, transform, last_by, last_at)
    select :domain, given.*, cast(:person as uuid), :now
    from {_GIVEN.format(more=", cast(:calls as text[])", names=", call")}
    on conflict (domain, source, signature, source_field, target) do update set
        decided = memory.decided + excluded.decided,
        overturned = memory.overturned + excluded.overturned,
        transform = case when excluded.decided > 0 then excluded.transform else memory.transform end,
        last_by = case when excluded.decided > 0 then excluded.last_by else memory.last_by end,
        last_at = case when excluded.decided > 0 then excluded.last_at else memory.last_at end"""  # noqa: S608  (our own parts)
)
_TAKE = text(
    f"""update mapping_memory as memory set
        decided = greatest(0, memory.decided + given.decided),
        overturned = greatest(0, memory.overturned + given.overturned)
    from {_GIVEN.format(more="", names="")} where {_SAME}"""  # noqa: S608  (our own parts)
)
_FORGET = text(
    f"""delete from mapping_memory as memory using {_GIVEN.format(more="", names="")}
    where {_SAME} and memory.decided = 0 and memory.overturned = 0"""  # noqa: S608  (our own parts)
)
