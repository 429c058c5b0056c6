"""The private address of a specialist's calendar: made, shown once, closed."""

from __future__ import annotations

import streamlit as st

from core.business.specialists.availability.feeds import end_feed, has_feed, own_zone, rotate_feed
from core.context import Context
from pages.ui.delivery.session_state import DIALOG
from pages.ui.frame import act, live

STATE = st.session_state
_FEED = "feed"
_ADDRESS = "sessions_address"


def draw_feed_button(context: Context) -> None:
    """Draw the button for a person who is a specialist."""
    if context.may("guided_session.feed") and own_zone(context):
        st.button("Calendar address", icon=":material/calendar_month:", key="sessions_feed", on_click=_open)


def feed_dialog() -> None:
    """Draw the dialog where it is open."""
    if DIALOG.opened != _FEED:
        return

    @st.dialog("Calendar address", icon=":material/calendar_month:", on_dismiss=DIALOG.close)
    def body() -> None:
        DIALOG.leave_unless(_FEED)
        with live() as context:
            st.markdown(
                "Subscribe to your sessions in your calendar program. Whoever has the address can read them."
            )
            if address := STATE.get(_ADDRESS):
                st.markdown("**Copy it now.** It is not shown again.")
                st.code(address, language=None, wrap_lines=True)
            is_open = has_feed(context)
            with st.container(horizontal=True, horizontal_alignment="right"):
                if is_open:
                    st.button("Close address", key="sessions_feed_end", on_click=_end)
                label = "Replace address" if is_open else "Make address"
                st.button(label, type="primary", key="sessions_feed_make", on_click=_make)

    body()


def _open() -> None:
    STATE.pop(_ADDRESS, None)
    DIALOG.open(_FEED)


def _make() -> None:
    STATE[_ADDRESS] = act(rotate_feed)


def _end() -> None:
    STATE.pop(_ADDRESS, None)
    DIALOG.close()
    act(end_feed, "Address closed")
