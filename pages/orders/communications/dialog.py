"""Write an entry of the communication log, or the entry that puts another right."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

import streamlit as st

from core.business.engagements.communications.actions import correct_communication, log_communication
from core.business.engagements.communications.rules import CHANNELS, DIRECTIONS, MAX_TEXT, MAX_WITH, Entry
from core.business.engagements.communications.views import LogEntry
from core.context import Context
from pages.ui.dialogs import SideDialogs
from pages.ui.frame import act, live

STATE = st.session_state
SIDE = SideDialogs("order_log_dialog")
NEW = "new"
_PREFIX = "order_log_"


def _close() -> None:
    for name in ("via", "direction", "day", "time", "partner", "text", "shared"):
        STATE.pop(_PREFIX + name, None)
    SIDE.close()


def entry_dialog(context: Context, order_id: str, wrong: LogEntry | None) -> None:
    """Ask for an entry; `wrong` is the one that it corrects, whose words it begins with."""
    zone = context.tenant.zone
    title = "Correct entry" if wrong else "Add entry"

    @st.dialog(title, icon=":material/forum:", on_dismiss=_close)
    def body() -> None:
        SIDE.leave_unless(wrong.id if wrong else NEW)
        with live() as own_context:
            if wrong:
                st.caption("The entry stays as it is. This one follows it and stands for it.")
            at = (wrong.happened_at if wrong else own_context.now).astimezone(ZoneInfo(zone))
            _draw_fields(wrong, at)
        with st.container(horizontal=True, horizontal_alignment="right"):
            st.button("Cancel", key="order_log_cancel", on_click=_close)
            st.button(
                title, key="order_log_confirm", type="primary", on_click=_save, args=(order_id, wrong, zone)
            )

    body()


def _draw_fields(wrong: LogEntry | None, at: datetime) -> None:
    st.segmented_control(
        "Channel",
        list(CHANNELS),
        default=wrong.channel if wrong else "email",
        format_func=CHANNELS.__getitem__,
        required=True,
        key=_PREFIX + "via",
    )
    st.segmented_control(
        "Direction",
        list(DIRECTIONS),
        default=wrong.direction if wrong else "out",
        format_func=DIRECTIONS.__getitem__,
        required=True,
        key=_PREFIX + "direction",
    )
    day, clock = st.columns(2)
    day.date_input("Day", value=at.date(), key=_PREFIX + "day")
    clock.time_input("Time", value=at.time().replace(second=0, microsecond=0), key=_PREFIX + "time", step=300)
    partner = wrong.partner if wrong else ""
    st.text_input("With whom", value=partner, max_chars=MAX_WITH, key=_PREFIX + "partner")
    st.text_area("What was said", value=wrong.text if wrong else "", max_chars=MAX_TEXT, key=_PREFIX + "text")
    is_fixed = wrong is not None and wrong.is_shared
    st.checkbox("The customer sees it", value=is_fixed, disabled=is_fixed, key=_PREFIX + "shared")


def _save(order_id: str, wrong: LogEntry | None, zone: str) -> None:
    day, clock = STATE[_PREFIX + "day"], STATE[_PREFIX + "time"]
    entry = Entry(
        STATE[_PREFIX + "via"],
        STATE[_PREFIX + "direction"],
        datetime.combine(day, clock, ZoneInfo(zone)),
        str(STATE[_PREFIX + "partner"] or ""),
        str(STATE[_PREFIX + "text"] or ""),
        bool(STATE[_PREFIX + "shared"]),
    )

    def work(context: Context) -> str:
        if wrong is not None:
            return correct_communication(context, wrong.id, entry)
        return log_communication(context, order_id, entry)

    if act(work, "Entry written"):
        _close()
