"""The milestones of an order: promised, forecast, reached, and how they stand in words."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from core.business.engagements.lookup import today_of
from core.business.engagements.milestones.views import MilestoneView, milestones
from core.context import Context
from core.kit.wording import day
from pages.orders.milestone_dialog import SIDE, draw_dialog
from pages.ui import widgets

STATE = st.session_state
_ROW = "milestone_row"


def show_milestones(context: Context, order_id: str) -> None:
    rows = milestones(context, order_id)
    widgets.section("Milestones")
    if not rows:
        st.caption("They are promised when the order is approved.")
        return
    _table(context, rows)
    _notes(rows)
    opened_row = next((row for row in rows if row.key == SIDE.opened), None)
    if opened_row is not None:
        draw_dialog(order_id, opened_row)


def _table(context: Context, rows: Sequence[MilestoneView]) -> None:
    today, may_work = today_of(context), context.may("order.work")
    widgets.table(
        [
            {
                "Milestone": row.title,
                "Promised": day(row.promised_on, today) if row.promised_on else None,
                "Forecast": day(row.forecast.day, today) if row.forecast else None,
                "80%": _interval(row),
                "Reached": day(row.reached_on, today) if row.reached_on else None,
                "Status": [row.status],
                "Change": "Edit",
            }
            for row in rows
        ],
        {
            "Milestone": st.column_config.TextColumn(width=128),
            "Promised": st.column_config.TextColumn(width=74),
            "Forecast": st.column_config.TextColumn(width=74),
            "80%": st.column_config.TextColumn("80% within", help="Where four of five fall", width=98),
            "Reached": st.column_config.TextColumn(width=60),
            "Status": widgets.badge_column("Status", {row.status: _colour(row) for row in rows}, width=80),
        }
        | (
            {
                "Change": st.column_config.ButtonColumn(
                    "Change", key=_ROW, on_click=lambda: SIDE.open(rows[STATE[_ROW].row].key), width=46
                )
            }
            if may_work
            else {}
        ),
        alt="Milestones with promised, forecast and reached day, and how they stand",
    )


def _interval(row: MilestoneView) -> str | None:
    forecast = row.forecast
    if forecast is None or forecast.low is None or forecast.high is None:
        return None
    same = (forecast.low.year, forecast.low.month) == (forecast.high.year, forecast.high.month)
    return f"{forecast.low:{'%-d' if same else '%-d %b'}}–{forecast.high:%-d %b}"


def _notes(rows: Sequence[MilestoneView]) -> None:
    """Say where the forecast comes from, and which promises were changed or assumed."""
    forecast = next((row.forecast for row in rows if row.forecast), None)
    notes = [f"Forecast: {forecast.basis.lower()}"] if forecast else []
    if rows[0].is_assumed:
        notes.append("The plan's days are assumed")
    if titles := [row.title for row in rows if row.promised_on != row.first_promised_on]:
        notes.append(f"Promised anew: {', '.join(titles)}")
    if notes:
        st.caption(". ".join(notes))


def _colour(row: MilestoneView) -> str:
    if row.status.endswith("d late"):
        return "orange" if row.reached_on else "red"
    if row.reached_on:
        return "green"
    return "orange" if row.status == "Due today" or "risk" in row.status else "gray"
