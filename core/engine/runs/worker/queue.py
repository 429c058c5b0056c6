"""Queue runs durably: one workflow per run, in DBOS, on the product's own database.

DBOS remembers which steps of a workflow are done and runs the rest again after a crash. That a chunk is loaded exactly
once does not depend on it: the ledger and the gate in the chunk's own transaction see to that (steps.py). So each try
of a run may be a new workflow, put in the queue in the same transaction that changes the run's state.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from functools import cache, partial
from typing import Any, TypeVar

from dbos import (
    DBOS,
    DBOSClient,
    DBOSConfig,
    DBOSPortableJSONSerializer,
    EnqueueOptions,
    StepOptions,
    WorkflowStatus,
)
from sqlalchemy import select, text, update

from core.db.base import app_engine, app_url
from core.db.migrate import newest_revision
from core.db.session import TenantSession
from core.engine.runs import rollback
from core.engine.runs.tables import Run
from core.engine.runs.worker import steps
from core.engine.runs.worker.retries import DatabaseAwayError, persistently
from core.engine.runs.worker.steps import RunStoppedError
from core.errors import AppError, ConflictError
from core.kit.ids import new_id
from core.settings import settings

QUEUE = "runs"
WORKFLOWS = 2  # raised by hand when a workflow below changes its steps
VERSION = f"{WORKFLOWS}.{newest_revision()}"
"""Of the work this code does. DBOS leaves the work of other versions alone; `adopt` moves that of earlier ones."""
LIVE = ["ENQUEUED", "DELAYED", "PENDING"]
MAX_STEPS = 480  # most steps of one workflow: on a take-over each recorded step is replayed (about 1.3 ms)
TASKS_PER_STEP = 512  # tasks of one step: what they share (the plan, references) is read once; the ledger knows what is loaded

_executor: list[str] = []
"""The executor that this process is, once it is a worker."""

_carried: list[str] = []
"""The workflows whose function runs in this process; an id stands in it once for each execution."""

_APPLICATION = "aura"
_SCHEMA = "dbos"

_VERSIONS = text(
    "select distinct application_version from dbos.workflow_status where status = any(:live) and application_version is not null"
)
_ADOPT = text(
    """update dbos.workflow_status set application_version = :version
    where application_version = any(:earlier) and status = any(:live)"""
)
_CLAIMED = text(
    """select workflow_uuid from dbos.workflow_status
    where executor_id = :executor and status = 'PENDING' and queue_name = :queue"""
)
# As DBOS puts the work of a dead worker back, but for single workflows.
_REQUEUE = text(
    """update dbos.workflow_status set status = 'ENQUEUED', owner_xid = null, started_at_epoch_ms = null,
    updated_at = extract(epoch from clock_timestamp()) * 1000
    where workflow_uuid = any(:workflows) and executor_id = :executor and status = 'PENDING'"""
)

R = TypeVar("R")


def connection_name(executor_id: str) -> str:
    """Name every connection of a worker; by its application_name a dead worker's connections are ended."""
    return f"{_APPLICATION}:{executor_id}"


@cache
def client() -> DBOSClient:
    """Return the queue's client over the process's engine. It raises when the database is away, and never waits."""
    return DBOSClient(
        system_database_engine=app_engine(),
        dbos_system_schema=_SCHEMA,
        serializer=DBOSPortableJSONSerializer(),
        application_name=_APPLICATION,
        retry_connection_errors=False,
    )


def enqueue(session: TenantSession, workflow: str, person: str, run_id: str, *more: Any) -> str:
    """Add a try of a run to the queue, in the open transaction; returns the workflow's id.

    `workflow` is run_import, run_dry or run_undo. Arguments are kept in the clear: ids and names only. From now on the
    run is this try's; an earlier one that still works ends at its next chunk.
    """
    options: EnqueueOptions = {
        "workflow_name": workflow,
        "queue_name": QUEUE,
        "workflow_id": f"{run_id}:{new_id()}",
        "queue_partition_key": session.tenant,
        "app_version": VERSION,
    }
    client().enqueue_in_transaction(session, options, session.tenant, person, run_id, *more)
    session.execute(update(Run).where(Run.id == run_id).values(attempt=options["workflow_id"]))
    return options["workflow_id"]


def withdraw(run_id: str) -> None:
    """Take every try of a run out of the queue; a step under way ends at the run's gate.

    To be called before the change of the run's state is committed: the other way round a step that meets the new
    state is recorded as failed.
    """
    live = client().list_workflows(
        workflow_id_prefix=f"{run_id}:", status=LIVE, load_input=False, load_output=False
    )
    if live:
        client().cancel_workflows([workflow.workflow_id for workflow in live])


def launch(executor_id: str) -> None:
    """Make this process a worker: it takes runs from the queue from now on. `executor_id` is new for each start."""
    client().register_queue(
        QUEUE,
        partition_concurrency=1,  # fair order between tenants; uq_run_at_work is what truly excludes
        worker_concurrency=settings().parallel_workers,
        polling_interval_sec=0.5,  # at 0.2 an idle worker and its server take 11% of a processor, so 6%
    )
    config: DBOSConfig = {
        "name": _APPLICATION,
        "system_database_url": app_url().render_as_string(hide_password=False),
        "dbos_system_schema": _SCHEMA,
        "db_engine_kwargs": {"connect_args": {"application_name": connection_name(executor_id)}},
        "sys_db_idle_transaction_timeout_sec": 15.0,
        "application_version": VERSION,
        "executor_id": executor_id,
        "serializer": DBOSPortableJSONSerializer(),
        "run_migrations": False,
        "enable_otlp": False,
        "log_level": "WARNING",
    }
    _executor.append(executor_id)
    DBOS(config=config)
    DBOS.launch()


def adopt() -> int:
    """Move the live work of earlier versions to this one, so that nothing is stranded; returns how much.

    Work under way stays its worker's: it ends at the worker's death, and is then taken over like any other.
    """
    with app_engine().begin() as connection:
        versions = connection.scalars(_VERSIONS, {"live": LIVE}).all()
        earlier = [version for version in versions if _order(version) < _order(VERSION)]
        moving = {"version": VERSION, "earlier": earlier, "live": LIVE}
        return connection.execute(_ADOPT, moving).rowcount if earlier else 0


def _order(version: str) -> tuple[int, ...]:
    """Parse '2.0011' into (2, 11), for sorting; any other text into ()."""
    parts = version.split(".")
    return tuple(map(int, parts)) if all(part.isdecimal() for part in parts) else ()


def owners() -> set[str]:
    """List the executors that have work under way."""
    pending = client().list_workflows(status="PENDING", load_input=False, load_output=False)
    return {workflow.executor_id for workflow in pending if workflow.executor_id}


def tries(
    statuses: list[str], since: datetime | None = None, of: str | None = None
) -> set[tuple[str, str, str]]:
    """List (tenant, person, run) of work with one of DBOS's statuses: of what ended after `since`, of the executor `of`."""
    workflows = client().list_workflows(
        status=statuses,
        completed_after=since.isoformat() if since else None,
        executor_id=of,
        load_output=False,
    )
    arguments = [workflow.input["args"] for workflow in workflows if workflow.input]
    return {(tenant, person, run_id) for tenant, person, run_id, *_ in arguments}


def abandoned(run_id: str, before: datetime) -> bool:
    """Whether the newest try of a run ended before that moment, and none is live."""
    attempts = client().list_workflows(workflow_id_prefix=f"{run_id}:", load_input=False, load_output=False)
    return not any(workflow.status in LIVE or _end_of(workflow) > before for workflow in attempts)


def forget(before: datetime) -> int:
    """Remove work that ended before that moment; returns how much."""
    old = client().list_workflows(
        completed_before=before.isoformat(), load_input=False, load_output=False, limit=10_000
    )
    client().delete_workflows([workflow.workflow_id for workflow in old])
    return len(old)


def _end_of(workflow: WorkflowStatus) -> datetime:
    return datetime.fromtimestamp((workflow.completed_at or 0) / 1000, UTC)


def recover(executor_id: str) -> int:
    """Put the work of a dead worker back on its own queue; returns how many workflows. Only in a worker.

    Each is moved by an UPDATE that checks owner and status, so two workers may do this at once. (A private name of
    DBOS: its public way, resume_workflow, is not guarded. The version is pinned and tests hold it.)
    """
    return len(DBOS._recover_pending_workflows([executor_id]))  # noqa: SLF001


def unattended() -> set[str]:
    """List the workflows that this worker has claimed and does not carry out. Only in a worker.

    The database may stop between the commit of a claim and its answer: then the row names this worker, and no thread of
    it knows. A claim also stands here for the moment between the claim and the start of its function.
    """
    with app_engine().connect() as connection:
        claimed = set(connection.scalars(_CLAIMED, {"executor": _executor[-1], "queue": QUEUE}))
    return claimed.difference(_carried)


def requeue(workflow_ids: Collection[str]) -> int:
    """Put workflows that this worker has claimed back in the queue; returns how many.

    One that is carried out after all loses its claim, and ends at its next step or chunk.
    """
    with app_engine().begin() as connection:
        params = {"workflows": list(workflow_ids), "executor": _executor[-1]}
        return connection.execute(_REQUEUE, params).rowcount


@DBOS.workflow(name="run_import", max_recovery_attempts=10_000)
def run_import(tenant: str, person: str, run_id: str) -> None:
    """Load every chunk of a run, in the order of its plan, then reconcile it."""
    with _attended(tenant, person, run_id):
        tasks = _step("begin", steps.begin, tenant, person, run_id)
        stride = max(TASKS_PER_STEP, math.ceil(len(tasks) / MAX_STEPS))
        for start in range(0, len(tasks), stride):
            _step("load", steps.load, tenant, person, run_id, tasks[start : start + stride])
        _step("finish", steps.finish, tenant, person, run_id)


@DBOS.workflow(name="run_dry", max_recovery_attempts=10_000)
def run_dry(tenant: str, person: str, run_id: str) -> None:
    """Simulate a run, in one step, because it is one transaction."""
    with _attended(tenant, person, run_id):
        attempt = DBOS.workflow_id
        _step(
            "dry_run",
            steps.dry_run,
            tenant,
            person,
            run_id,
            lambda: _stopped(tenant, person, run_id, attempt),
        )


@DBOS.workflow(name="run_undo", max_recovery_attempts=10_000)
def run_undo(
    tenant: str, person: str, run_id: str, entities: list[str] | None, discard_edits_of: list[str]
) -> None:
    with _attended(tenant, person, run_id):
        _step("undo", rollback.roll_back, tenant, person, run_id, entities, discard_edits_of)


def _stopped(tenant: str, person: str, run_id: str, attempt: str | None) -> bool:
    with TenantSession(tenant, person, system=True) as session:
        row = session.execute(select(Run.state, Run.attempt).where(Run.id == run_id)).one()
        return row.state != "running" or row.attempt not in {None, attempt}


def _step(name: str, function: Callable[..., R], *args: Any) -> R:
    """Run `function(tenant, person, run_id, …)` once: its result is kept, and read back when the workflow is run again.

    While the database is away the step waits, then begins again.
    """
    tenant, _, run_id = (str(arg) for arg in args[:3])
    attempt = DBOS.workflow_id
    ours = partial(_while_ours, attempt, function)

    def work() -> R:
        return persistently(tenant, run_id, ours, *args, attempt=attempt)

    return DBOS.run_step(StepOptions(name=name), work)


def _while_ours(workflow_id: str | None, function: Callable[..., R], *args: Any, **kwargs: Any) -> R:
    """Call the function unless the try was withdrawn, or taken over while this worker stood still: RunStoppedError."""
    workflows = client().list_workflows(workflow_ids=[workflow_id or ""], load_input=False, load_output=False)
    if not any(workflow.status == "PENDING" and workflow.executor_id in _executor for workflow in workflows):
        raise RunStoppedError(workflow_id)
    return function(*args, **kwargs)


@contextmanager
def _attended(tenant: str, person: str, run_id: str) -> Iterator[None]:
    """Carry a try out: a failure ends the run as failed, from where it can be resumed; a run that was stopped just ends."""
    attempt = DBOS.workflow_id or ""
    _carried.append(attempt)
    try:
        yield
    except RunStoppedError:
        return
    except Exception as failure:  # noqa: BLE001  (the worker's loop: whatever went wrong, the run must say so)
        with suppress(ConflictError, RunStoppedError):  # it was stopped meanwhile
            _step("fail", steps.fail, tenant, person, run_id, _words(failure))
    finally:
        _carried.remove(attempt)


def _words(failure: Exception) -> str:
    """Describe a failure to a person, without foreign text."""
    if isinstance(failure, AppError):
        return str(failure)
    if isinstance(failure, DatabaseAwayError):
        return "The database did not answer, also after several tries. Resume the run when it is back."
    return f"Something unforeseen happened ({failure}). The worker's log tells where; the run can be resumed."
