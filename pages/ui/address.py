"""Ids in the address: a choice that the address keeps, or an id that a link opens once."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from typing import Any

import streamlit as st

from pages.ui.links import OPENED_LINKS, SCOPE, RemedyError, current, turn_to


class BadLinkError(RemedyError):
    """The address names something that does not exist or that the person may not see."""

    def __init__(
        self,
        noun: str,
        *,
        remedy: str = "Open without it",
        path: str = "",
        query: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(
            f"This link names {'an' if noun[0] in 'aeiou' else 'a'} {noun} that does not exist or that you may not see.",
            hint="Check the link, or ask the person who sent it.",
            remedy=remedy,
            path=path,
            query=query,
        )


def choose(key: str, value: str) -> None:
    """Stay on this screen with another id for `key`; a choice of the scope drops other ids. For callbacks."""
    if key in SCOPE:
        st.session_state[key] = value
        turn_to(current())
    else:
        turn_to(current(), **{key: value})


def id_from_address(key: str, allowed: Collection[str], noun: str) -> str | None:
    """Return the address's id for `key`, None without one; BadLinkError where it is not among the allowed ids."""
    value = st.query_params.get(key)
    if value and value not in allowed:
        raise BadLinkError(noun, path=current())
    return value or None


def opened_from_link(key: str, is_known: Callable[[str], bool], noun: str) -> str | None:
    """Return the address's id for `key` in the first rerun that sees it on this screen: to open a dialog.

    BadLinkError where it is not known.
    """
    opened_values: dict[str, str] = st.session_state.setdefault(OPENED_LINKS, {})
    value = st.query_params.get(key)
    if not value or opened_values.get(key) == value:
        return None
    if not is_known(value):
        raise BadLinkError(noun, path=current())
    opened_values[key] = value
    return value


def address_choice(label: str, key: str, names: Mapping[str, str], *, noun: str, **more: Any) -> str:
    """Draw a select box over ids (id -> name, not empty) whose choice is `key` of the address; the first by default.

    For what a link may name, such as a run. A filter is bound with bind="query-params" instead.
    """
    value = id_from_address(key, names, noun) or next(iter(names))
    widget = f"choose_{key}"
    st.session_state[widget] = value
    st.selectbox(
        label,
        list(names),
        format_func=names.__getitem__,
        key=widget,
        on_change=lambda: choose(key, st.session_state[widget]),
        **more,
    )
    return value
