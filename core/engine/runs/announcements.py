"""Announce how an import ended, or that it waits for approval, to who started it and to the customer's managers."""

from __future__ import annotations

from sqlalchemy import select

from core.db.session import TenantSession
from core.engine.runs.tables import Run
from core.engine.sources.tables import Migration
from core.platform.events.actions import emit
from core.platform.events.recipients import people_in_roles

KINDS_BY_STATE = {
    "completed": "import_finished",
    "failed": "import_failed",
    "awaiting_approval": "import_waiting_for_approval",
}
"""State that a run reaches -> the kind of the event, in the transaction that changes the state."""


def announce_state(session: TenantSession, run_id: str, state: str) -> None:
    """Emit the event of a state that an import has just reached; dry runs and other states have none."""
    if state not in KINDS_BY_STATE:
        return
    query = select(Run.migration_id, Run.created_by, Run.rows_total, Migration.name)
    query = query.join(Migration, (Migration.tenant_id == Run.tenant_id) & (Migration.id == Run.migration_id))
    run = session.execute(query.where(Run.id == run_id, Run.kind == "import")).first()
    if run is None:
        return
    facts = {"migration": run.name, "migration_id": run.migration_id, "run_id": run_id}
    if state == "completed":
        facts["rows"] = run.rows_total
    emit(session, KINDS_BY_STATE[state], to=[run.created_by, *people_in_roles(session, ["manager"])], **facts)
