"""Run the test of a migration from Next on Rules: validate every row, then start the dry run."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from core.context import Context
from core.engine.progress.facts import DONE, OPEN
from core.engine.runs import actions as runs
from core.engine.validation import actions as validation
from pages.ui.frame import act
from pages.ui.links import turn_to
from pages.ui.steps import Step, facts_of, views_of

_REQUESTED = "testing_asked"


def next_runs_test(context: Context, migration_id: str) -> Callable[[], None] | None:
    """Return the callback of Next where the present mapping is not tested; None where it is, or the role may not."""
    views = views_of(context, migration_id)
    due = views[Step.RULES].state == DONE and views[Step.TEST].state == OPEN
    dry_run = facts_of(context, migration_id).dry_run
    underway = dry_run is not None and dry_run.current
    if not due or underway or not (context.may("validation.run") and context.may("run.dry")):
        return None
    return _ask


def _ask() -> None:
    st.session_state[_REQUESTED] = True


def run_test(migration_id: str, rows: int) -> None:
    """Run the test that Next requested, with its progress, then open the dry run."""
    if not st.session_state.pop(_REQUESTED, False):
        return
    with st.spinner(f"Validating {rows:,} rows"):
        validated = act(lambda context: validation.validate(context, migration_id))
    if validated is not None:
        act(lambda context: runs.start(context, migration_id, "dry_run"), "Validated, dry run queued")
    turn_to("dry_run" if validated is not None else "validation")
    st.rerun()
