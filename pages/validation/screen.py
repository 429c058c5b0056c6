"""Validation: everything that is wrong with the data under the present mapping, by cause, the gravest first."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

import streamlit as st

from core.context import Context
from core.engine.progress import views as progress
from core.engine.progress.start import is_rehearsed
from core.engine.runs import views as run_views
from core.engine.runs.rules import RunState
from core.engine.validation import actions, views
from core.engine.validation.issue_groups import IssueGroup, issue_groups
from core.engine.validation.views import ValidationView
from core.kit import money
from pages.ui import formats, widgets
from pages.ui.coach import coach
from pages.ui.frame import act, chosen_migration
from pages.ui.links import link
from pages.ui.steps import Step
from pages.ui.wizard import wizard
from pages.validation.causes import ROWS_OF, causes
from pages.validation.left_out import left_out
from pages.validation.rows import all_rows, rows_of_cause


def show(context: Context) -> None:
    widgets.heading(
        context,
        "Validation",
        "Checks every row against the current mapping. Nothing is written to the target.",
    )
    migration_id = chosen_migration()
    bar = st.container()
    latest = views.latest(context, migration_id)
    _actions(context, migration_id, latest)
    with bar:
        wizard(context, migration_id, Step.TEST)
        coach(context, migration_id, Step.TEST)
    if latest is None:
        widgets.empty(
            "Not validated yet",
            "Validate the data to see what is wrong before anything is imported.",
            icon="fact_check",
        )
        return
    groups = issue_groups(context, latest.id)
    _figures(context, latest, groups)
    _held_in_dry_run(context, latest)
    left_out(context, migration_id)
    causes(context, groups)
    all_rows(context, latest, groups)
    group_key = st.session_state.pop(ROWS_OF, None)
    for group in groups:
        if group.key == group_key:
            rows_of_cause(latest.id, group)


def _actions(context: Context, migration_id: str, latest: ValidationView | None) -> None:
    """Draw when the data was validated, whether that is current, and the button to validate again."""
    with st.container(horizontal=True, vertical_alignment="center"):
        if latest is not None:
            st.caption(f"Last validated {formats.moment(context, latest.created_at)}", width="content")
            if not views.is_current(context, latest):
                widgets.badge(
                    "Out of date: mapping, rules or files changed", "orange", icon=":material/history:"
                )
        st.space("stretch")
        clicked = context.may("validation.run") and st.button(
            "Validate", icon=":material/fact_check:", type="primary", key="validate"
        )
        link("dry_run", "Continue to dry run", icon=":material/science:")
    if clicked:
        _validate(migration_id)
        st.rerun()


def _validate(migration_id: str) -> None:
    """Validate, with the number of checked rows as progress."""
    with st.spinner("Validating every row", show_time=True):
        bar = st.progress(0.0, text="Preparing")

        def progress(done: int, total: int) -> None:
            text = f"{done:,} of {total:,} rows checked" if done < total else "Checking references and totals"
            bar.progress(done / max(total, 1), text=text)

        act(lambda context: actions.validate(context, migration_id, progress=progress), "Validated")
        bar.empty()


def _figures(context: Context, latest: ValidationView, groups: Sequence[IssueGroup]) -> None:
    levels = latest.totals.get("levels", {})
    affected = sum((group.money for group in groups if group.money is not None), Decimal(0))
    widgets.figures(
        [
            ("Rows in files", formats.number(latest.totals.get("file_rows"))),
            ("Rows with errors", formats.number(views.file_held(latest.totals))),
            ("Errors", formats.number(levels.get("error", 0))),
            ("Warnings", formats.number(levels.get("warning", 0))),
            ("Amount affected", money.show(affected, context.tenant.currency)),
        ],
        notes={
            "Rows with errors": "Rows with an error of their own. They are held for correction, and so are rows that "
            "refer to them: the dry run counts both.",
            "Amount affected": "The amounts of all findings, added up without their signs.",
        },
    )


def _held_in_dry_run(context: Context, latest: ValidationView) -> None:
    """Draw how many rows the newest dry run of the validated mapping held, and when."""
    newest = next(
        (run for run in run_views.runs(context, latest.migration_id) if run.kind == "dry_run"), None
    )
    if (
        newest is None
        or newest.state != RunState.COMPLETED
        or not is_rehearsed(progress.facts(context, latest.migration_id))
    ):
        return
    st.caption(f"{newest.errors:,} held in the dry run of {formats.moment(context, newest.created_at)}")
