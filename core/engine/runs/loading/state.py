"""A walk along a run's road: what its steps share inside one process, and the order they come in."""

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
from core.engine.runs.loading.ledger import Task
from core.engine.runs.loading.references import Linker
from core.engine.runs.loading.seen_records import Familiar
from core.engine.runs.loading.upsert import Loading, beside
from core.engine.runs.tables import Run
from core.engine.sources.store import chunk_heads, read_chunk
from core.engine.sources.tables import SourceFile, SourceStream
from core.engine.validation.tables import IssueRecord
from core.errors import NotFoundError
from core.schema import target_schema

Rows = tuple[str, int, pl.DataFrame]
"""Stream, number and rows of a chunk."""


@dataclass
class Walk:
    """What the steps of one run share inside one process.

    linkers  by step: what they found stays true while the run lasts, as records are only added
    familiar by step: records and rows met in earlier chunks, to leave the database alone
    fresh    by step: whether the last chunk met no record that was there before (or there is none at all)
    made     by entity: external_id and id of the records that the chunk at hand has just made
    rows     the chunk read last, for the other entities that are picked out of it
    attempt  the queue's id of the try; see runs/gate.py
    server   when the database server started that all of this was learned from; see runs/gate.py
    """

    context: Context
    run: Run
    plan: Plan
    linkers: dict[int, Linker] = field(default_factory=dict)
    familiar: dict[int, Familiar] = field(default_factory=dict)
    fresh: dict[int, bool] = field(default_factory=dict)
    made: dict[str, pl.DataFrame] = field(default_factory=dict)
    rows: Rows | None = None
    attempt: str | None = None
    server: datetime | None = None
    errors: frozenset[str] | None = None

    @cached_property
    def referred(self) -> frozenset[str]:
        """Entities that a field of the plan refers to."""
        fields = [
            target_schema().field(f"{one.entity}.{field.target}")
            for one in self.plan.entities
            for field in one.fields
        ]
        return frozenset(field.refers_to for field in fields if field.refers_to)

    def loading(self, task: Task) -> Loading:
        step_no = int(task[0])
        return Loading(
            self.context,
            self.plan,
            self.plan.entities[step_no],
            self.run.migration_id,
            self.run.id,
            str(task[1]),
            self.fresh.get(step_no, False),
        )

    def linker(self, step_no: int) -> Linker:
        doubles = any(plan.conflict is Conflict.DUPLICATE for plan in self.plan.entities)
        mark = beside(self.run.id) if doubles else ""
        return self.linkers.setdefault(step_no, Linker(self.context, self.plan.source, self.made, mark))

    def met(self, step_no: int) -> Familiar:
        return self.familiar.setdefault(step_no, Familiar(self.plan.entities[step_no]))

    def familiar_steps(self, tasks: Sequence[Task]) -> set[int]:
        """Those of one chunk's tasks whose rows have all been brought in before exactly so, with no error among them."""
        met = {
            int(task[0]): one
            for task in tasks
            if not (one := self.met(int(task[0]))).has_many() and one.entity_plan.entity not in self.faulty()
        }
        if not met:
            return set()
        rows = self.read(str(tasks[0][1]), int(tasks[0][2]))
        known = {str(step): told.all() for step, one in met.items() if (told := one.known(rows)) is not None}
        found = rows.select(told.alias(step) for step, told in known.items()).row(0) if known else ()
        return {int(step) for step, all_known in zip(known, found, strict=True) if all_known}

    def faulty(self) -> frozenset[str]:
        """Entities in which the validation found an error, looked up once."""
        if self.errors is None:
            found = self.context.session.scalars(
                select(IssueRecord.entity)
                .where(IssueRecord.validation_id == self.run.validation_id, IssueRecord.level == "error")
                .distinct()
            )
            self.errors = frozenset(found)
        return self.errors

    def read(self, stream_id: str, chunk_no: int) -> pl.DataFrame:
        if self.rows is None or self.rows[:2] != (stream_id, chunk_no):
            self.rows = (stream_id, chunk_no, read_chunk(self.context, stream_id, chunk_no))
        return self.rows[2]


def walk(context: Context, run_id: str) -> Walk:
    run = context.session.get(Run, (context.tenant.id, run_id))
    if run is None:
        raise NotFoundError("There is no such run.")
    return Walk(context, run, plan_from_json(run.plan))


def tasks_of(context: Context, run: Run, plan: Plan | None = None) -> list[Task]:
    """Every chunk of every entity plan of the run, or of `plan`, in the order they must be loaded.

    Entities that are picked out of the same rows go together, chunk by chunk: the rows are read once.
    """
    tasks: list[Task] = []
    for steps in _together(plan or plan_from_json(run.plan)):
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
            heads = chunk_heads(context, stream)
            tasks += [[step_no, stream, head.chunk_no] for head in heads for step_no, _ in steps]
    return tasks


def _together(plan: Plan) -> list[list[tuple[int, EntityPlan]]]:
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
