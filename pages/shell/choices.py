"""Select boxes of the sidebar: they show a value of the session and never own it."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from typing import Any

import streamlit as st

STATE = st.session_state


def choice_box(
    label: str,
    key: str,
    names: Mapping[str, str],
    *,
    on_choose: Callable[[Any], None],
    is_shown: bool = True,
    **more: Any,
) -> None:
    """Draw a select box that shows the session's value for `key`, or none, without owning it.

    Its own key names that value: a box that was drawn for another value, and what the browser still sends of it, counts
    for nothing.
    """
    before = STATE.get(key)
    shown = before if is_shown else None
    widget = f"choose_{key}_{before}" if is_shown else f"choose_{key}_of_all_{before}"
    STATE[widget] = shown
    st.selectbox(
        label,
        list(names),
        format_func=names.__getitem__,
        key=widget,
        on_change=lambda: _pass_choice(key, (before, shown), STATE[widget], names, on_choose),
        index=0 if is_shown else None,
        **more,
    )


def _pass_choice(
    key: str, drawn: tuple[Any, Any], value: Any, names: Collection[str], on_choose: Callable[[Any], None]
) -> None:
    """Pass a choice on if it is one of the names, differs from what was shown, and the session has not moved on since.

    `drawn`: the session's value and what was shown when the box was drawn. A browser can send what no box offered.
    """
    before, shown = drawn
    if value in names and value != shown and STATE.get(key) == before:
        on_choose(value)
