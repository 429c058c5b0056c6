"""Hold what the steps of a run share inside one process, and list its tasks in the order they must be loaded."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property

import polars as pl
from sqlalchemy import select

from core.context import Context
from core.engine.mapping.plans import plan_from_json
from core.engine.plan import Conflict, EntityPlan, Plan
from core.engine.runs.loading.ledger import ChunkTask
from core.engine.runs.loading.references import ReferenceResolver
from core.engine.runs.loading.seen_records import SeenRecords
from core.engine.runs.loading.write_context import WriteContext, duplicate_suffix
from core.engine.runs.tables import Run
from core.engine.sources.store import list_chunks, read_chunk
from core.engine.sources.tables import SourceFile, SourceStream
from core.engine.validation.tables import IssueRecord
from core.errors import NotFoundError
from core.schema import target_schema

Rows = tuple[str, int, pl.DataFrame]
"""Stream, number and rows of a chunk."""


@dataclass
class LoadState:
    """What the steps of one run share inside one process.

    resolvers    by step: what they resolved stays true while the run lasts, as records are only added
    seen_records by step: records and rows of earlier chunks, to leave the database alone
    expect_new   by step: whether the last chunk had no record that existed before (or none exists at all)
    new_records  by entity: external_id and id of the records that the current chunk created
    rows         the chunk read last, for the other entities that are picked out of it
    attempt      the queue's id of the try; see runs/gate.py
    server       when the database server started that all of this was learned from; see runs/gate.py
    """

    context: Context
    run: Run
    plan: Plan
    resolvers: dict[int, ReferenceResolver] = field(default_factory=dict)
    seen_records: dict[int, SeenRecords] = field(default_factory=dict)
    expect_new: dict[int, bool] = field(default_factory=dict)
    new_records: dict[str, pl.DataFrame] = field(default_factory=dict)
    rows: Rows | None = None
    attempt: str | None = None
    server: datetime | None = None
    errors: frozenset[str] | None = None

    @cached_property
    def referenced(self) -> frozenset[str]:
        """Entities that a field of the plan refers to."""
        fields = [
            target_schema().field(f"{entity_plan.entity}.{field.target}")
            for entity_plan in self.plan.entities
            for field in entity_plan.fields
        ]
        return frozenset(field.refers_to for field in fields if field.refers_to)

    def write_context(self, task: ChunkTask) -> WriteContext:
        step_no = task.step_no
        return WriteContext(
            self.context,
            self.plan,
            self.plan.entities[step_no],
            self.run.migration_id,
            self.run.id,
            task.stream_id,
            self.expect_new.get(step_no, False),
        )

    def resolver_of(self, step_no: int) -> ReferenceResolver:
        doubles = any(plan.conflict is Conflict.DUPLICATE for plan in self.plan.entities)
        suffix = duplicate_suffix(self.run.id) if doubles else ""
        return self.resolvers.setdefault(
            step_no, ReferenceResolver(self.context, self.plan.source, self.new_records, suffix)
        )

    def seen_records_of(self, step_no: int) -> SeenRecords:
        return self.seen_records.setdefault(step_no, SeenRecords(self.plan.entities[step_no]))

    def known_steps(self, tasks: Sequence[ChunkTask]) -> set[int]:
        """Those of one chunk's tasks whose rows have all been brought in before exactly so, with no error among them."""
        candidates = {
            task.step_no: seen
            for task in tasks
            if not (seen := self.seen_records_of(task.step_no)).is_unbounded()
            and seen.entity_plan.entity not in self.faulty()
        }
        if not candidates:
            return set()
        rows = self.read(tasks[0].stream_id, tasks[0].chunk_no)
        checks = {
            str(step): is_known.all()
            for step, seen in candidates.items()
            if (is_known := seen.known(rows)) is not None
        }
        answers = rows.select(check.alias(step) for step, check in checks.items()).row(0) if checks else ()
        return {int(step) for step, all_known in zip(checks, answers, strict=True) if all_known}

    def faulty(self) -> frozenset[str]:
        """Entities in which the validation found an error, looked up once."""
        if self.errors is None:
            entities = self.context.session.scalars(
                select(IssueRecord.entity)
                .where(IssueRecord.validation_id == self.run.validation_id, IssueRecord.level == "error")
                .distinct()
            )
            self.errors = frozenset(entities)
        return self.errors

    def read(self, stream_id: str, chunk_no: int) -> pl.DataFrame:
        if self.rows is None or self.rows[:2] != (stream_id, chunk_no):
            self.rows = (stream_id, chunk_no, read_chunk(self.context, stream_id, chunk_no))
        return self.rows[2]


def load_state_for(context: Context, run_id: str) -> LoadState:
    run = context.session.get(Run, (context.tenant.id, run_id))
    if run is None:
        raise NotFoundError("There is no such run.")
    return LoadState(context, run, plan_from_json(run.plan))


def tasks_of(context: Context, run: Run, plan: Plan | None = None) -> list[ChunkTask]:
    """Every chunk of every entity plan of the run, or of `plan`, in the order they must be loaded.

    Entities that are picked out of the same rows go together, chunk by chunk: the rows are read once.
    """
    tasks: list[ChunkTask] = []
    for steps in _steps_of_same_rows(plan or plan_from_json(run.plan)):
        streams = context.session.scalars(
            select(SourceStream.id)
            .join(
                SourceFile,
                (SourceFile.tenant_id == SourceStream.tenant_id) & (SourceFile.id == SourceStream.file_id),
            )
            .where(
                SourceStream.migration_id == run.migration_id,
                SourceStream.name == steps[0][1].stream,
            )
            .order_by(SourceFile.created_at, SourceFile.id)
        ).all()
        for stream in streams:
            heads = list_chunks(context, stream)
            tasks += [ChunkTask(step_no, stream, head.chunk_no) for head in heads for step_no, _ in steps]
    return tasks


def _steps_of_same_rows(plan: Plan) -> list[list[tuple[int, EntityPlan]]]:
    """Neighbouring plans of one stream whose references among each other lie in the same row."""
    groups: list[list[tuple[int, EntityPlan]]] = []
    for step in enumerate(plan.entities):
        if groups and _same_rows([before for _, before in groups[-1]], step[1]):
            groups[-1].append(step)
        else:
            groups.append([step])
    return groups


def _same_rows(before: list[EntityPlan], plan: EntityPlan) -> bool:
    if before[0].stream != plan.stream:
        return False
    parents = {earlier.entity: earlier for earlier in before}
    for reference in target_schema().entity(plan.entity).references:
        parent, link = parents.get(str(reference.refers_to)), plan.field(reference.name)
        if parent is None or link is None:
            continue
        named = [parent.field(name) for name in ("external_id", "name", "display_name")]
        if link.sources not in [field.sources for field in named if field is not None]:
            return False
    return True
