"""Controls of a list's toolbar, each kept in the address: search, a choice with "all", the filters of a page, paging."""

from __future__ import annotations

from collections.abc import Iterable

import streamlit as st

from core.kit.wording import counted


def search_box(key: str, placeholder: str, width: int, *, max_chars: int = 200) -> str:
    """Draw the search field; return its text without blanks at its ends."""
    text = st.text_input(
        "Search",
        key=key,
        bind="query-params",
        placeholder=placeholder,
        icon=":material/search:",
        label_visibility="collapsed",
        max_chars=max_chars,
        width=width,
    )
    return (text or "").strip()


def choice_box(label: str, key: str, options: Iterable[str], placeholder: str, width: int) -> str:
    """Draw a choice of one of the options or of all (`placeholder`); return the option, '' for all."""
    choice = st.selectbox(
        label,
        list(options),
        index=None,
        key=key,
        bind="query-params",
        placeholder=placeholder,
        label_visibility="collapsed",
        width=width,
    )
    return choice or ""


def draw_paging(total: int, noun: str, page_rows: int, key: str) -> None:
    """Draw the number of matches, and the pages where there are several."""
    pages = -(-total // page_rows)
    with st.container(horizontal=True, vertical_alignment="center"):
        st.caption(counted(total, noun), width="content")
        if pages > 1:
            st.space("stretch")
            st.pagination(pages, key=key)
