"""The dialog that asks for which prospect a new quote is."""

from __future__ import annotations

import streamlit as st

from core.business.sales.prospects.listing import ProspectFilter, prospect_rows
from pages.ui import formats
from pages.ui.dialogs import SideDialogs
from pages.ui.frame import live
from pages.ui.links import turn_to
from pages.ui.quote_words import CREATE, PATH

STATE = st.session_state
NEW_DIALOG, NEW = SideDialogs("quotes_dialog"), "new"
_TEXT, _PROSPECT = "quotes_new_text", "quotes_new_prospect"
_CHOICES = 20


@st.dialog("New quote", icon=":material/request_quote:", on_dismiss=NEW_DIALOG.close)
def new_dialog() -> None:
    """Ask for the prospect, then go on to the editor."""
    NEW_DIALOG.leave_unless(NEW)
    with live() as context:
        text = st.text_input("Find a prospect", key=_TEXT, placeholder="Name", icon=":material/search:")
        rows = prospect_rows(context, ProspectFilter((text or "").strip()), limit=_CHOICES).rows
        names = formats.unique_labels({row.id: row.name for row in rows})
        choice = st.selectbox(
            "Prospect",
            list(names),
            format_func=lambda key: names.get(key, key),
            key=_PROSPECT,
            index=0 if rows else None,
            placeholder="No prospect matches",
            disabled=not rows,
        )
        with st.container(horizontal=True, horizontal_alignment="right"):
            st.button("Cancel", key="quotes_new_cancel", on_click=NEW_DIALOG.close)
            st.button(
                "Continue",
                type="primary",
                key="quotes_new_continue",
                disabled=choice is None,
                help=None if choice else "Add the prospect first",
                on_click=_go_on,
            )


def _go_on() -> None:
    NEW_DIALOG.close()
    turn_to(PATH, **{CREATE: str(STATE[_PROSPECT])})
