"""Compare a run's plan, ledger, fates, files and target: nothing that is missing may pass for complete."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from sqlalchemy import func, select, text

from core.context import Context
from core.db.target import PREFIX
from core.engine.runs.loading.ledger import ChunkTask
from core.engine.runs.loading.run_plan import RunPlan, tasks_of
from core.engine.runs.reconciliation.gaps import Gap, Kind
from core.engine.runs.tables import RowFate, RunChunk
from core.engine.runs.totals import totals_of
from core.engine.sources.tables import SourceChunk
from core.schema import Field, target_schema

Dangling = Mapping[tuple[str, str], tuple[int, int]]
"""(entity, reference) -> (references of the run's records, those that lead nowhere)."""


def missing_tasks(context: Context, run_plan: RunPlan) -> list[ChunkTask]:
    """List the tasks of the plan that the ledger does not have, in the order they must be loaded."""
    return _not_loaded(context, run_plan.run_id, tasks_of(context, run_plan))


def _not_loaded(context: Context, run_id: str, tasks: Iterable[ChunkTask]) -> list[ChunkTask]:
    query = select(RunChunk.step_no, RunChunk.stream_id, RunChunk.chunk_no).where(RunChunk.run_id == run_id)
    loaded = {tuple(row) for row in context.session.execute(query)}
    return [task for task in tasks if task not in loaded]


def gaps(
    context: Context, run_plan: RunPlan, target_records: Mapping[str, int], dangling: Dangling
) -> tuple[Gap, ...]:
    """List every gap of the run; `target_records` are the records it wrote that are in the target, by entity."""
    all_gaps = [*_chunks(context, run_plan), *_rows(context, run_plan.run_id)]
    for entity, counts in totals_of(context, run_plan.run_id).items():
        if counts["migrated"] != target_records.get(entity, 0):
            all_gaps.append(Gap(Kind.RECORDS, entity, counts["migrated"], target_records.get(entity, 0)))
    all_gaps += [
        Gap(Kind.REFERENCES, entity, references, references - unresolved, field)
        for (entity, field), (references, unresolved) in dangling.items()
        if unresolved
    ]
    return tuple(all_gaps)


def dangling(
    context: Context, run_id: str, entities: Iterable[str]
) -> dict[tuple[str, str], tuple[int, int]]:
    """Count the references of records that the run wrote, those in lists included, and those that lead to no record of the tenant."""
    counted: dict[tuple[str, str], tuple[int, int]] = {}
    for entity in dict.fromkeys(entities):
        references = target_schema().entity(entity).references
        plain = [reference for reference in references if not reference.is_list]
        for counted_at_once in [plain, *([reference] for reference in references if reference.is_list)]:
            if counted_at_once:
                counted |= _count(context, run_id, entity, counted_at_once)
    return counted


def _count(
    context: Context, run_id: str, entity: str, references: Sequence[Field]
) -> dict[tuple[str, str], tuple[int, int]]:
    values = {"tenant": context.tenant.id, "run": run_id}
    row = context.session.execute(text(_leading_nowhere(entity, references)), values).one()
    return {
        (entity, reference.name): (int(row[2 * position]), int(row[2 * position + 1]))
        for position, reference in enumerate(references)
    }


def _leading_nowhere(entity: str, references: Sequence[Field]) -> str:
    """Count, for each reference, the values and those without a record, in a single reading of the run's records."""
    counts, records = [], f'"{PREFIX}{entity}" t'
    for position, reference in enumerate(references):
        value, parent = f't."{reference.name}"', f"p{position}"
        if reference.is_list:
            records += f" cross join lateral jsonb_array_elements_text({value}) as v (id)"
            value = "v.id::uuid"
        records += f"""
            left join "{PREFIX}{reference.refers_to}" {parent} on {parent}.tenant_id = :tenant and {parent}.id = {value}"""
        counts.append(f"count({value}), count(*) filter (where {value} is not null and {parent}.id is null)")
    return f"select {', '.join(counts)} from {records} where t.tenant_id = :tenant and t.run_id = :run"


def _chunks(context: Context, run_plan: RunPlan) -> list[Gap]:
    plans, tasks = run_plan.plan.entities, tasks_of(context, run_plan)
    planned = Counter(plans[task.step_no].entity for task in tasks)
    missing = Counter(plans[task.step_no].entity for task in _not_loaded(context, run_plan.run_id, tasks))
    return [
        Gap(Kind.CHUNKS, entity, planned[entity], planned[entity] - count)
        for entity, count in missing.items()
    ]


def _rows(context: Context, run_id: str) -> list[Gap]:
    """Compare the rows of the recorded chunks, as the files hold them, with ledger and fates."""
    chunks = (
        select(RunChunk.entity, RunChunk.stream_id, func.sum(RunChunk.rows), func.sum(SourceChunk.rows))
        .join(
            SourceChunk,
            (SourceChunk.tenant_id == RunChunk.tenant_id)
            & (SourceChunk.stream_id == RunChunk.stream_id)
            & (SourceChunk.chunk_no == RunChunk.chunk_no),
        )
        .where(RunChunk.run_id == run_id)
        .group_by(RunChunk.entity, RunChunk.stream_id)
    )
    fated = (
        select(RowFate.entity, RowFate.stream_id, func.sum(RowFate.rows))
        .where(RowFate.run_id == run_id)
        .group_by(RowFate.entity, RowFate.stream_id)
    )
    fates = {(row[0], row[1]): int(row[2]) for row in context.session.execute(fated)}
    row_gaps = []
    for entity, stream_id, recorded, rows in context.session.execute(chunks):
        accounted = min(int(recorded), fates.get((entity, stream_id), 0))
        if not int(recorded) == fates.get((entity, stream_id), 0) == int(rows):
            row_gaps.append(Gap(Kind.ROWS, entity, int(rows), accounted))
    return row_gaps
