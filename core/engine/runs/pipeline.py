"""The steps of a run, as the queue calls them. Each may be called again at any time and changes nothing twice."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from sqlalchemy import select, text, update

from core.context import Context
from core.engine.runs import digest, rehearsal, verify
from core.engine.runs.road import Prepared, Task, Walk, load_chunk, prepare, tasks_of, walk
from core.engine.runs.states import add_event, change_state
from core.engine.runs.tables import Run, RunChunk
from core.engine.sources.tables import Migration
from core.kit import clock
from core.platform.access.actions import enter_as_worker


class RunStoppedError(Exception):
    """The run is not running any more: paused, cancelled or rolled back. The step ends without a trace."""


def begin(tenant: str, person: str, run_id: str) -> list[Task]:
    """Takes up a run: state running, the target's digests before it; its tasks."""
    with enter_as_worker(tenant, person) as context:
        run = walk(context, run_id).run
        if run.state == "queued":
            change_state(
                context.session,
                run_id,
                "running",
                was="queued",
                now=context.now,
                phase="import",
                step="Taking the target's fingerprint",
            )
        if not run.digests:
            run.digests = {"before": digest.digests(context)}
        if run.started_at is None:
            run.started_at = context.now
        tasks = tasks_of(context, run)
        context.session.commit()
        return tasks


def load(tenant: str, person: str, run_id: str, tasks: list[Task]) -> int:
    """Loads the chunks, each in a transaction of its own; how many were loaded now. Raises RunStoppedError.

    All entities that are picked out of one chunk share its transaction. While the database writes, what comes next is
    read and typed in a thread with a session of its own.
    """
    loaded = 0
    with (
        enter_as_worker(tenant, person) as context,
        enter_as_worker(tenant, person) as ahead,
        ThreadPoolExecutor(1, thread_name_prefix="prepare") as pool,
    ):
        road, scout = _road(context, run_id), _road(ahead, run_id)
        coming = pool.submit(_prepare, scout, tasks[0]) if tasks else None
        lines: list[RunChunk] = []
        for number, task in enumerate(tasks):
            prepared = coming.result() if coming else None
            following = tasks[number + 1] if number + 1 < len(tasks) else None
            coming = pool.submit(_prepare, scout, following) if following else None
            if not lines:
                gate(context, run_id)
            line = load_chunk(road, task, prepared)
            lines += [line] if line is not None else []
            if following is None or following[1:] != task[1:]:
                context.session.commit()
                loaded += len(lines)
                _refresh_statistics(context, lines)
                lines = []
    return loaded


def _refresh_statistics(context: Context, lines: list[RunChunk]) -> None:
    """A table that grew from nothing misleads the planner until it is analysed: after chunks 0, 4, 16, 64 …"""
    for line in lines:
        power_of_four = line.chunk_no.bit_count() == 1 and line.chunk_no.bit_length() % 2 == 1
        if line.changed and line.chunk_no != 1 and (line.chunk_no == 0 or power_of_four):
            context.session.execute(text("select refresh_statistics(:entity)"), {"entity": line.entity})
    context.session.commit()


def _road(context: Context, run_id: str) -> Walk:
    road = walk(context, run_id)
    context.session.expunge(road.run)
    context.session.rollback()
    return road


def _prepare(scout: Walk, task: Task) -> Prepared:
    prepared = prepare(scout, task)
    scout.context.session.commit()  # the shape of the records, needed once per run
    return prepared


def gate(context: Context, run_id: str) -> None:
    """Share lock on the run: pause, cancel and rollback wait for the open chunk, and nothing commits after them."""
    query = select(Run.state).where(Run.id == run_id).with_for_update(read=True)
    if context.session.scalar(query) != "running":
        raise RunStoppedError(run_id)


def fail(tenant: str, person: str, run_id: str, message: str) -> None:
    """Books that the run cannot go on; it can be resumed."""
    with enter_as_worker(tenant, person) as context:
        change_state(context.session, run_id, "failed", now=context.now, error=message)
        add_event(context.session, run_id, "error", clock.now(), message=message)
        context.session.commit()


def set_phase(context: Context, migration_id: str, phase: str) -> None:
    context.session.execute(update(Migration).where(Migration.id == migration_id).values(phase=phase))


def dry_run(tenant: str, person: str, run_id: str, stopped: Callable[[], bool]) -> None:
    """The whole import in one transaction that is rolled back; keeps what it would have done. Raises RunStoppedError."""
    tasks = begin(tenant, person, run_id)
    with enter_as_worker(tenant, person) as context:
        result = rehearsal.rehearse(walk(context, run_id), tasks, stopped)
    if result is None:
        raise RunStoppedError(run_id)
    with enter_as_worker(tenant, person) as context:
        rehearsal.keep(context, run_id, result)
        change_state(
            context.session,
            run_id,
            "completed",
            now=clock.now(),
            phase="validation",
            step="Done",
            finished_at=clock.now(),
        )
        add_event(context.session, run_id, "completion", clock.now())
        context.session.commit()


def finish(tenant: str, person: str, run_id: str) -> None:
    """Verifies what was loaded: completed when everything adds up, else awaiting a person's approval."""
    with enter_as_worker(tenant, person) as context:
        run = walk(context, run_id).run
        if run.state == "running":
            change_state(
                context.session,
                run_id,
                "verifying",
                now=context.now,
                phase="verification",
                step="Comparing source and target",
            )
            context.session.commit()
        if context.session.scalar(select(Run.state).where(Run.id == run_id)) != "verifying":
            return
        balanced = verify.verify(context, run_id)
        state = "completed" if balanced else "awaiting_approval"
        change_state(
            context.session,
            run_id,
            state,
            now=clock.now(),
            phase="completion" if balanced else "verification",
            step="Done" if balanced else "Waiting for approval",
            finished_at=clock.now(),
        )
        set_phase(context, run.migration_id, "completion" if balanced else "verification")
        add_event(context.session, run_id, "completion", clock.now(), balanced=balanced)
        context.session.commit()
