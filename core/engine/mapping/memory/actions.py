"""Learns from people's decisions, in the transaction of the decision: what they chose, and whether we had been right.

Rows of these tables are shared by all customers, so they are always touched in one order, lest two saves wait for
each other.
"""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from sqlalchemy import ColumnElement, Row, bindparam, case, delete, false, func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import aliased

from core.context import Context
from core.engine.mapping.calibration.actions import score
from core.engine.mapping.calibration.rules import Outcome, outcome
from core.engine.mapping.memory.rules import changes, kept_transform
from core.engine.mapping.memory.views import StreamKey, stream_keys
from core.engine.mapping.shared import ground, is_scripted
from core.engine.mapping.tables import MappingDecision, MappingField, MappingMemory
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
    taken_back = _takes_back(context, decisions[0].undoes)
    counts: defaultdict[Key, list[int]] = defaultdict(lambda: [0, 0])
    calls: dict[Key, str | None] = {}
    outcomes: list[Outcome] = []
    for one in decisions:
        key = migrations[one.migration_id].get(one.stream)
        if key is None:
            continue
        outcomes += outcome(one, key.source)
        for place, decided, overturned in _lessons(one, key, taken_back=taken_back):
            counts[place][0] += decided
            counts[place][1] += overturned
            if decided > 0:
                calls[place] = kept_transform(one.after["transform"])
    _remember(context, counts, calls)
    score(context, outcomes)


def _decisions(context: Context, batch: str) -> list[Row[Any]]:
    """The batch with what the outcomes need; `ruled`: by a threshold for all fields, where nobody looked at each."""
    prior = aliased(MappingDecision)
    query = (
        select(
            MappingDecision.before, MappingDecision.after, MappingDecision.undoes, MappingDecision.migration_id,
            MappingField.stream, MappingField.source_field, MappingField.slot, MappingField.origin,
            MappingField.suggested_target, MappingField.confidence,
            MappingDecision.after.has_key(RULE).label("ruled"),
            func.coalesce(prior.after.has_key(RULE), false()).label("ruled_before"),
        )
        .join(MappingField, MappingField.id == MappingDecision.field_id)
        .outerjoin(
            prior,
            (prior.migration_id == MappingDecision.migration_id)  # which has an index
            & (prior.field_id == MappingField.id)
            & (prior.version == MappingDecision.version - 1),
        )
        .where(MappingDecision.batch == batch)
    )  # fmt: skip
    return list(context.session.execute(query))


def _takes_back(context: Context, undoes: str | None) -> bool:
    """Whether the batch ends up as an undo; the undo of an undo decides again."""
    steps = 0
    while undoes:
        steps += 1
        undoes = context.session.scalar(
            select(MappingDecision.undoes).where(MappingDecision.batch == undoes).limit(1)
        )
    return steps % 2 == 1


def _lessons(one: Row[Any], key: StreamKey, *, taken_back: bool) -> list[tuple[Key, int, int]]:
    """What to add at which key. A field's further targets follow from its first and are not remembered."""
    name = key.names.get(one.source_field)
    if name is None or one.slot:
        return []
    return [
        ((key.source, key.signature, name, target), decided, overturned)
        for target, decided, overturned in changes(one.before, one.after, one.origin, taken_back=taken_back)
    ]


def _remember(context: Context, counts: dict[Key, list[int]], calls: dict[Key, str | None]) -> None:
    """Adds the counts, each at least 0 afterwards; what nobody decides any more is forgotten."""
    rows = [
        {"at_source": key[0], "at_signature": key[1], "at_field": key[2], "at_target": key[3],
         "by_decided": decided, "by_overturned": overturned, "call": calls.get(key), "chosen": decided > 0}
        for key, (decided, overturned) in sorted(counts.items()) if decided or overturned
    ]  # fmt: skip
    if not rows:
        return
    made = insert(MappingMemory).values(
        domain=ground(context),
        source=bindparam("at_source"),
        signature=bindparam("at_signature"),
        source_field=bindparam("at_field"),
        target=bindparam("at_target"),
        transform=bindparam("call"),
        decided=func.greatest(0, bindparam("by_decided", type_=MappingMemory.decided.type)),
        overturned=func.greatest(0, bindparam("by_overturned", type_=MappingMemory.overturned.type)),
        last_by=context.person,
        last_at=context.now,
    )
    kept = MappingMemory
    chosen: ColumnElement[bool] = bindparam("chosen")
    context.session.connection().execute(
        made.on_conflict_do_update(
            index_elements=list(MappingMemory.__table__.primary_key),
            set_={
                "decided": func.greatest(0, kept.decided + bindparam("by_decided")),
                "overturned": func.greatest(0, kept.overturned + bindparam("by_overturned")),
                "transform": case((chosen, made.excluded.transform), else_=kept.transform),
                "last_by": case((chosen, made.excluded.last_by), else_=kept.last_by),
                "last_at": case((chosen, made.excluded.last_at), else_=kept.last_at),
            },
        ),
        rows,
    )
    if any(decided < 0 for decided, _ in counts.values()):
        here = kept.signature.in_({key[1] for key in counts})
        context.session.execute(delete(kept).where(here, kept.decided == 0, kept.overturned == 0))
