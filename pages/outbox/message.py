"""One message: its state, its text and HTML as text, the button that sends it again, and who it goes to on demand."""

from __future__ import annotations

import streamlit as st

from core.context import Context
from core.platform.delivery.actions import Revealed, retry_message, reveal_message
from core.platform.delivery.views import OutboxEntry, message_text
from pages.ui import formats, widgets
from pages.ui.frame import act

_REVEALED = "outbox_revealed"


def message_card(scope: Context, entry: OutboxEntry, colour: str) -> None:
    """Draw the message; its content is data and shown as text, so that no picture of it is loaded."""
    content = message_text(scope, entry.id)
    with st.container(border=True):
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            widgets.badge(formats.words(entry.state), colour)
            st.markdown(f"**{formats.plain(content.subject)}**", width="content")
            if entry.repeated:
                widgets.badge("Sent again after an interruption", "gray", icon=":material/repeat:")
            st.space("stretch")
            _buttons(scope, entry)
        st.text(_history(scope, entry))
        _revealed(entry)
        text_tab, html_tab = st.tabs([":material/notes: Text", ":material/code: HTML source"])
        with text_tab:
            st.code(content.text, language=None, wrap_lines=True)
        with html_tab:
            st.code(content.html, language="html", wrap_lines=True)


def _buttons(scope: Context, entry: OutboxEntry) -> None:
    if scope.may("outbox.reveal"):
        st.button(
            "Show recipient and link" if entry.has_link else "Show recipient",
            icon=":material/visibility:",
            key="outbox_reveal",
            on_click=_reveal,
            args=(scope.tenant.slug, entry.id),
            help="Recorded in the audit log.",
        )
    if scope.may("outbox.retry"):
        st.button(
            "Send again",
            icon=":material/refresh:",
            key="outbox_retry",
            type="primary",
            disabled=entry.state not in {"failed", "dead"},
            help=None if entry.state in {"failed", "dead"} else "Only for messages that failed.",
            on_click=act,
            args=(lambda context: retry_message(context, entry.id), "The message is sent again."),
            kwargs={"tenant": scope.tenant.slug},
        )


def _history(scope: Context, entry: OutboxEntry) -> str:
    parts = [f"To {entry.recipient}", f"created {formats.moment(scope, entry.created_at)}"]
    if entry.attempts:
        parts.append(formats.counted(entry.attempts, "attempt"))
    if entry.sent_at is not None:
        parts.append(f"sent {formats.moment(scope, entry.sent_at)}")
    elif entry.state == "failed":
        parts.append(f"next attempt {formats.moment(scope, entry.next_at)}")
    return " · ".join(parts) + (f"\n{entry.error}" if entry.error else "")


def _reveal(slug: str, message_id: str) -> None:
    revealed = act(lambda context: reveal_message(context, message_id), tenant=slug)
    if revealed is not None:
        st.session_state[_REVEALED] = (message_id, revealed)


def _revealed(entry: OutboxEntry) -> None:
    """Draw the recipient and the link once: they go with the next click."""
    message_id, revealed = st.session_state.pop(_REVEALED, ("", Revealed("", None)))
    if message_id != entry.id:
        return
    st.text(f"Recipient: {revealed.recipient}")
    if revealed.link:
        st.code(revealed.link, language=None, wrap_lines=True)
        st.caption("Whoever has this link can use it once. Hand it over to the recipient only.")
