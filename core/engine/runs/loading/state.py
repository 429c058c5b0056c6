"""Read a run's chunks, and keep what the chunks loaded so far teach about the next ones.

Each thread has a ChunkReader and EntityStates of its own; what passes between threads is an argument or a result.
"""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl
from sqlalchemy import select

from core.context import Context
from core.engine.plan import Conflict, EntityPlan
from core.engine.runs.loading.ledger import ChunkTask
from core.engine.runs.loading.references import ReferenceResolver
from core.engine.runs.loading.run_plan import RunPlan
from core.engine.runs.loading.write_context import WriteContext, duplicate_suffix
from core.engine.seen_records import SeenRecords
from core.engine.sources.store import read_chunk
from core.engine.validation.tables import IssueRecord

ChunkRows = tuple[tuple[str, int], pl.DataFrame]
"""Stream and number of a chunk, and its rows."""


@dataclass(slots=True)
class ChunkReader:
    """Read chunks; keep the rows of the last one, for the other entities that are picked out of them."""

    context: Context
    last: ChunkRows | None = None

    def rows_of(self, task: ChunkTask) -> pl.DataFrame:
        """Return the rows of the task's chunk: ROW and every source column as text."""
        if self.last is None or self.last[0] != task.chunk:
            self.last = (task.chunk, read_chunk(self.context, *task.chunk))
        return self.last[1]


@dataclass(slots=True)
class EntityState:
    """What is known of one entity plan of the run while its chunks are loaded.

    has_errors    whether the validation found an error in the entity
    references    what they resolved to stays true while the run lasts, as records are only added
    seen_records  records and rows of earlier chunks, to leave the database alone
    expect_new    whether the last chunk had only new records (or the target has none at all); None before the first
    """

    run_plan: RunPlan
    entity_plan: EntityPlan
    has_errors: bool
    references: ReferenceResolver
    seen_records: SeenRecords
    expect_new: bool | None = None

    @property
    def entity(self) -> str:
        return self.entity_plan.entity

    @property
    def is_referenced(self) -> bool:
        """Whether a field of the plan refers to the entity."""
        return self.entity in self.run_plan.referenced

    def write_context(self, context: Context, task: ChunkTask) -> WriteContext:
        return WriteContext(
            context, self.run_plan, self.entity_plan, task.stream_id, expect_new=bool(self.expect_new)
        )


def new_states(run_plan: RunPlan, entities_with_errors: frozenset[str]) -> list[EntityState]:
    """Make a state for each entity plan of the run, by step, before anything is loaded."""
    plan = run_plan.plan
    is_doubling = any(entity_plan.conflict is Conflict.DUPLICATE for entity_plan in plan.entities)
    suffix = duplicate_suffix(run_plan.run_id) if is_doubling else ""
    return [
        EntityState(
            run_plan,
            entity_plan,
            entity_plan.entity in entities_with_errors,
            ReferenceResolver(plan.source, suffix),
            SeenRecords(entity_plan),
        )
        for entity_plan in plan.entities
    ]


def entities_with_errors(context: Context, validation_id: str) -> frozenset[str]:
    """List the entities in which the validation found an error."""
    entities = context.session.scalars(
        select(IssueRecord.entity)
        .where(IssueRecord.validation_id == validation_id, IssueRecord.level == "error")
        .distinct()
    )
    return frozenset(entities)
