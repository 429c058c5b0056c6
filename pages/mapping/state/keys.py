"""Keys of the session that several parts of the mapping screen share, its reload and its notices."""

from __future__ import annotations

import streamlit as st

VIEW, REVISION, OPEN, FOCUS = "map_view", "map_revision", "map_open", "map_focus"

_NOTE = "map_note"

SAMPLES = "map_samples"
"""Samples change with a suggestion only, so they are kept until the person asks for a reload."""


def reload(*, samples: bool = False) -> None:
    """The next rerun shows the fields as they stand in the database, in a fresh editor."""
    if samples:
        st.session_state.pop(SAMPLES, None)
    st.session_state.pop(VIEW, None)
    st.session_state[REVISION] = st.session_state.get(REVISION, 0) + 1


def note(text: str) -> None:
    """Shows a short notice at the next rerun; `text` is our wording with data escaped."""
    st.session_state[_NOTE] = text


def notes() -> None:
    """What callbacks left to be shown."""
    if text := st.session_state.pop(_NOTE, None):
        st.toast(text, icon=":material/check_circle:", duration=3)
