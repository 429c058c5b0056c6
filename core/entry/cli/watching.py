"""Watch a run until it ends, with progress on a terminal.

A worker that dies meanwhile is replaced; whatever keeps the run from going on is told on stderr, also in a script.
"""

from __future__ import annotations

import sys
import time

from sqlalchemy.exc import InterfaceError, OperationalError

from core.context import Context
from core.engine.runs import views
from core.engine.runs.rules import FINAL
from core.engine.runs.views import RunView
from core.entry.supervise import supervised
from core.errors import ConflictError
from core.kit.printable import printable
from core.kit.wording import as_words

_LOOK_EVERY = (
    0.15  # seconds between two looks at the state: so long after its end a run is known to have ended
)
_TELL_EVERY = 0.6  # seconds between two lines of progress, for each of which the rows are counted
_DATABASE_TIMEOUT_SECONDS = 120.0  # seconds the database may be away


def watch(context: Context, run_id: str, *, until: frozenset[str] = FINAL | {"awaiting_approval"}) -> RunView:
    """Wait for a state of `until` and return the run; progress goes to stderr when that is a terminal.

    ConflictError where no worker can be started, or the database stays away: the run then waits in the queue.
    """
    is_terminal = sys.stderr.isatty()
    tell_at = time.monotonic()
    last = ""
    with supervised(tell) as supervisor:
        while (state := _state(context, run_id)) not in until:
            if supervisor.failure is not None:
                raise _unattended(supervisor.failure, run_id)
            if state == "paused" != last:
                tell(f"The run is paused. Waiting until it goes on: aura resume {run_id}")
            last = state
            if is_terminal and time.monotonic() >= tell_at:
                tell_at = time.monotonic() + _TELL_EVERY
                sys.stderr.write(f"\r\033[K{progress(views.run(context, run_id))}")
                sys.stderr.flush()
            context.session.rollback()  # each look is a transaction of its own: nothing is locked, nothing stale
            time.sleep(_LOOK_EVERY)
    if is_terminal:
        sys.stderr.write("\r\033[K")
    run = views.run(context, run_id)
    context.session.rollback()
    return run


def tell(sentence: str) -> None:
    """Write a line to stderr, in place of a line of progress."""
    cleared = "\r\033[K" if sys.stderr.isatty() else ""
    sys.stderr.write(f"{cleared}aura: {printable(sentence)}\n")
    sys.stderr.flush()


def _state(context: Context, run_id: str) -> str:
    """Read the run's state. A database that is away is waited for; ConflictError where it stays away."""
    since: float | None = None
    while True:
        try:
            return views.state_of(context, run_id)
        except (OperationalError, InterfaceError):
            context.session.rollback()
            if since is None:
                since = time.monotonic()
                tell("The database does not answer. Waiting for it; the run goes on when it is back.")
            elif time.monotonic() - since > _DATABASE_TIMEOUT_SECONDS:
                raise ConflictError(
                    f"The database has not answered for {_DATABASE_TIMEOUT_SECONDS:.0f} seconds.",
                    hint="The run goes on when it is back. `aura runs` shows how far it is.",
                    run=run_id,
                ) from None
            time.sleep(1.0)


def _unattended(failure: ConflictError, run_id: str) -> ConflictError:
    return ConflictError(
        failure.message,
        hint=f"{failure.hint} The run keeps its place and goes on when a worker starts. `aura runs` shows it.",
        run=run_id,
        **failure.facts,
    )


def progress(run: RunView) -> str:
    """Format the progress: 'running 42 % 420,000 of 1,000,000 rows, 61,000 a second, 9 s left'."""
    rows = f"{run.rows_done:,} of {run.file_rows:,} rows, {run.rate:,.0f} a second"
    remaining = f", {run.remaining:.0f} s left" if run.remaining is not None else ""
    return f"{as_words(run.state)} {run.percent:.0f} % {rows}{remaining}"
