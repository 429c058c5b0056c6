"""Session keys of the mapping screen, its reload and its notices."""

from __future__ import annotations

import streamlit as st

VIEW, REVISION, OPEN, FOCUS = "map_view", "map_revision", "map_open", "map_focus"

_NOTE = "map_note"

SAMPLES = "map_samples"
"""Samples change with a suggestion only, so they are kept until the person asks for a reload."""


def reload(*, samples: bool = False) -> None:
    """Have the next rerun read all fields from the database into a new editor."""
    if samples:
        st.session_state.pop(SAMPLES, None)
    st.session_state.pop(VIEW, None)
    st.session_state[REVISION] = st.session_state.get(REVISION, 0) + 1


def note(text: str) -> None:
    """Show a short notice at the next rerun; `text` is our wording with data escaped."""
    st.session_state[_NOTE] = text


def notes() -> None:
    """Show the notice that a callback left."""
    if text := st.session_state.pop(_NOTE, None):
        st.toast(text, icon=":material/check_circle:", duration=3)
