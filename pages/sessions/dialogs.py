"""The dialog of one session: time by both clocks, agenda, minutes and decisions; move, cancel and hold it."""

from __future__ import annotations

import streamlit as st

from core.business.engagements.sessions.actions import (
    cancel_session,
    hold_session,
    move_session,
    refresh_agenda,
)
from core.business.engagements.sessions.allowance import duration
from core.business.engagements.sessions.rules import MAX_MINUTES, MAX_REASON
from core.business.engagements.sessions.views import SessionView, guided_session, session_minutes
from core.context import Context
from pages.ui import formats, widgets
from pages.ui.delivery import session_state as state
from pages.ui.delivery.session_slots import choose_slot
from pages.ui.delivery.session_state import CANCEL, COLOURS, DETAILS, DIALOG, HOLD, MOVE
from pages.ui.dialogs import section

_TITLES = {DETAILS: "Session", MOVE: "Move session", CANCEL: "Cancel session", HOLD: "Minutes of the session"}
_MARKS = {"plan": ":material/event_note:", "fields": ":material/rule:", "rows": ":material/pause_circle:"}


def session_dialog() -> None:
    """Draw the dialog of a session where one is open."""
    name = DIALOG.opened
    if name not in _TITLES:
        return

    @st.dialog(_TITLES[name], icon=":material/event:", width="medium", on_dismiss=DIALOG.close)
    def body() -> None:
        DIALOG.leave_unless(name)
        with state.customer_of_dialog() as context:
            view = guided_session(context, state.subject_of_dialog()[1])
            _head(context, view)
            {DETAILS: _details, MOVE: _move, CANCEL: _cancel, HOLD: _hold}[name](context, view)

    body()


def _head(context: Context, view: SessionView) -> None:
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.markdown(f"**{view.title}**, {formats.plain(context.tenant.name)}", width="content")
        widgets.badge(view.state_text, COLOURS[view.state_text])
    with st.container(gap="xxsmall"):
        for line in view.when.split(" / "):
            st.text(line)
        st.caption(formats.plain(f"With {view.specialist}."))
    if view.reason and view.state != "held":
        st.caption(formats.plain(f"Last change: {view.reason}"))
    if view.charged_minutes:
        verb = "charged" if view.held_at else "will be charged"
        st.caption(f"{duration(view.charged_minutes)} beyond the package {verb}.")


def _details(context: Context, view: SessionView) -> None:
    section("Agenda")
    with st.container(gap="xxsmall"):
        for item in view.agenda:
            with st.container(horizontal=True, gap="xsmall"):
                st.markdown(_MARKS.get(item.topic, ":material/fact_check:"), width="content")
                st.text(item.text)
    if minutes := session_minutes(context, view.id):
        section("Minutes")
        st.text(minutes.text or "–")
        if minutes.decisions:
            section("Decisions")
            for line in minutes.decisions:
                st.text(f"• {line}")
    if not context.may("guided_session.edit") or view.state == "cancelled":
        return
    with st.container(horizontal=True, horizontal_alignment="right"):
        has_begun = view.starts_at <= context.now
        if view.is_booked:
            _turn("Cancel session…", CANCEL)
            if not has_begun:
                st.button("Fill agenda anew", key="sessions_agenda", on_click=_refresh, args=(view.id,))
                _turn("Move…", MOVE)
        if has_begun:
            _turn("Write minutes…" if view.is_booked else "Correct minutes…", HOLD)


def _turn(label: str, name: str) -> None:
    st.button(label, key=f"sessions_to_{name}", on_click=state.turn_dialog, args=(name,))


def _refresh(session_id: str) -> None:
    state.finish(lambda context: refresh_agenda(context, session_id), "Agenda filled anew")


def _move(context: Context, view: SessionView) -> None:
    slot = choose_slot(context, view.order_id, view.kind, view.specialist_id, but_session=view.id)
    reason = st.text_input("Reason", key="sessions_reason", max_chars=MAX_REASON) or ""
    state.buttons(
        "Move session",
        lambda inner: slot and move_session(inner, view.id, slot.start, reason),
        "Session moved. The customer and the specialist are told by e-mail",
        disabled=slot is None or not reason.strip(),
    )


def _cancel(_context: Context, view: SessionView) -> None:
    st.markdown("- Customer and specialist are told by e-mail.\n- The time counts for nothing.")
    reason = st.text_input("Reason", key="sessions_reason", max_chars=MAX_REASON) or ""
    state.buttons(
        "Cancel session",
        lambda inner: cancel_session(inner, view.id, reason),
        "Session cancelled. The customer and the specialist are told by e-mail",
        disabled=not reason.strip(),
    )


def _hold(context: Context, view: SessionView) -> None:
    minutes = session_minutes(context, view.id)
    text = st.text_area(
        "Minutes",
        minutes.text if minutes else "",
        key="sessions_minutes",
        max_chars=MAX_MINUTES,
        height=160,
    )
    lines = st.text_area(
        "Decisions, one a line",
        "\n".join(minutes.decisions) if minutes else "",
        key="sessions_decisions",
        height=100,
    )
    state.buttons(
        "Save minutes",
        lambda inner: hold_session(inner, view.id, text or "", (lines or "").splitlines()),
        "Minutes saved",
        disabled=not ((text or "").strip() or (lines or "").strip()),
    )
