"""The toolbar over the list of quotes: filters bound to the address, and paging."""

from __future__ import annotations

from collections.abc import Mapping

import streamlit as st

from core.business.sales.quotes.listing import NEEDS_APPROVAL, NOBODY, QuoteFilter
from core.business.sales.quotes.rules import EXPIRES_SOON, QuoteState
from core.context import Context
from core.platform.access.customers.rules import OWNER_ROLES
from core.platform.access.customers.views import staff
from pages.ui import filters, formats
from pages.ui.filters import choice_box, search_box
from pages.ui.quote_words import NEEDS_APPROVAL as APPROVAL_LABEL

STATE = st.session_state
_TEXT, _STATE, _OWNER, _EXPIRY, _PAGE = "find", "state", "owner", "expiry", "page"
_SOON = {f"Within {EXPIRES_SOON} days": EXPIRES_SOON, "Today": 0}


def draw(context: Context) -> tuple[QuoteFilter, int]:
    """Draw the toolbar; return the filters and the page."""
    owners = _owners(context)
    states = {APPROVAL_LABEL: NEEDS_APPROVAL} | {state.capitalize(): state.value for state in QuoteState}
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        text = search_box(_TEXT, "Number or prospect", 240)
        state = choice_box("State", _STATE, states, "All states", 150)
        owner = choice_box("Owner", _OWNER, owners, "All owners", 160)
        expiry = choice_box("Expires", _EXPIRY, _SOON, "Any expiry", 150)
    selection = QuoteFilter(states.get(state, ""), owners.get(owner, ""), _SOON.get(expiry), text)
    if STATE.get("quotes_filtered") != selection:
        STATE["quotes_filtered"] = selection
        STATE.pop(_PAGE, None)
    return selection, int(STATE.get(_PAGE) or 1)


def draw_paging(total: int, page_rows: int) -> None:
    """Draw the number of matches, and the pages where there are several."""
    filters.draw_paging(total, "quote", page_rows, _PAGE)


def clear() -> None:
    """Show all quotes; for callbacks."""
    for key in (_STATE, _OWNER, _EXPIRY):
        STATE[key] = None
    STATE[_TEXT] = ""
    STATE.pop(_PAGE, None)


def _owners(context: Context) -> Mapping[str, str]:
    """Return the choices of owners: label -> id; who sells chooses between theirs and those that nobody owns."""
    common = {"Mine": context.person, "Nobody's": NOBODY}
    if not context.may("prospect.assign"):
        return common
    names = {person.person_id: person.name for person in staff(context) if person.role in OWNER_ROLES}
    return common | {label: key for key, label in formats.unique_labels(names).items()}
