"""Carry out the steps of a run, as the queue calls them. Each may be called again at any time and changes nothing twice."""

from __future__ import annotations

from collections.abc import Callable

from sqlalchemy import update

from core.context import Context
from core.engine.mapping.memory.actions import learn_exclusions
from core.engine.runs import checksums
from core.engine.runs.gate import RunStoppedError, gate, hold
from core.engine.runs.loading.dry_run import save_result, simulate
from core.engine.runs.loading.ledger import ChunkTask, StoredTask
from core.engine.runs.loading.run_plan import run_plan_for, tasks_of
from core.engine.runs.loading.scheduler import load_pipelined
from core.engine.runs.lookup import get_run
from core.engine.runs.reconciliation import completeness
from core.engine.runs.reconciliation.accounting import finish_account
from core.engine.runs.reconciliation.actions import reconcile
from core.engine.runs.rules import ACTIVE
from core.engine.runs.states import add_event, change_state
from core.engine.runs.tables import Run
from core.engine.sources.tables import Migration
from core.kit import clock
from core.kit.wording import counted
from core.platform.access.actions import enter_as_worker

__all__ = ["RunStoppedError", "begin", "dry_run", "fail", "finish", "gate", "load"]


def begin(tenant: str, person: str, run_id: str, attempt: str | None = None) -> list[StoredTask]:
    """Begin a run: state running, the target's checksums before it; return its tasks. Raises RunStoppedError."""
    with enter_as_worker(tenant, person) as context:
        if hold(context, run_id, attempt, "queued", "running") == "queued":
            change_state(context.session, run_id, "running", was="queued", now=context.now, phase="import")
        _set_step(
            context, run_id, "Taking checksums of the target"
        )  # also where it is resumed: no worker is waited for
        context.session.commit()
        hold(context, run_id, attempt, "running")
        run = get_run(context, run_id)
        if not run.checksums:
            run.checksums = checksums.checksums_before(context)
        if run.started_at is None:
            run.started_at = context.now
        run.step = "Importing records"
        tasks = tasks_of(context, run_plan_for(context, run_id))
        context.session.commit()
        return [task.to_stored() for task in tasks]


def load(tenant: str, person: str, run_id: str, tasks: list[StoredTask], attempt: str | None = None) -> int:
    """Load the chunks; return how many were loaded now. Raises RunStoppedError when the run does not go on by this try."""
    return load_pipelined(tenant, person, run_id, [ChunkTask.from_stored(task) for task in tasks], attempt)


def fail(tenant: str, person: str, run_id: str, message: str, attempt: str | None = None) -> None:
    """Record that the run cannot go on; it can be resumed. Raises RunStoppedError where it was stopped meanwhile."""
    with enter_as_worker(tenant, person) as context:
        hold(context, run_id, attempt, *ACTIVE)
        change_state(context.session, run_id, "failed", now=context.now, error=message)
        add_event(context.session, run_id, "error", clock.now(), message=message)
        context.session.commit()


def _set_step(context: Context, run_id: str, step: str) -> None:
    context.session.execute(update(Run).where(Run.id == run_id).values(step=step))


def set_phase(context: Context, migration_id: str, phase: str) -> None:
    context.session.execute(update(Migration).where(Migration.id == migration_id).values(phase=phase))


def dry_run(
    tenant: str, person: str, run_id: str, stopped: Callable[[], bool], attempt: str | None = None
) -> None:
    """Do the whole import in one transaction that is rolled back; save what it would have done. Raises RunStoppedError."""
    tasks = [ChunkTask.from_stored(task) for task in begin(tenant, person, run_id, attempt)]
    with enter_as_worker(tenant, person) as context:
        result = simulate(context, run_plan_for(context, run_id), tasks, stopped)
    if result is None:
        raise RunStoppedError(run_id)
    with enter_as_worker(tenant, person) as context:
        hold(context, run_id, attempt, "running")
        save_result(context, result)
        finish_account(context, get_run(context, run_id))
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


_MAX_RELOADS = 3
"""How often a run loads chunks that its ledger does not have; what is missing then is shown to a person."""


def _load_missing_chunks(tenant: str, person: str, run_id: str, attempt: str | None) -> None:
    for _ in range(_MAX_RELOADS):
        with enter_as_worker(tenant, person) as context:
            if hold(context, run_id, attempt, "running", "verifying") == "verifying":
                return
            missing = completeness.missing_tasks(context, run_plan_for(context, run_id))
            if not missing:
                return
            message = f"{counted(len(missing), 'chunk')} were not in the ledger and are loaded again."
            add_event(context.session, run_id, "warning", clock.now(), message=message)
            context.session.commit()
        load_pipelined(tenant, person, run_id, missing, attempt)


def finish(tenant: str, person: str, run_id: str, attempt: str | None = None) -> None:
    """Reconcile what was loaded: completed when nothing is open, else awaiting a person's approval. Raises RunStoppedError.

    Chunks of the plan that the ledger does not have are loaded first.
    """
    _load_missing_chunks(tenant, person, run_id, attempt)
    with enter_as_worker(tenant, person) as context:
        if hold(context, run_id, attempt, "running", "verifying") == "running":
            change_state(
                context.session,
                run_id,
                "verifying",
                now=context.now,
                phase="verification",
                step="Comparing source and target",
            )
        context.session.commit()
        run = get_run(context, run_id)
        is_settled = reconcile(context, run_id)
        hold(context, run_id, attempt, "verifying")
        state = "completed" if is_settled else "awaiting_approval"
        change_state(
            context.session,
            run_id,
            state,
            now=clock.now(),
            phase="completion" if is_settled else "verification",
            step="Done" if is_settled else "Waiting for approval",
            finished_at=clock.now(),
        )
        set_phase(context, run.migration_id, "completion" if is_settled else "verification")
        if is_settled:
            learn_exclusions(context, run.migration_id)
        add_event(context.session, run_id, "completion", clock.now(), settled=is_settled)
        context.session.commit()
