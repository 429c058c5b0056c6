"""The list of messages: by state and kind, newest first, with the channels' state above and the chosen message below."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from core.context import Context
from core.platform.delivery.views import OutboxEntry, faults_of_channels, outbox_counts, outbox_entries
from core.platform.events.kinds import EMAIL, KINDS, SMS, WEBHOOK
from pages.outbox.message import message_card
from pages.outbox.scope import chosen_scope
from pages.ui import formats, widgets
from pages.ui.address import choose

COLOURS = {"Waiting": "blue", "Sending": "blue", "Sent": "green", "Failed": "orange", "Dead": "red"}
MESSAGE = "message"
"""Key of the address: the message that is open."""

_OPEN = "outbox_open"
_CHANNELS = {EMAIL: "E-mail", WEBHOOK: "Webhook", SMS: "SMS"}
_ALL = "All"


def show(context: Context) -> None:
    widgets.heading(context, "Outbox", "Messages to people, and what became of each.")
    _channels()
    with chosen_scope(context) as scope:
        counts = outbox_counts(scope)
        if not any(counts.values()):
            widgets.empty(
                "No messages yet",
                "Invitations, approvals and finished imports are announced here.",
                icon="outgoing_mail",
            )
            return
        _figures(counts)
        states, kinds = _filters()
        entries = outbox_entries(scope, message_states=states, event_kinds=kinds)
        if not entries:
            widgets.empty("No messages", "No message matches these filters.", icon="filter_alt_off")
            return
        _table(scope, entries)
        entry_open = next((entry for entry in entries if entry.id == st.query_params.get(MESSAGE)), None)
        if entry_open is not None:
            message_card(scope, entry_open, COLOURS[formats.words(entry_open.state)])


def _channels() -> None:
    """Draw whether each channel sends, and what to do where it does not."""
    faults = faults_of_channels()
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        for name, fault in faults.items():
            label = _CHANNELS[name]
            if not fault:
                widgets.badge(f"{label} on", "green", icon=":material/check_circle:")
            elif fault == "not configured":
                widgets.badge(f"{label} not configured", "gray", icon=":material/do_not_disturb_on:")
            else:
                widgets.badge(f"{label} settings incorrect", "red", icon=":material/error:")
    if faults[EMAIL] == "not configured":
        st.caption("Messages wait here. To send them, set SMTP\\_HOST and SMTP\\_FROM.")
    for fault in faults.values():
        if fault not in {"", "not configured"}:
            st.text(fault)


def _figures(counts: dict[str, int]) -> None:
    pending = counts["waiting"] + counts["sending"]
    values = {"Waiting": pending, "Sent": counts["sent"], "Failed": counts["failed"], "Dead": counts["dead"]}
    widgets.figures(
        [(label, formats.number(count)) for label, count in values.items()],
        notes={"Failed": "Tried again by itself.", "Dead": "Not tried again unless somebody asks for it."},
    )


def _filters() -> tuple[list[str], list[str]]:
    """Draw the filters; each is kept in the address."""
    with st.container(horizontal=True, vertical_alignment="center"):
        state = st.segmented_control(
            "State",
            [_ALL, *COLOURS],
            default=_ALL,
            required=True,
            key="outbox_state",
            bind="query-params",
            label_visibility="collapsed",
        )
        labels = {kind.label: name for name, kind in KINDS.items()}
        kind_label = st.selectbox(
            "Kind",
            list(labels),
            index=None,
            key="outbox_kind",
            bind="query-params",
            placeholder="All kinds",
            label_visibility="collapsed",
            width=240,
        )
    states = [] if state in {None, _ALL} else [str(state).lower()]
    return states, [labels[kind_label]] if kind_label else []


def _table(scope: Context, entries: Sequence[OutboxEntry]) -> None:
    def open_row() -> None:
        choose(MESSAGE, entries[st.session_state[_OPEN].row].id)

    widgets.table(
        [
            {
                "State": [formats.words(entry.state)],
                "Message": KINDS[entry.kind].label,
                "To": entry.recipient,
                "Channel": _CHANNELS[entry.channel],
                "Created": formats.moment(scope, entry.created_at),
                "Attempts": entry.attempts,
                "Next attempt": formats.moment(scope, entry.next_at) if entry.state == "failed" else "–",
                "Error": entry.error or "–",
                "Open": "Open",
            }
            for entry in entries
        ],
        {
            "State": widgets.badge_column("State", COLOURS, width=90),
            "Message": st.column_config.TextColumn(width=170),
            "To": st.column_config.TextColumn(width=120),
            "Open": st.column_config.ButtonColumn("Open", key=_OPEN, on_click=open_row, width=70),
            "Channel": st.column_config.TextColumn(width=75),
            "Created": st.column_config.TextColumn(width=140),
            "Attempts": st.column_config.NumberColumn(width=75),
            "Next attempt": st.column_config.TextColumn(width=130),
            "Error": st.column_config.TextColumn(width=260),
        },
        alt="Messages, newest first, with state, recipient, channel, attempts and error",
        most=12,
    )
