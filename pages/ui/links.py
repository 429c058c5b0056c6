"""Links between screens: a screen is named by its path, and every link carries person, customer and migration.

The address says where the session stands. Streamlit drops the query and the state of every widget when a page is
switched, so the three are plain keys of the session that no widget owns, and each link and each switch repeats them.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import streamlit as st

from core.errors import NotFoundError

PERSON, TENANT, MIGRATION = "person", "tenant", "migration"
"""Keys of the session and of the address: who acts (id), where (slug), on what (id). No widget has one as its key."""
SCOPE = (PERSON, TENANT, MIGRATION)
SIGN_IN = "sign_in"
"""Key of the session: the sign-in session (id) of a person who signed in; then the person is not in the address."""

PAGES, ROW_END = "frame_pages", "frame_row_end"
NOTICE = "frame_notice"
"""Key of the session: the short notice that the next rerun shows. Another screen shows the result itself."""
IS_DEMO = "frame_is_demo"
"""Key of the session: whether the screen's tenant is a demo's, so that files that leave it say so."""
OPERATOR = "frame_operator"
"""Key of the session: the operator (slug) while a screen of its own data is shown; no customer is chosen there."""

_CURRENT, _GOING = "frame_current", "frame_going"
OPENED_LINKS = "frame_opened"


class RemedyError(NotFoundError):
    """A missing object that can be created or chosen on another screen.

    `remedy` labels the button that leaves for `path` ('' = this screen) with `query` and without other keys of its own.
    """

    def __init__(
        self,
        message: str,
        *,
        hint: str = "",
        remedy: str,
        path: str = "",
        query: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(message, hint=hint)
        self.remedy = remedy
        self.path = path
        self.query = dict(query or {})


def address(**query: str) -> dict[str, str]:
    """Return the query of a link inside the console: person, customer and migration, then the screen's keys."""
    return scope_query() | query


def scope_query() -> dict[str, str]:
    """Return what of the scope stands in the address: the person only where nobody signed in (the demo)."""
    hidden = {PERSON} if st.session_state.get(SIGN_IN) else set()
    return {
        key: str(st.session_state[key]) for key in SCOPE if st.session_state.get(key) and key not in hidden
    }


def link(path: str, label: str, *, icon: str | None = None, **query: str) -> None:
    """Draw a link to a screen; `label` is our own wording, never data."""
    page = pages().get(path)
    if page is None:  # the role does not have this screen
        st.markdown(f":gray[{label}]")
        return
    st.page_link(page, label=label, icon=icon, query_params=address(**query))


def turn_to(path: str, **query: str) -> None:
    """Leave for another screen as soon as the next rerun begins; for callbacks and dialogs."""
    st.session_state[_GOING] = (path, query)


def follow() -> None:
    """Go where a callback turned to, if one did. Called before any widget that is bound to the address is drawn."""
    going = st.session_state.get(_GOING)
    if going is None or not pages():
        return
    del st.session_state[_GOING]
    path, query = going
    if path != current():
        st.session_state.pop(NOTICE, None)
    if page := pages().get(path):
        st.switch_page(page, query_params=address(**query))


def pages() -> dict[str, Any]:
    """Return every screen of this session's role: path -> st.Page."""
    registered: dict[str, Any] = st.session_state.get(PAGES, {})
    return registered


def current() -> str:
    """Return the path of the screen that is shown."""
    return str(st.session_state.get(_CURRENT, ""))


def arrive(path: str) -> None:
    """Store which screen is shown in this rerun."""
    if path != current():
        st.session_state[_CURRENT], st.session_state[OPENED_LINKS] = path, {}
