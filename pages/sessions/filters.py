"""The toolbar of the sessions: week or list, which week, and filters by kind, state and specialist."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta

import streamlit as st

from core.business.engagements.sessions.kinds import session_rules
from core.business.engagements.sessions.listing import SessionFilter
from core.business.engagements.sessions.rules import STATE_LABELS
from core.context import Context
from core.platform.access.customers.views import staff
from pages.ui import formats
from pages.ui.filters import choice_box

STATE = st.session_state
WEEK, LIST = "Week", "List"
_LAYOUT, _MONDAY = "sessions_layout", "sessions_monday"
_WORKING = frozenset({"specialist", "partner", "manager"})


def draw(context: Context, today: date) -> tuple[str, date, SessionFilter]:
    """Draw the toolbar; return the layout, the Monday of the week that is shown, and the filter."""
    this_monday = today - timedelta(days=today.weekday())
    monday = STATE.get(_MONDAY) or this_monday
    kinds = {kind.title: key for key, kind in session_rules().kinds.items()}
    states = {label: key for key, label in STATE_LABELS.items()}
    people = _people(context)
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        layout = st.segmented_control(
            "Layout", [WEEK, LIST], default=WEEK, key=_LAYOUT, label_visibility="collapsed", required=True
        )
        if layout == WEEK:
            _weeks(monday, this_monday)
        kind = choice_box("Session", "kind", kinds, "Sessions", 115)
        state = choice_box("State", "state", states, "States", 105)
        person = choice_box("Specialist", "specialist", people, "Specialists", 125)
    selection = SessionFilter(kinds.get(kind, ""), states.get(state, ""), people.get(person, ""))
    return layout or WEEK, monday, selection


def _weeks(monday: date, this_monday: date) -> None:
    """Draw the steps between weeks, and which one is shown."""
    for key, icon, target, label in (
        ("before", "chevron_left", monday - timedelta(days=7), "Week before"),
        ("today", "today", this_monday, "This week"),
        ("after", "chevron_right", monday + timedelta(days=7), "Week after"),
    ):
        st.button(
            "",
            icon=f":material/{icon}:",
            help=label,
            key=f"sessions_{key}",
            on_click=STATE.update,
            args=({_MONDAY: target},),
        )
    sunday = monday + timedelta(days=6)
    st.markdown(f"**{monday.day} {monday:%b} – {sunday.day} {sunday:%b %Y}**", width="content")


def _people(context: Context) -> Mapping[str, str]:
    """Return the choices of specialists: label -> id of the person."""
    mine = {"Mine": context.person}
    if not context.may("customer.read"):
        return mine
    names = {person.person_id: person.name for person in staff(context) if person.role in _WORKING}
    return mine | {label: key for key, label in formats.unique_labels(names).items()}
