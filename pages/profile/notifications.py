"""Choose of which events one hears by e-mail; in the console all of them are under the bell."""

from __future__ import annotations

import streamlit as st

from core.context import Context
from core.platform.delivery.notifications import choose_notifications, notification_choices
from pages.ui import widgets
from pages.ui.frame import act

STATE = st.session_state


def draw_notifications(context: Context) -> None:
    """Draw a box for each kind of event; each change is stored at once."""
    widgets.section("Notifications by e-mail")
    st.caption("In the console you find all of them under the bell.")
    for choice in notification_choices(context):
        key = f"profile_mail_{choice.kind}"
        STATE[key] = choice.by_email
        st.checkbox(
            choice.label,
            key=key,
            disabled=choice.required,
            help="Always sent" if choice.required else None,
            on_change=_choose,
            args=(choice.kind, key),
        )


def _choose(kind: str, key: str) -> None:
    act(lambda context: choose_notifications(context, {kind: bool(STATE[key])}), "Saved")
