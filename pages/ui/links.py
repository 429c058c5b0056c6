"""Links between screens. Screens do not know each other; they name one by its path."""

from __future__ import annotations

from typing import Any

import streamlit as st

PAGES, _GOING = "frame_pages", "frame_going"


def link(path: str, label: str, *, icon: str | None = None, **query: str) -> None:
    """A link to a screen; `label` is our own wording, never data."""
    page = pages().get(path)
    if page is None:  # the role does not have this screen
        st.markdown(f":gray[{label}]")
        return
    st.page_link(page, label=label, icon=icon, query_params=query or None)


def turn_to(path: str, **query: str) -> None:
    """For callbacks: leaves for another screen as soon as the rerun begins."""
    st.session_state[_GOING] = (path, query)


def follow() -> None:
    """Goes where a callback turned to, if one did."""
    if going := st.session_state.pop(_GOING, None):
        path, query = going
        st.switch_page(pages()[path], query_params=query or None)


def pages() -> dict[str, Any]:
    """Every screen of this session's role: path -> st.Page."""
    found: dict[str, Any] = st.session_state.get(PAGES, {})
    return found
