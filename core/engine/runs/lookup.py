"""Find a run of the tenant by its id."""

from __future__ import annotations

from core.context import Context
from core.engine.runs.tables import Run
from core.errors import NotFoundError


def get_run(context: Context, run_id: str) -> Run:
    """Return the run as the database has it now; raise NotFoundError where the tenant has no such run."""
    run = context.session.get(Run, (context.tenant.id, run_id), populate_existing=True)
    if run is None:
        raise no_such_run(run_id)
    return run


def no_such_run(run_id: str) -> NotFoundError:
    """Build the error for the id of a run that the tenant does not have."""
    return NotFoundError("There is no such run.", hint="Choose one from the list.", run=run_id)
