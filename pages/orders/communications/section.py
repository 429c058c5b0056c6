"""The communication log of an order: searched by channel and period, written and corrected in a dialog."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import streamlit as st

from core.business.engagements.communications.rules import CHANNELS
from core.business.engagements.communications.views import MAX_ENTRIES, LogEntry, communications
from core.context import Context
from pages.orders.communications.dialog import NEW, SIDE, entry_dialog
from pages.ui import formats, widgets

STATE = st.session_state
_CHANNEL, _PERIOD = "order_log_channel", "order_log_period"
_ICONS = {"email": "mail", "phone": "call", "meeting": "groups", "chat": "chat", "sms": "sms"}


def show_communications(context: Context, order_id: str) -> None:
    """Draw the log of an order, the newest entry first; a contact of the customer sees the shared entries."""
    channel, since, until = _toolbar(context)
    entries = communications(context, order_id, channel=channel, since=since, until=until)
    if not entries:
        is_search = channel is not None or since is not None
        widgets.empty(
            "No entries match" if is_search else "No entries yet",
            "Choose another channel or period."
            if is_search
            else "Every e-mail, call, meeting, chat and SMS about the order is written down here.",
            icon="forum",
        )
    for entry in entries:
        _draw(context, entry)
    if len(entries) == MAX_ENTRIES:
        st.caption(f"The newest {MAX_ENTRIES} entries are listed. Choose a period to see others.")
    wrong = next((entry for entry in entries if entry.id == SIDE.opened), None)
    if SIDE.opened == NEW or wrong:
        entry_dialog(context, order_id, wrong)


def _toolbar(context: Context) -> tuple[str | None, datetime | None, datetime | None]:
    """Draw the filters and the button; return channel, beginning and end of the period, None for all."""
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        channel = st.segmented_control(
            "Channel",
            list(CHANNELS),
            format_func=CHANNELS.__getitem__,
            key=_CHANNEL,
            label_visibility="collapsed",
        )
        period = st.date_input("Period", value=[], key=_PERIOD, label_visibility="collapsed", width=220)
        st.space("stretch")
        if context.may("communication.write"):
            st.button(
                "Add entry",
                key="order_log_add",
                icon=":material/add:",
                type="primary",
                on_click=SIDE.open,
                args=(NEW,),
            )
    days = period if isinstance(period, tuple) else ()
    if len(days) != 2:
        return channel, None, None
    return channel, _midnight(context, days[0]), _midnight(context, days[1] + timedelta(days=1))


def _midnight(context: Context, day: date) -> datetime:
    return datetime.combine(day, time.min, ZoneInfo(context.tenant.zone))


def _draw(context: Context, entry: LogEntry) -> None:
    with st.container(border=True, gap="xxsmall"):
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            icon = _ICONS[entry.channel]
            st.markdown(f":material/{icon}: **{entry.channel_text}**", width="content")
            st.caption(entry.direction_text, width="content")
            st.text(entry.partner, width="content")
            if entry.is_shared:
                widgets.badge("Shared", "green")
            if entry.is_corrected:
                widgets.badge("Corrected", "orange")
            elif entry.corrects:
                widgets.badge("Correction", "blue")
            st.space("stretch")
            if context.may("communication.write") and not entry.is_corrected:
                st.button(
                    "Correct…",
                    key=f"order_log_correct_{entry.id}",
                    type="tertiary",
                    on_click=SIDE.open,
                    args=(entry.id,),
                )
        st.text(entry.text)
        at = formats.plain(formats.moment(context, entry.happened_at))
        st.caption(f"{at} · written by {formats.plain(entry.writer or 'a former colleague')}")
