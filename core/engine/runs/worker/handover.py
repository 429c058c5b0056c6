"""Note in the events of a run that its worker has died and another one goes on."""

from __future__ import annotations

from collections.abc import Iterable

from core.engine.runs.states import add_event
from core.engine.runs.worker import queue
from core.errors import NotFoundError
from core.kit import clock
from core.platform.access.actions import enter_as_worker

MESSAGE = "The worker has ended. Another one goes on with the run."


def work_of(executor_id: str) -> set[tuple[str, str, str]]:
    """List (tenant, person, run) of the work that a worker has under way."""
    return queue.tries(["PENDING"], of=executor_id)


def note(work: Iterable[tuple[str, str, str]]) -> None:
    """Add a warning to the story of each run; a tenant that was deleted has none."""
    for tenant, person, run_id in work:
        try:
            with enter_as_worker(tenant, person) as context:
                add_event(context.session, run_id, "warning", clock.now(), message=MESSAGE)
                context.session.commit()
        except NotFoundError:
            continue
