"""Recurring jobs of the worker. Every worker schedules them; the worker that holds the lead does the work.

The lead is an advisory lock, so it passes on when its holder dies. Each job may be done twice without harm.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from threading import Lock

from apscheduler.schedulers.background import BackgroundScheduler
from sqlalchemy import Connection, text
from sqlalchemy.exc import DBAPIError

from core.business.engagements.escalations.overdue import raise_overdue_escalations
from core.business.engagements.feedback.asking import ask_for_feedback
from core.business.engagements.payments.checking import check_online_payments
from core.business.engagements.payments.reminders import remind_of_payments
from core.business.engagements.tasks.findings import sync_orders_at_work
from core.business.sales.figures.collecting import collect_from_customer, operator_of
from core.business.sales.quotes.expiry import expire_quotes
from core.business.specialists.certificates.reminders import remind_of_renewals
from core.business.specialists.exams.expiring import end_expired_exams
from core.context import Context
from core.db.base import app_engine
from core.engine.runs.rules import ACTIVE
from core.engine.runs.states import add_event, change_state
from core.engine.runs.tables import Run
from core.engine.runs.worker import queue
from core.errors import ConflictError, NotFoundError
from core.kit import clock
from core.platform.access.actions import enter_as_worker
from core.platform.delivery.sender import deliver, expire, purge
from core.platform.signin import limits

_LEAD_LOCK = 7_204_513  # any number: the advisory lock of the one worker that does the jobs
_RETENTION = timedelta(days=30)  # how long the queue keeps work that has ended
_GRACE = timedelta(minutes=1)  # an action takes a run out of the queue shortly before it changes its state
_log = logging.getLogger("aura.jobs")


@dataclass(slots=True)
class Lead:
    """The right to do the jobs, held as long as its connection lives."""

    connection: Connection | None = None
    lock: Lock = field(default_factory=Lock)  # the jobs ask from threads of their own

    def is_held(self) -> bool:
        """Try to get the lead; return whether this process has it."""
        with self.lock:
            return self._try()

    def _try(self) -> bool:
        try:
            if self.connection is not None:
                self.connection.execute(text("select 1"))
                return True
            connection = app_engine().connect().execution_options(isolation_level="AUTOCOMMIT")
            if connection.scalar(text("select pg_try_advisory_lock(:lock)"), {"lock": _LEAD_LOCK}):
                self.connection = connection
            else:
                connection.close()
        except DBAPIError:
            self.connection = None
        return self.connection is not None


def start() -> None:
    """Start the schedule of the jobs in this process."""
    lead = Lead()
    scheduler = BackgroundScheduler(timezone=UTC, job_defaults={"max_instances": 1, "coalesce": True})
    for job, interval in JOBS.items():
        scheduler.add_job(
            _run_if_leading, "interval", seconds=interval.total_seconds(), args=(lead, job), id=job.__name__
        )
    scheduler.start()


def fail_orphaned_runs() -> int:
    """Set runs to failed, to be resumed, that are at work by their state but have no work in the queue.

    This happens when a process dies between the two halves of a pause. Returns how many.
    """
    count = 0
    for context, run in _runs_of(["CANCELLED", "ERROR", "MAX_RECOVERY_ATTEMPTS_EXCEEDED"], timedelta(days=1)):
        if run.state in ACTIVE and queue.abandoned(run.id, clock.now() - _GRACE):
            message = "The run lost its worker. It can be resumed."
            try:
                change_state(context.session, run.id, "failed", now=clock.now(), error=message)
            except ConflictError:
                continue  # somebody was quicker
            add_event(context.session, run.id, "error", clock.now(), message=message)
            context.session.commit()
            count += 1
    return count


def purge_finished() -> int:
    """Delete work from the queue's tables that ended 30 days ago; the runs themselves stay. Returns how much."""
    return queue.forget(clock.now() - _RETENTION)


def forget_attempts() -> int:
    """Remove attempts to sign in that no limit looks at any more; returns 0, they are not counted."""
    limits.forget_old()
    return 0


def collect_figures() -> int:
    """Record the figures of migrations whose imports ended within 30 days, in the operator's table; return how many changed."""
    people: dict[str, set[str]] = {}
    for tenant, person, _ in queue.tries(["SUCCESS"], clock.now() - _RETENTION):
        people.setdefault(tenant, set()).add(person)
    return sum(_collect_figures(tenant, sorted(people[tenant])) for tenant in sorted(people))


def _collect_figures(tenant: str, people: list[str]) -> int:
    """Collect from a customer in the name of the first of the people who belongs to the operator."""
    for person in people:
        try:
            with enter_as_worker(tenant, person) as context:
                operator = operator_of(context)
                if operator is not None:
                    return collect_from_customer(context, operator)
        except NotFoundError:
            continue  # the tenant was deleted
    return 0


JOBS: dict[Callable[[], int], timedelta] = {
    deliver: timedelta(seconds=5),
    expire: timedelta(minutes=1),
    purge: timedelta(hours=6),
    fail_orphaned_runs: timedelta(minutes=1),
    purge_finished: timedelta(hours=6),
    forget_attempts: timedelta(hours=1),
    collect_figures: timedelta(minutes=10),
    expire_quotes: timedelta(minutes=5),
    remind_of_renewals: timedelta(hours=1),
    end_expired_exams: timedelta(minutes=5),
    remind_of_payments: timedelta(hours=1),
    check_online_payments: timedelta(minutes=5),
    ask_for_feedback: timedelta(minutes=10),
    raise_overdue_escalations: timedelta(minutes=5),
    sync_orders_at_work: timedelta(minutes=10),
}


def _run_if_leading(lead: Lead, job: Callable[[], int]) -> None:
    if lead.is_held() and (count := job()):
        _log.info("%s: %d", job.__name__, count)


def _runs_of(statuses: list[str], within: timedelta | None = None) -> Iterator[tuple[Context, Run]]:
    """List the runs behind workflows in these states, each in a Context of its own tenant."""
    since: datetime | None = clock.now() - within if within else None
    for tenant, person, run_id in queue.tries(statuses, since):
        try:
            with enter_as_worker(tenant, person) as context:
                run = context.session.get(Run, (tenant, run_id))
                if run is not None:
                    yield context, run
        except NotFoundError:
            continue  # the tenant was deleted, its work is left to purge_finished
