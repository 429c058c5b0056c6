"""Hours in sessions, free and beyond of each specialist in a week, with the table behind it."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import streamlit as st

from core.business.specialists.utilisation.rules import DEFINITION, TeamUtilisation, Utilisation
from core.business.specialists.utilisation.views import utilisation, week_of
from core.context import Context
from core.kit.wording import counted, day
from pages.ui import charts, widgets

if TYPE_CHECKING:
    import plotly.graph_objects as go

_ROW, _FRAME, _MOST = 26, 70, 20
_WEEK = "utilisation_week"
_WEEKS = {0: "This week", 1: "Next week", -1: "Last week"}


def draw_utilisation(context: Context) -> None:
    """Draw the utilisation of a week in a Context of the operator; nothing for who may not see it."""
    if not context.may("utilisation.read"):
        return
    widgets.section("Booked hours")
    week = st.segmented_control(
        "Week",
        sorted(_WEEKS),
        key=_WEEK,
        default=0,
        format_func=_WEEKS.__getitem__,
        label_visibility="collapsed",
    )
    monday, sunday = (edge + timedelta(weeks=week or 0) for edge in week_of(context))
    team = utilisation(context, monday, sunday)
    if not team.people:
        widgets.empty("No specialists yet", "Add specialists to see their hours.", icon="group")
        return
    today = context.today
    share = "–" if team.percent is None else f"{team.percent:.0f}%"
    st.metric(
        f"Utilisation, {day(monday, today)} to {day(sunday, today)}",
        share,
        help=DEFINITION,
        width="content",
    )
    sample = (
        f"{hours(team.booked_hours)} of {hours(team.available)} h · n = {counted(team.sessions, 'session')}"
    )
    st.caption(f"{sample}, {counted(len(team.people), 'specialist')}")
    people = list(team.people)[:_MOST][::-1]
    charts.draw(
        _chart(people),
        key="utilisation_chart",
        alt=f"Hours in sessions, free and beyond of {len(people)} specialists",
        height=_FRAME + _ROW * len(people),
    )
    with st.expander("Show as table"):
        draw_table(team)


def _chart(people: list[Utilisation]) -> go.Figure:
    colours, chart = charts.palette(), charts.new_chart()
    names = [person.name for person in people]
    within = [float(min(person.booked_hours, person.available)) for person in people]
    chart.add_bar(name="Booked", y=names, x=within, orientation="h", marker_color=colours.main)
    free = [float(person.free) for person in people]
    chart.add_bar(name="Free", y=names, x=free, orientation="h", marker_color=colours.light_part)
    chart.add_bar(
        name="Over",
        y=names,
        x=[float(person.over) for person in people],
        orientation="h",
        marker={"color": colours.bad, "pattern": {"shape": "x", "fillmode": "replace"}},
        text=[f"+{hours(person.over)} h" if person.over else "" for person in people],
        textposition="outside",
        cliponaxis=False,
    )
    chart.update_layout(barmode="stack", xaxis={"ticksuffix": " h"}, yaxis={"type": "category"})
    return chart


def draw_table(team: TeamUtilisation) -> None:
    """Draw the figures of a team's utilisation as a table."""
    widgets.table(
        [
            {
                "Name": person.name,
                "Booked": hours(person.booked_hours),
                "Available": hours(person.available),
                "Absent": hours(person.absent),
                "Utilisation": "–" if person.percent is None else f"{person.percent:.0f}%",
                "Sessions": person.sessions,
                "Partner": person.partner or None,
            }
            for person in team.people
        ],
        {
            "Name": st.column_config.TextColumn(width=160),
            "Booked": st.column_config.TextColumn("Booked h", width=80, alignment="right"),
            "Available": st.column_config.TextColumn("Available h", width=90, alignment="right"),
            "Absent": st.column_config.TextColumn("Absent h", width=80, alignment="right"),
            "Utilisation": st.column_config.TextColumn(width=90, alignment="right"),
            "Sessions": st.column_config.NumberColumn(width=80),
            "Partner": st.column_config.TextColumn(width=140),
        },
        alt="Utilisation of each specialist",
    )


def hours(value: object) -> str:
    """Format hours: '7', '7.5'."""
    return f"{float(str(value)):,.1f}".removesuffix(".0")
