"""Stays with a run until it ends, and tells how far it is where a person looks on."""

from __future__ import annotations

import sys
import time

from core.context import Context
from core.engine.runs import views
from core.engine.runs.rules import ENDED
from core.engine.runs.views import RunView

_LOOK_EVERY = (
    0.15  # seconds between two looks at the state: so long after its end a run is known to have ended
)
_TELL_EVERY = 0.6  # seconds between two lines of progress, for each of which the rows are counted


def watch(context: Context, run_id: str, *, until: frozenset[str] = ENDED | {"awaiting_approval"}) -> RunView:
    """The run in a state of `until`; progress goes to stderr when that is a terminal."""
    told = sys.stderr.isatty()
    tell_at = time.monotonic()
    while views.state_of(context, run_id) not in until:
        if told and time.monotonic() >= tell_at:
            tell_at = time.monotonic() + _TELL_EVERY
            sys.stderr.write(f"\r\033[K{progress(views.run(context, run_id))}")
            sys.stderr.flush()
        context.session.rollback()  # each look is a transaction of its own: nothing is locked, nothing stale
        time.sleep(_LOOK_EVERY)
    if told:
        sys.stderr.write("\r\033[K")
    run = views.run(context, run_id)
    context.session.rollback()
    return run


def progress(run: RunView) -> str:
    """'running 42 % 420,000 of 1,000,000 rows, 61,000 a second, 9 s left'."""
    rows = f"{run.rows_done:,} of {run.file_rows:,} rows, {run.rate:,.0f} a second"
    left = f", {run.remaining:.0f} s left" if run.remaining is not None else ""
    return f"{run.state.replace('_', ' ')} {run.percent:.0f} % {rows}{left}"
