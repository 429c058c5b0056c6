"""Refusals and notices: what happened, what to do about it, and the button that leads there."""

from __future__ import annotations

import streamlit as st

from core.errors import AppError
from pages.ui.links import NOTICE, RemedyError, current, turn_to
from pages.ui.widgets import empty

_TITLES = {
    401: ("Not signed in", "lock"),
    403: ("Not allowed", "lock"),
    404: ("Not there", "search_off"),
    409: ("Not possible now", "block"),
    422: ("Please correct this", "edit"),
    429: ("A limit is reached", "speed"),
}

_FAULTS = "frame_faults"

_SECONDS = 3  # a notice lies over the buttons of the title row


class NoMigrationError(RemedyError):
    """A customer without a migration: shown as an empty state, not as a refusal."""


def keep_fault(error: AppError) -> None:
    """Show the refusal on top of the page at its next rerun."""
    st.session_state.setdefault(_FAULTS, []).append(error)


def refusal(error: AppError) -> None:
    """Draw what happened and what to do about it, as plain text (it may quote a file's name)."""
    if isinstance(error, NoMigrationError):
        empty(error.message, error.hint, icon="sync_alt")
        _remedy(error)
        return
    title, icon = _TITLES.get(error.status, ("That did not work", "error"))
    with st.container(border=True, gap="xsmall"):
        st.markdown(f":red[:material/{icon}:] **{title}**")
        st.text(error.message)
        if error.hint:
            st.text(error.hint)
        if isinstance(error, RemedyError):
            _remedy(error)


def _remedy(error: RemedyError) -> None:
    st.button(
        error.remedy,
        key="link_remedy",
        icon=":material/arrow_forward:",
        on_click=turn_to,
        args=(error.path or current(),),
        kwargs=error.query,
    )


def notices() -> None:
    """Show the notice and the refusals that callbacks left."""
    if done := st.session_state.pop(NOTICE, None):
        st.toast(done, icon=":material/check_circle:", duration=_SECONDS)
    for fault in st.session_state.pop(_FAULTS, []):
        refusal(fault)
