"""Validation: everything that is wrong with the data under the present mapping, money first, row by row."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

import streamlit as st

from core.context import Context
from core.engine.validation import actions, views
from core.engine.validation.tables import Validation
from core.engine.validation.views import IssueCount
from core.kit import money
from pages.ui import show as ui
from pages.ui.coach import coach
from pages.ui.findings import all_findings, money_findings
from pages.ui.frame import act, chosen_migration
from pages.ui.links import link
from pages.ui.road import Step, wizard


def show(context: Context) -> None:
    ui.heading(
        context, "Validation", "The whole data, read through the mapping as it stands. Nothing is written."
    )
    migration_id = chosen_migration()
    bar = st.container()
    with st.container(horizontal=True, vertical_alignment="center"):
        asked = context.may("validation.run") and st.button(
            "Validate now", icon=":material/fact_check:", type="primary"
        )
        link("dry_run", "Continue with the dry run", icon=":material/science:")
    if asked:
        with st.spinner("Validating every row"):
            act(lambda own: actions.validate(own, migration_id), "Validated")
        st.rerun()
    with bar:
        wizard(context, migration_id, Step.TEST)
        coach(context, migration_id, Step.TEST)
    latest = views.latest(context, migration_id)
    if latest is None:
        ui.empty(
            "Not validated yet",
            "Validate to see what is wrong before anything is imported.",
            icon="fact_check",
        )
        return
    if not views.is_current(context, latest):
        st.badge(
            "The mapping or the files changed since. Validate again.",
            icon=":material/history:",
            color="orange",
        )
    st.caption(f"Validated {ui.moment(context, latest.created_at)}")
    counts = views.issue_counts(context, latest.id)
    _summary(context, latest, counts)
    money_findings(context, latest, counts)
    all_findings(context, latest, counts)


def _summary(context: Context, latest: Validation, counts: Sequence[IssueCount]) -> None:
    levels = latest.totals.get("levels", {})
    touched = sum((abs(count.money) for count in counts if count.money is not None), Decimal(0))
    ui.figures(
        [
            ("Rows", ui.number(latest.totals.get("file_rows"))),
            ("Rows held", ui.number(views.file_held(latest.totals))),
            ("Errors", ui.number(levels.get("error", 0))),
            ("Warnings", ui.number(levels.get("warning", 0))),
            ("Notes", ui.number(levels.get("info", 0))),
            ("Money touched", money.show(touched, context.tenant.currency)),
        ],
        notes={
            "Rows held": "Rows with an error: they stay out until corrected.",
            "Money touched": "The amounts of all money findings, added up regardless of their sign.",
        },
    )
