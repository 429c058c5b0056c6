"""Money of an import: source against target per location, day and measure, and what the source itself leaves open."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal

import pandas as pd
import streamlit as st

from core.context import Context
from core.engine.runs.reconcile import DayProof
from core.engine.validation.views import IssueView
from core.kit import money
from pages.ui import show as ui

MEASURES: Mapping[str, str] = {
    "gross": "Gross sales",
    "discounts": "Discounts",
    "tax": "Tax",
    "tips": "Tips",
    "service_charges": "Service charges",
    "payments": "Payments",
}


def money_days(context: Context, days: Sequence[DayProof]) -> None:
    st.subheader("Money by location and day", anchor=False)
    if not days:
        st.caption("This import has no orders, so there is no money to compare.")
        return
    _sums(days, context.tenant.currency)
    shown = _chosen(days)
    if shown:
        _table(shown, context.tenant.currency)
    else:
        ui.empty("No difference", "Source and target are equal to the cent.", icon="verified")


def _sums(days: Sequence[DayProof], currency: str) -> None:
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


def _chosen(days: Sequence[DayProof]) -> list[DayProof]:
    """What the filters above the table leave."""
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
    return [
        day for day in days if (only == "All" or day.difference) and (place is None or day.location == place)
    ]


def _table(shown: Sequence[DayProof], currency: str) -> None:
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
        most=14,
    )


def source_findings(context: Context, findings: Sequence[IssueView]) -> None:
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
