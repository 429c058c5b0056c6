"""The escalations of an order: where each stands, how long it has, who does what next."""

from __future__ import annotations

from datetime import datetime

import streamlit as st

from core.business.engagements.escalations.actions import take_escalation
from core.business.engagements.escalations.rules import Stand
from core.business.engagements.escalations.views import Case, LevelDetails, escalations
from core.context import Context
from pages.orders.escalations.dialogs import OPEN, PACK, RAISE, RESOLVE, SIDE, draw_dialog
from pages.orders.heading import AddButton, draw_heading
from pages.ui import formats, widgets
from pages.ui.frame import act

_STANDS = {
    Stand.OPEN: ("Not taken", "orange"),
    Stand.IN_WORK: ("In work", "blue"),
    Stand.HANDED_OVER: ("Handed over", "gray"),
    Stand.RESOLVED: ("Resolved", "green"),
}


def show_escalations(context: Context, order_id: str) -> None:
    """Draw the escalated problems of an order, open ones first."""
    cases = escalations(context, order_id)
    button = AddButton("Escalate a problem", "order_escalate", ":material/priority_high:", SIDE.open, OPEN)
    draw_heading("Escalations", button, is_permitted=context.may("escalation.edit"))
    if not cases:
        widgets.empty(
            "No escalations",
            "A problem that the team cannot solve goes up level by level: Customer Success, Migration"
            " Specialists, Engineering, AI/ML.",
            icon="verified",
        )
    for case in cases:
        _draw(context, case)
    draw_dialog(context, order_id, cases)


def _draw(context: Context, case: Case) -> None:
    current = case.current
    with st.container(border=True, gap="small"):
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            st.markdown(f"**{current.title}**", width="content")
            widgets.badge(*_STANDS[current.stand])
            _draw_timer(context, current)
            st.space("stretch")
            if case.is_open and context.may("escalation.edit"):
                _draw_buttons(case)
        for level in reversed(case.levels):
            _draw_level(context, level)


def _draw_timer(context: Context, level: LevelDetails) -> None:
    if words := level.timer.text(context.now):
        is_late = level.timer.overdue_limit(context.now) is not None
        widgets.badge(words, "red" if is_late else "gray", icon=":material/schedule:")


def _draw_buttons(case: Case) -> None:
    row_id = case.current.id
    if case.current.stand is Stand.OPEN:
        st.button("Take", key=f"order_take_{row_id}", on_click=_take, args=(row_id,))
    if case.can_rise:
        st.button("Hand over…", key=f"order_raise_{row_id}", on_click=SIDE.open, args=(RAISE + row_id,))
    st.button("Resolve…", key=f"order_resolve_{row_id}", on_click=SIDE.open, args=(RESOLVE + row_id,))


def _draw_level(context: Context, level: LevelDetails) -> None:
    with st.container(gap=None):
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            st.caption(_steps(context, level))
            st.space("stretch")
            st.button(
                "Hand-over pack",
                key=f"order_pack_{level.id}",
                type="tertiary",
                icon=":material/inventory_2:",
                on_click=SIDE.open,
                args=(PACK + level.id,),
            )
        st.text(level.reason)
        if level.resolution:
            st.text(f"Resolved: {level.resolution}")


def _steps(context: Context, level: LevelDetails) -> str:
    """Write who opened, took and closed a level, and when."""

    def by(person: str | None) -> str:
        return formats.plain(person or "a former colleague")

    def at(moment: datetime | None) -> str:
        return formats.plain(formats.moment(context, moment))

    steps = [f"{level.title}: opened by {by(level.opener)}, {at(level.opened_at)}"]
    if level.timer.taken_at is not None:
        steps.append(f"taken by {by(level.taker)}, {at(level.timer.taken_at)}")
    if level.timer.closed_at is not None:
        verb = "resolved" if level.stand is Stand.RESOLVED else "handed over"
        steps.append(f"{verb} by {by(level.closer)}, {at(level.timer.closed_at)}")
    return " · ".join(steps)


def _take(escalation_id: str) -> None:
    act(lambda context: take_escalation(context, escalation_id), "Escalation taken")
