"""Show runs: how far, how fast, what became of the rows, what may be done next. Reads only."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import func, select, text

from core.context import Context
from core.db.personal import source_ids
from core.engine.mapping.plans import plan_from_json
from core.engine.plan import Plan
from core.engine.runs.lookup import get_run, no_such_run, takes_two_people
from core.engine.runs.preview import DiffRow, diff, diff_counts
from core.engine.runs.reconciliation.views import reconciliation
from core.engine.runs.row_progress import rows_of_run
from core.engine.runs.rules import ACTIVE, HALTED, STATES, WORKING, EntityFates
from core.engine.runs.tables import Run, RunChunk, RunEvent, WorkerBeat
from core.engine.runs.totals import totals_of
from core.engine.runs.worker import heartbeat
from core.engine.runs.worker.standstill import standstill
from core.errors import NotFoundError
from core.kit import clock
from core.kit.masking import mask
from core.kit.wording import as_words
from core.platform.access.actions import view
from core.platform.access.colleagues import single_person
from core.platform.audit.actions import note_reading
from core.schema import target_schema

__all__ = ["DiffRow", "diff", "diff_counts", "reconciliation"]  # shown with the runs


@dataclass(frozen=True, slots=True)
class EntityCount(EntityFates):
    """Rows of one entity in a run; `changed` are records of the target touched."""

    changed: int


@dataclass(frozen=True, slots=True)
class RunView:
    """A run as a person sees it, in rows of the migration's files, each counted once whatever it feeds.

    file_rows  rows of all files when the run was started (rows_total is the same number)
    rows_out   those of them whose table is not part of the run: excluded, or not mapped
    rows_done  those that every entity has gone through; at the end file_rows - rows_out
    imported   rows that came in, once the run has ended
    errors     rows held for correction, or failed
    records    what the rows became: records of the target written, or there already and unchanged
    headline   '12 of 32 rows imported, 20 excluded by choice', once the run has ended; of a dry run 'would be imported'
    undo_permission  what the person needs to roll it back
    one_person why one person may do alone what takes two: 'demo', or 'alone' where nobody else may; '' where two are needed
    two_people whether a rollback takes two: the import is completed, or was
    standstill why the run does not go on and what to do; '' where it does, or is not under way
    percent    by the rows of all entities; rate in rows_done a second; elapsed and remaining in seconds without pauses
    """

    id: str
    migration_id: str
    kind: str
    state: str
    phase: str
    step: str
    rows_total: int
    file_rows: int
    rows_out: int
    rows_done: int
    imported: int | None
    records: int
    headline: str
    percent: float
    rate: float
    elapsed: float
    remaining: float | None
    errors: int
    current: tuple[str, ...]
    entities: tuple[EntityCount, ...]
    can: frozenset[str]
    error: str | None
    created_at: datetime
    started_at: datetime | None
    finished_at: datetime | None
    digests: dict[str, Any] = field(default_factory=dict)
    standstill: str = ""
    undo_permission: str = "run.rollback"
    one_person: str = ""
    two_people: bool = False

    @property
    def active(self) -> bool:
        return self.state in ACTIVE


_ACTIONS = {  # action -> (state it leads to, permission)
    "pause": ("paused", "run.control"),
    "resume": ("running", "run.control"),
    "cancel": ("cancelled", "run.control"),
    "approve": ("completed", "run.approve"),
    "rollback": ("rolling_back", "run.rollback"),
}


def undo_permission(context: Context, starter: str, *, two_people: bool = False) -> str:
    """Name the permission that the person needs to roll back an import that `starter` started (a person id).

    Where it takes two people it is that of asking for it, but for demos.
    """
    if two_people and not context.tenant.is_demo:
        return "run.rollback_ask"
    return "run.rollback" if starter == context.person else "run.rollback_any"


def _can(context: Context, run: Run, *, two_people: bool) -> frozenset[str]:
    can = {
        name
        for name, (state, permission) in _ACTIONS.items()
        if state in STATES[run.state] and context.may(permission)
    }
    if run.state == "awaiting_approval" and run.totals.get("gaps") and context.may("run.control"):
        can.add("resume")
    elif run.state not in HALTED:
        can.discard("resume")
    if run.state != "awaiting_approval":
        can.discard("approve")
    if run.kind == "dry_run":
        can -= {"rollback", "approve"}
    if not context.may(undo_permission(context, run.created_by, two_people=two_people)):
        can.discard("rollback")
    if run.state == "rolled_back":
        rollback = run.totals.get("rollback", {})
        entities = {plan["entity"] for plan in run.plan.get("entities", [])}
        if not rollback.get("kept") and entities <= set(rollback.get("entities", entities)):
            can.discard("rollback")
    if "rollback" in can and two_people and single_person(context, "run.rollback_confirm") is None:
        can = can - {"rollback"} | {"ask_rollback"}
    if (
        "approve" in can
        and run.created_by == context.person
        and single_person(context, "run.approve") is None
    ):
        can.discard("approve")
    return frozenset(can)


@view("run.read")
def runs(context: Context, migration_id: str | None = None) -> list[RunView]:
    """List the tenant's runs, the newest first."""
    query = select(Run).order_by(Run.created_at.desc(), Run.id.desc()).limit(200)
    if migration_id:
        query = query.where(Run.migration_id == migration_id)
    return [
        _run_view(context, run)
        for run in context.session.scalars(query.execution_options(populate_existing=True))
    ]


@view("run.read")
def run(context: Context, run_id: str) -> RunView:
    """Show a run; raise NotFoundError where the tenant has no such run."""
    return _run_view(context, get_run(context, run_id))


@view("run.read")
def state_of(context: Context, run_id: str) -> str:
    """Return the run's state alone; raise NotFoundError where the tenant has no such run."""
    state = context.session.scalar(select(Run.state).where(Run.id == run_id))
    if state is None:
        raise no_such_run(run_id)
    return state


def _run_view(context: Context, run: Run) -> RunView:
    counted = run.totals.get("entities") or totals_of(context, run.id)
    order = dict.fromkeys(plan["entity"] for plan in run.plan.get("entities", []))
    entities = tuple(EntityCount(entity, **counted[entity]) for entity in order if entity in counted)
    elapsed = run.worked_seconds
    if run.state in WORKING:
        elapsed += max((clock.now() - run.updated_at).total_seconds(), 0.0)
    faults = sum(count.quarantined + count.failed for count in entities)
    two_people = takes_two_people(context, run)
    rows = rows_of_run(context, run, faults, sum(count.changed for count in entities))
    return RunView(
        id=run.id,
        migration_id=run.migration_id,
        kind=run.kind,
        state=run.state,
        phase=run.phase,
        step=run.step,
        rows_total=rows.in_files,
        file_rows=rows.in_files,
        rows_out=rows.out,
        rows_done=rows.done,
        imported=rows.imported,
        records=rows.records,
        headline=rows.headline,
        percent=100.0 * rows.progress,
        rate=rows.done / elapsed if elapsed > 0 else 0.0,
        elapsed=elapsed,
        remaining=elapsed * (1 / rows.progress - 1) if run.state == "running" and rows.progress > 0 else None,
        errors=rows.errors,
        current=_current(context, run),
        entities=entities,
        can=_can(context, run, two_people=two_people),
        error=run.error,
        created_at=run.created_at,
        started_at=run.started_at,
        finished_at=run.finished_at,
        digests=run.checksums,
        standstill=standstill(context, run),
        undo_permission=undo_permission(context, run.created_by, two_people=two_people),
        one_person=single_person(context, "run.approve") or "",
        two_people=two_people,
    )


def _current(context: Context, run: Run) -> tuple[str, ...]:
    """List the records written last, the newest first."""
    if run.state not in WORKING:
        return ()
    query = (
        select(RunChunk.entity, RunChunk.last_item)
        .where(RunChunk.run_id == run.id, RunChunk.last_item.is_not(None))
        .order_by(RunChunk.loaded_at.desc())
        .limit(5)
    )
    return tuple(f"{as_words(row.entity)}: {row.last_item}" for row in context.session.execute(query))


@dataclass(frozen=True, slots=True)
class RollbackReport:
    """The proof: checksums per entity before the run and after its rollback; what was taken back, what was kept and why."""

    before: dict[str, str]
    after: dict[str, str]
    undone: dict[str, int]
    kept: list[tuple[str, str, str, str]]  # entity, external_id, target_id, reason
    entities: list[str]

    @property
    def equal(self) -> bool:
        """Whether every entity that was rolled back is exactly as it was before the run."""
        return all(self.before.get(entity) == self.after.get(entity) for entity in self.entities)


@view("run.read")
def rollback_report(context: Context, run_id: str) -> RollbackReport:
    """Show what a rollback did; raise NotFoundError unless the run was rolled back."""
    run_row = get_run(context, run_id)
    report = run_row.totals.get("rollback")
    if report is None:
        raise NotFoundError("This run was not rolled back.", run=run_id)
    return RollbackReport(
        run_row.checksums.get("before", {}),
        run_row.checksums.get("after", {}),
        report["undone"],
        _with_source_ids(context, run_id, [(item[0], item[1], item[2], item[3]) for item in report["kept"]]),
        report["entities"],
    )


KeptRecord = tuple[str, str, str, str]
"""Entity, id, our id, and why a rollback kept it."""


def _with_source_ids(context: Context, run_id: str, kept: list[KeptRecord]) -> list[KeptRecord]:
    """Give people's own records the source's id, masked for those who may not see it: noted is a fingerprint of it."""
    people: dict[str, list[str]] = {}
    for entity, _, target_id, _ in kept:
        if target_schema().entity(entity).is_about_person:
            people.setdefault(entity, []).append(target_id)
    if people and (is_shown := context.may("personal.read")):
        note_reading(context, "run", run_id, data=", ".join(sorted(people)), purpose="source record")
    ids_to_show: dict[str, str] = {}
    for entity, target_ids in people.items():
        for target_id, source_id in source_ids(context.session, entity, target_ids).items():
            ids_to_show[target_id] = source_id if is_shown else mask(source_id)
    return [
        (entity, ids_to_show.get(target_id, "") if entity in people else external_id, target_id, reason)
        for entity, external_id, target_id, reason in kept
    ]


@view("run.read")
def events(context: Context, run_id: str, *, limit: int = 200) -> Sequence[RunEvent]:
    """List the run's events, the newest first."""
    query = select(RunEvent).where(RunEvent.run_id == run_id).order_by(RunEvent.seq.desc()).limit(limit)
    return context.session.scalars(query).all()


@view("run.read")
def plan_of(context: Context, run_id: str) -> Plan:
    """Return the plan the run was started with."""
    return plan_from_json(get_run(context, run_id).plan)


@dataclass(frozen=True, slots=True)
class WorkerView:
    """A worker process by its last sign of life."""

    executor_id: str
    host: str
    process: int
    started_at: datetime
    beat_at: datetime
    is_live: bool


@dataclass(frozen=True, slots=True)
class Health:
    """The state of the machinery: workers, figures of the database, runs that wait in this tenant."""

    workers: list[WorkerView]
    database: dict[str, str]
    queue_depth: int


@view("run.read")
def health(context: Context) -> Health:
    """Show the workers, the database, and how many of the tenant's runs wait."""
    live = {worker.executor_id: worker.is_live() for worker in heartbeat.workers()}
    workers = [
        WorkerView(
            beat.executor_id,
            beat.host,
            beat.process,
            beat.started_at,
            beat.beat_at,
            live.get(beat.executor_id, False),
        )
        for beat in context.session.scalars(select(WorkerBeat).order_by(WorkerBeat.started_at))
    ]
    version, size = context.session.execute(
        text("select current_setting('server_version'), pg_size_pretty(pg_database_size(current_database()))")
    ).one()
    queue_depth = context.session.scalar(select(func.count()).select_from(Run).where(Run.state == "queued"))
    return Health(workers, {"PostgreSQL": version.split()[0], "Database size": size}, queue_depth or 0)
