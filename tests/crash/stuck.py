"""Report what a run that does not go on waits for: its workflows, the workers, the server's connections, the stacks."""

from __future__ import annotations

import signal
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from core.db import embedded
from core.db.base import make_engine, owner_url
from tests.engine.runs.processes import worker_log

STACKS_WITHIN = 3.0
"""Seconds a worker gets to write the stacks of its threads into its log."""

QUERIES = {
    "workflows": """select workflow_uuid, status, executor_id, queue_name, recovery_attempts, application_version,
        to_timestamp(created_at / 1000.0), to_timestamp(updated_at / 1000.0)
        from dbos.workflow_status order by created_at desc limit 25""",
    "workers": "select * from worker_beat",
    "connections": """select pid, state, wait_event_type, wait_event, application_name, xact_start, left(query, 120)
        from pg_stat_activity where datname is not null""",
    "time": "select now()",
}


@contextmanager
def reported(worker: Any) -> Iterator[None]:
    """Write the report before an AssertionError leaves the block."""
    try:
        yield
    except AssertionError:
        write_report(worker)
        raise


def write_report(worker: Any) -> None:
    """Write the rows of QUERIES and the tail of the worker's log, with the stacks of its threads, to standard output."""
    running = worker is not None and worker.process.is_running()
    lines = [f"the worker is {'running' if running else 'not running'}"]
    try:
        with make_engine(owner_url().set(username=embedded.server_url().username)).connect() as connection:
            for title, query in QUERIES.items():
                lines += [title, *(str(tuple(map(str, row))) for row in connection.execute(text(query)))]
    except DBAPIError as error:
        lines.append(f"the database does not answer: {error.orig}")
    if running:
        worker.signal(signal.SIGUSR2)
        time.sleep(STACKS_WITHIN)
    lines.append(worker_log().read_text(errors="replace")[-16_000:])
    sys.stdout.write("\n".join(lines) + "\n")
    sys.stdout.flush()
