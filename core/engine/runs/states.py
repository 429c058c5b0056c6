"""Change the state of a run, here and nowhere else: a guarded UPDATE, the clock of the work done, an event.

People are told in the same transaction where an import ends or waits for them.

The guard is the WHERE of the UPDATE, not a look before it, so of two people who press at the same moment one is told
what the other did.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Float, case, extract, func, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.exc import IntegrityError

from core.db.session import TenantSession
from core.engine.runs.announcements import announce_state
from core.engine.runs.lookup import no_such_run
from core.engine.runs.rules import AT_WORK, FINAL, STATES, WORKING
from core.engine.runs.tables import Run, RunEvent
from core.errors import ConflictError
from core.kit.wording import as_words


def change_state(
    session: TenantSession, run_id: str, to: str, *, now: datetime, was: str | None = None, **values: Any
) -> None:
    """Move a run of the session's tenant to `to`, in the open transaction; `values` are more columns to set.

    With `was`, only from that state: for who decides by a state read before, which a person may change meanwhile.

    Keeps updated_at (only this function writes it), started_at (first time running), finished_at (ended) and
    worked_seconds (time spent in WORKING). Waits for an open chunk, which holds the run's row FOR SHARE.
    Raises ConflictError, whose facts name the state, where STATES forbids the step or another run of the tenant is
    at work; NotFoundError where there is no such run.
    """
    worked = case(
        (
            Run.state.in_(WORKING),
            func.greatest(extract("epoch", now - Run.updated_at), 0).cast(Float),
        ),
        else_=0.0,
    )
    columns: dict[str, Any] = {
        "state": to,
        "updated_at": now,
        "worked_seconds": Run.worked_seconds + worked,
        "finished_at": now if to in FINAL else None,
    }
    if to == "running":
        columns["started_at"] = func.coalesce(Run.started_at, now)
    sources = [state for state, targets in STATES.items() if to in targets and was in {None, state}]
    statement = update(Run).where(Run.id == run_id, Run.state.in_(sources)).values(columns | values)
    try:
        with session.begin_nested():
            changed_id = session.execute(statement.returning(Run.id)).first()
    except IntegrityError as error:
        if "uq_run_at_work" not in str(error):
            raise
        raise _another_at_work(session, run_id) from None
    if changed_id is None:
        raise _refused(session, run_id, to)
    add_event(session, run_id, "phase_change", now, state=to)
    announce_state(session, run_id, to)


def add_event(session: TenantSession, run_id: str, kind: str, now: datetime, **data: Any) -> None:
    """Add an event to the run; kind is progress, phase_change, error, warning or completion."""
    session.execute(
        insert(RunEvent).values(tenant_id=session.tenant, run_id=run_id, type=kind, data=data, at=now)
    )


def _refused(session: TenantSession, run_id: str, to: str) -> Exception:
    state = session.scalar(select(Run.state).where(Run.id == run_id))
    if state is None:
        return no_such_run(run_id)
    allowed = sorted(STATES[state])
    return ConflictError(
        f"The run is {as_words(state)}, so it cannot become {as_words(to)}.",
        hint=f"From here it can become: {', '.join(map(as_words, allowed))}."
        if allowed
        else "Start a new run.",
        run=run_id,
        state=state,
        wanted=to,
    )


def _another_at_work(session: TenantSession, run_id: str) -> ConflictError:
    active_run = session.execute(
        select(Run.id, Run.state).where(Run.id != run_id, Run.state.in_(AT_WORK))
    ).first()
    return ConflictError(
        f"Another run of this customer is {as_words(active_run.state)}."
        if active_run
        else "Another run is at work.",
        hint="Let it end or cancel it, then resume this one.",
        run=run_id,
        other=active_run.id if active_run else None,
        state=active_run.state if active_run else None,
    )
