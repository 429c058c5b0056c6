"""Stays with a run until it ends, and tells how far it is where a person looks on."""

from __future__ import annotations

import sys
import time

from core.context import Context
from core.engine.runs import views
from core.engine.runs.rules import ENDED
from core.engine.runs.views import RunView

_LOOK_EVERY = 0.3  # seconds


def watch(context: Context, run_id: str, *, until: frozenset[str] = ENDED | {"awaiting_approval"}) -> RunView:
    """The run in a state of `until`; progress goes to stderr when that is a terminal."""
    told = sys.stderr.isatty()
    while True:
        run = views.run(context, run_id)
        context.session.rollback()  # each look is a transaction of its own: nothing is locked, nothing stale
        if told:
            sys.stderr.write(f"\r\033[K{progress(run)}")
            sys.stderr.flush()
        if run.state in until:
            break
        time.sleep(_LOOK_EVERY)
    if told:
        sys.stderr.write("\r\033[K")
    return run


def progress(run: RunView) -> str:
    """'running 42 % 420,000 of 1,000,000 rows, 61,000 a second, 9 s left'."""
    rows = f"{run.rows_done:,} of {run.rows_total:,} rows, {run.rate:,.0f} a second"
    left = f", {run.remaining:.0f} s left" if run.remaining is not None else ""
    return f"{run.state.replace('_', ' ')} {run.percent:.0f} % {rows}{left}"
