"""Reconciliation: source against target after an import, row by row and cent by cent, with every difference named."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from core.context import Context
from core.engine.runs import views
from core.engine.runs.reconcile import EntityProof
from core.engine.runs.rules import FATES
from pages.ui import show as ui
from pages.ui.coach import coach
from pages.ui.frame import chosen_migration
from pages.ui.links import address_choice, link
from pages.ui.money_days import money_days, source_findings
from pages.ui.road import Step
from pages.ui.run_parts import FATE_LABELS
from pages.ui.wizard import wizard

ADDS_UP = {"Yes": "green", "No": "red"}


def show(context: Context) -> None:
    ui.heading(
        context,
        "Reconciliation",
        "Source against target: every row has one fate, every day's money is equal or its difference has a name.",
    )
    migration_id = chosen_migration()
    wizard(context, migration_id, Step.LIVE)
    coach(context, migration_id, Step.LIVE)
    runs = [
        run
        for run in views.runs(context, migration_id)
        if run.kind == "import" and run.entities and not run.active
    ]
    if not runs:
        ui.empty("Nothing to reconcile yet", "An import is reconciled as soon as it ends.", icon="balance")
        link("runs", "Go to Runs", icon=":material/play_circle:")
        return
    names = {
        run.id: f"{ui.moment(context, run.created_at)}, {ui.words(run.state).lower()} ({run.id[-8:]})"
        for run in runs
    }
    chosen = address_choice("Import", "run", names, noun="run")
    result = views.reconciliation(context, chosen)
    st.text(result.account.headline)
    with st.container(horizontal=True):
        if result.account.complete:
            st.badge("Every row accounted for", icon=":material/verified:", color="green")
        for point in result.account.points:
            st.badge(point.text, icon=":material/balance:", color=point.tone)
    _rows(result.entities)
    money_days(context, result.days)
    source_findings(context, result.findings)


def _rows(entities: Sequence[EntityProof]) -> None:
    st.subheader("Rows", anchor=False)
    number = st.column_config.NumberColumn(format="localized")
    ui.table(
        [
            {
                "Entity": ui.words(entity.entity),
                "Rows read": entity.read,
                **{FATE_LABELS[fate]: getattr(entity, fate) for fate in FATES},
                "Adds up": ["Yes" if entity.sum_ok else "No"],
                "Records written": entity.target_rows,
                "Target agrees": ["Yes" if entity.target_ok else "No"],
            }
            for entity in entities
        ],
        {
            "Entity": None,
            "Rows read": number,
            **dict.fromkeys(FATE_LABELS.values(), number),
            "Adds up": ui.badge_column("Adds up", ADDS_UP, width=90),
            "Records written": number,
            "Target agrees": ui.badge_column("Target agrees", ADDS_UP, width=110),
        },
        alt="Fates of all rows per entity, against the target",
    )
