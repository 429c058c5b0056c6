"""Reconciliation: source against target after an import, row by row and cent by cent, with every difference named."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

import pandas as pd
import streamlit as st

from core.context import Context
from core.engine.runs import views
from core.engine.runs.rules import FATES
from core.kit import money
from pages.ui import show as ui
from pages.ui.frame import chosen_migration
from pages.ui.links import link
from pages.ui.road import Step, wizard
from pages.ui.run_parts import FATE_LABELS

MEASURES: Mapping[str, str] = {
    "gross": "Gross sales",
    "discounts": "Discounts",
    "tax": "Tax",
    "tips": "Tips",
    "service_charges": "Service charges",
    "payments": "Payments",
}
ADDS_UP = {"Yes": "green", "No": "red"}


def show(context: Context) -> None:
    ui.heading(
        context,
        "Reconciliation",
        "Source against target: every row has one fate, every day's money is equal or its difference has a name.",
    )
    migration_id = chosen_migration()
    wizard(context, migration_id, Step.LIVE)
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
    wanted = st.query_params.get("run")
    first = list(names).index(wanted) if wanted in names else 0
    chosen = st.selectbox("Import", list(names), index=first, format_func=lambda run: names[run])
    st.query_params["run"] = chosen
    result = views.reconciliation(context, chosen)
    if result.balanced:
        st.badge(
            "Balanced: every row and every cent is accounted for", icon=":material/verified:", color="green"
        )
    else:
        st.badge("Open: something below needs a look", icon=":material/balance:", color="orange")
    _rows(result.entities)
    _days(context, result.days)
    _findings(context, result.findings)


def _rows(entities: list[Any]) -> None:
    st.subheader("Rows", anchor=False)
    number = st.column_config.NumberColumn(format="localized")
    ui.table(
        [
            {
                "Entity": ui.words(entity.entity),
                "Rows read": entity.read,
                **{FATE_LABELS[fate]: getattr(entity, fate) for fate in FATES},
                "Adds up": ["Yes" if entity.sum_ok else "No"],
                "Records in target": entity.target_rows,
                "Target agrees": ["Yes" if entity.target_ok else "No"],
            }
            for entity in entities
        ],
        {
            "Entity": None,
            "Rows read": number,
            **dict.fromkeys(FATE_LABELS.values(), number),
            "Adds up": ui.badge_column("Adds up", ADDS_UP, width=90),
            "Records in target": number,
            "Target agrees": ui.badge_column("Target agrees", ADDS_UP, width=110),
        },
        alt="Fates of all rows per entity, against the target",
    )


def _days(context: Context, days: list[Any]) -> None:
    st.subheader("Money by location and day", anchor=False)
    if not days:
        st.caption("This import has no orders, so there is no money to compare.")
        return
    currency = context.tenant.currency
    totals: dict[str, list[Decimal]] = {}
    for day in days:
        sums = totals.setdefault(day.measure, [Decimal(0)] * 3)
        totals[day.measure] = [sums[0] + day.source, sums[1] + day.target, sums[2] + day.difference]
    ui.figures(
        [
            (label, money.show(totals[name][2], currency))
            for name, label in MEASURES.items()
            if name in totals
        ],
        notes={
            label: f"Difference over all days. Source {money.show(totals[name][0], currency)}"
            for name, label in MEASURES.items()
            if name in totals
        },
    )
    with st.container(horizontal=True, vertical_alignment="bottom"):
        only = st.segmented_control(
            "Show", ["All", "Differences"], default="All", required=True, key="days", bind="query-params"
        )
        place = st.selectbox(
            "Location",
            sorted({day.location for day in days}),
            index=None,
            placeholder="All",
            key="location",
            bind="query-params",
            width=280,
        )
    shown = [
        day for day in days if (only == "All" or day.difference) and (place is None or day.location == place)
    ]
    if not shown:
        ui.empty("No difference", "Source and target are equal to the cent.", icon="verified")
        return
    right = st.column_config.TextColumn(alignment="right")
    ui.table(
        pd.DataFrame(
            {
                "Location": [day.location for day in shown],
                "Day": [day.business_date for day in shown],
                "Measure": [MEASURES.get(day.measure, day.measure) for day in shown],
                "Source": [money.show(day.source, currency) for day in shown],
                "Target": [money.show(day.target, currency) for day in shown],
                "Difference": [money.show(day.difference, currency) for day in shown],
                "Equal": [
                    ["0.00"] if not day.difference else ["Named"] if day.name else ["Open"] for day in shown
                ],
                "Name": [day.name for day in shown],
            }
        ),
        {
            "Location": None,
            "Day": st.column_config.DateColumn(format="YYYY-MM-DD"),
            "Measure": None,
            "Source": right,
            "Target": right,
            "Difference": right,
            "Equal": ui.badge_column("Equal", {"0.00": "green", "Named": "orange", "Open": "red"}, width=90),
            "Name": st.column_config.TextColumn(width="large"),
        },
        alt="Source against target per location, day and measure",
        height=440,
    )


def _findings(context: Context, findings: list[Any]) -> None:
    if not findings:
        return
    st.subheader("Money findings of the source", anchor=False)
    st.caption("They stood in the export before anything was imported.")
    ui.table(
        [
            {
                "Finding": issue.title,
                "In words": issue.detail,
                "Amount": money.show(issue.money, context.tenant.currency),
                "Row": issue.row,
            }
            for issue in findings
        ],
        {
            "Finding": None,
            "In words": st.column_config.TextColumn(width="large"),
            "Amount": st.column_config.TextColumn(alignment="right"),
            "Row": None,
        },
        alt="Findings of the validation that touch money",
    )
