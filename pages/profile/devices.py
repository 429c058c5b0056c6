"""One's sign-in sessions: this browser and others, and signing out there."""

from __future__ import annotations

import streamlit as st

from core.context import Context
from core.kit.wording import counted
from core.platform.signin.actions import end_other_sign_ins, end_sign_in
from core.platform.signin.views import OpenSignIn, my_sign_ins
from pages.ui import formats, widgets
from pages.ui.frame import act


def draw_devices(context: Context) -> None:
    """Draw where the person is signed in, this browser first."""
    widgets.section("Devices")
    sessions = sorted(my_sign_ins(context), key=lambda session: not session.current)
    for session in sessions:
        _device(context, session)
    others = sum(not session.current for session in sessions)
    if others:
        st.button(
            f"Sign out of {counted(others, 'other session')}",
            key="profile_sign_out_others",
            icon=":material/logout:",
            on_click=_sign_out_others,
        )


def _device(context: Context, session: OpenSignIn) -> None:
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.text(f"{session.device}, {session.address}", width="content")
        if session.current:
            widgets.badge("This browser", "green")
        else:
            st.caption(f"used {formats.plain(formats.moment(context, session.seen_at))}", width="content")
            st.space("stretch")
            st.button(
                "Sign out",
                key=f"profile_end_{session.id}",
                on_click=lambda: act(lambda context: end_sign_in(context, session.id), "Signed out there"),
            )


def _sign_out_others() -> None:
    act(end_other_sign_ins, lambda count: f"{counted(count, 'session')} ended")
