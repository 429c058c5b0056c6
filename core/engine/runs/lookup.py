"""Find a run of the tenant by its id, and what a second person confirmed about it."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import exists, select

from core.context import Context
from core.engine.runs.rules import LIVE, RunState
from core.engine.runs.tables import RollbackRequest, Run, RunEvent
from core.errors import NotFoundError
from core.kit import clock


def get_run(context: Context, run_id: str) -> Run:
    """Return the run as the database has it now; raise NotFoundError where the tenant has no such run."""
    run = context.session.get(Run, (context.tenant.id, run_id), populate_existing=True)
    if run is None:
        raise no_such_run(run_id)
    return run


def no_such_run(run_id: str) -> NotFoundError:
    """Build the error for the id of a run that the tenant does not have."""
    return NotFoundError("There is no such run.", hint="Choose one from the list.", run=run_id)


def takes_two_people(context: Context, run: Run) -> bool:
    """Tell whether a rollback of the run takes a second person: the import is completed, or ever was.

    What is at stake stays the customer's live data after a rollback that failed, whatever state the run is in then.
    """
    if run.kind != "import":
        return False
    if run.state in LIVE:
        return True
    was_live = exists().where(
        RunEvent.run_id == run.id, RunEvent.type == "phase_change", RunEvent.data["state"].astext.in_(LIVE)
    )
    was_confirmed = exists().where(RollbackRequest.run_id == run.id, RollbackRequest.outcome == "confirmed")
    return bool(context.session.scalar(select(was_live | was_confirmed)))


def unfinished_request(
    context: Context, run: Run, entities: Sequence[str] | None, discard_edits_of: Sequence[str]
) -> RollbackRequest | None:
    """Return the confirmed request whose rollback failed, to be resumed by who asked or confirmed; None for any other wish.

    It stands for the same entities and records only, until it would have expired.
    """
    request = resumable_request(context, run)
    is_same = (
        request is not None
        and _as_set(request.entities) == _as_set(entities)
        and set(request.discard_edits_of) == set(discard_edits_of)
    )
    return request if is_same else None


def resumable_request(context: Context, run: Run) -> RollbackRequest | None:
    """Return the confirmed request whose rollback failed, where the person asked or confirmed it and it has not expired."""
    if run.state != RunState.FAILED:
        return None
    query = select(RollbackRequest).where(RollbackRequest.run_id == run.id)
    request = context.session.scalar(query.order_by(RollbackRequest.created_at.desc()).limit(1))
    if request is None or request.outcome != "confirmed" or clock.now() >= request.expires_at:
        return None
    is_done = exists().where(
        RunEvent.run_id == run.id,
        RunEvent.type == "phase_change",
        RunEvent.data["state"].astext == RunState.ROLLED_BACK,
        RunEvent.at >= request.closed_at,
    )
    if context.person not in {request.asked_by, request.closed_by}:
        return None
    return None if context.session.scalar(select(is_done)) else request


def _as_set(entities: Sequence[str] | None) -> frozenset[str] | None:
    return None if entities is None else frozenset(entities)
