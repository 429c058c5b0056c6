"""Money of an import by location and day, file against AuraConnect, and what the files themselves leave open."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd
import streamlit as st

from core.context import Context
from core.engine.runs.reconciliation.money_rules import EXISTING, MEASURES
from core.engine.runs.reconciliation.views import DayProof
from core.engine.validation.views import IssueView
from core.kit import money
from pages.ui import widgets

RESULTS = {"Equal": "green", "Held": "orange", "Existing kept": "orange", "Differs": "red"}


def money_days(context: Context, days: Sequence[DayProof]) -> None:
    st.header("Money by location and day", anchor=False)
    if not days:
        st.caption("No orders were imported, so there is no money by location and day.")
        return
    selection = _choose_days(days)
    if selection:
        _table(selection, context.tenant.currency)
    else:
        widgets.empty("No difference", "File and AuraConnect are equal to the cent.", icon="verified")


def _choose_days(days: Sequence[DayProof]) -> list[DayProof]:
    """Draw the filters and return the days they select."""
    with st.container(horizontal=True, vertical_alignment="bottom"):
        only = st.segmented_control(
            "Show", ["All", "Differences"], default="All", required=True, key="days", bind="query-params"
        )
        location = st.selectbox(
            "Location",
            sorted({day.location for day in days}),
            index=None,
            placeholder="All",
            key="location",
            bind="query-params",
            width=280,
        )
    return [
        day
        for day in days
        if (only == "All" or day.difference) and (location is None or day.location == location)
    ]


def _result(day: DayProof) -> str:
    if not day.difference:
        return "Equal"
    if not day.name:
        return "Differs"
    return "Existing kept" if day.name == EXISTING else "Held"


def _table(days: Sequence[DayProof], currency: str) -> None:
    right = st.column_config.TextColumn(alignment="right")
    widgets.table(
        pd.DataFrame(
            {
                "Location": [day.location for day in days],
                "Day": [day.business_date for day in days],
                "Measure": [MEASURES.get(day.measure, day.measure) for day in days],
                "File": [money.show(day.source, currency) for day in days],
                "AuraConnect": [money.show(day.target, currency) for day in days],
                "Difference": [money.show(day.difference, currency) for day in days],
                "Result": [[_result(day)] for day in days],
                "Cause": [day.name.capitalize() for day in days],
            }
        ),
        {
            "Location": None,
            "Day": st.column_config.DateColumn(format="D MMM YYYY"),
            "Measure": None,
            "File": right,
            "AuraConnect": right,
            "Difference": right,
            "Result": widgets.badge_column("Result", RESULTS, width=120),
            "Cause": st.column_config.TextColumn(width="large"),
        },
        alt="File against AuraConnect by location, day and measure",
        most=14,
    )


def source_findings(context: Context, findings: Sequence[IssueView]) -> None:
    if not findings:
        return
    st.header("Money findings of the files", anchor=False)
    st.caption("Amounts that do not add up in the export itself. They were imported as they are.")
    widgets.table(
        [
            {
                "Finding": issue.title,
                "Explanation": issue.detail,
                "Amount": money.show(issue.money, context.tenant.currency),
                "Row": issue.row,
            }
            for issue in findings
        ],
        {
            "Finding": None,
            "Explanation": st.column_config.TextColumn(width="large"),
            "Amount": st.column_config.TextColumn(alignment="right"),
            "Row": None,
        },
        alt="Findings of the validation that touch money",
    )
