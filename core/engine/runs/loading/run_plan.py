"""Read a run's plan, and list its tasks in the order they must be loaded."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from sqlalchemy import select

from core.context import Context
from core.engine.mapping.plans import plan_from_json
from core.engine.plan import EntityPlan, Plan
from core.engine.runs.loading.ledger import ChunkTask
from core.engine.runs.lookup import get_run
from core.engine.sources.tables import SourceChunk, SourceFile, SourceStream
from core.schema import target_schema


@dataclass(frozen=True)
class RunPlan:
    """A run and the plan it carries out. Nothing in it changes, so threads may share it."""

    run_id: str
    migration_id: str
    validation_id: str
    plan: Plan

    @cached_property
    def referenced(self) -> frozenset[str]:
        """Entities that a field of the plan refers to."""
        fields = [
            target_schema().field(f"{entity_plan.entity}.{field.target}")
            for entity_plan in self.plan.entities
            for field in entity_plan.fields
        ]
        return frozenset(field.refers_to for field in fields if field.refers_to)


def run_plan_for(context: Context, run_id: str) -> RunPlan:
    """Read the run and its plan; raise NotFoundError where the tenant has no such run."""
    run = get_run(context, run_id)
    return RunPlan(run.id, run.migration_id, run.validation_id, plan_from_json(run.plan))


def tasks_of(context: Context, run_plan: RunPlan) -> list[ChunkTask]:
    """List every chunk of every entity plan in the order they must be loaded.

    Entities that are picked out of the same rows go together, chunk by chunk: the rows are read once.
    """
    chunks = _chunks(context, run_plan)
    return [
        ChunkTask(step_no, stream, chunk_no)
        for steps in _steps_of_same_rows(run_plan.plan)
        for stream, chunk_no in chunks.get(steps[0][1].stream, ())
        for step_no, _ in steps
    ]


def _chunks(context: Context, run_plan: RunPlan) -> Mapping[str, list[tuple[str, int]]]:
    """Read the chunks of the migration, by name of the stream: (stream id, number), in the order of the files."""
    query = (
        select(SourceStream.name, SourceStream.id, SourceChunk.chunk_no)
        .join(
            SourceFile,
            (SourceFile.tenant_id == SourceStream.tenant_id) & (SourceFile.id == SourceStream.file_id),
        )
        .join(
            SourceChunk,
            (SourceChunk.tenant_id == SourceStream.tenant_id) & (SourceChunk.stream_id == SourceStream.id),
        )
        .where(SourceStream.migration_id == run_plan.migration_id)
        .order_by(SourceFile.created_at, SourceFile.id, SourceStream.id, SourceChunk.chunk_no)
    )
    chunks: dict[str, list[tuple[str, int]]] = {}
    for name, stream, chunk_no in context.session.execute(query):
        chunks.setdefault(name, []).append((stream, chunk_no))
    return chunks


def _steps_of_same_rows(plan: Plan) -> list[list[tuple[int, EntityPlan]]]:
    """Group neighbouring plans of one stream whose references among each other lie in the same row."""
    groups: list[list[tuple[int, EntityPlan]]] = []
    for step in enumerate(plan.entities):
        if groups and _refers_within_rows([earlier for _, earlier in groups[-1]], step[1]):
            groups[-1].append(step)
        else:
            groups.append([step])
    return groups


def _refers_within_rows(earlier_plans: list[EntityPlan], plan: EntityPlan) -> bool:
    """Whether every reference of the plan is to a record that `earlier_plans` pick out of the same row."""
    if earlier_plans[0].stream != plan.stream:
        return False
    parents = {earlier.entity: earlier for earlier in earlier_plans}
    for reference in target_schema().entity(plan.entity).references:
        parent, link = parents.get(str(reference.refers_to)), plan.field(reference.name)
        if parent is None or link is None:
            continue
        naming_fields = [parent.field(name) for name in ("external_id", "name", "display_name")]
        if link.sources not in [field.sources for field in naming_fields if field is not None]:
            return False
    return True
