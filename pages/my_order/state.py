"""The fields of the wizard: each shows what the draft says and stores what is typed at once, so that nothing is lost.

The draft in the database is what counts. A field keeps what was typed where storing it was refused.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any

import streamlit as st

from core.business.engagements.ordering.actions import save_draft
from core.business.engagements.ordering.draft import gap
from core.context import Context
from pages.ui.frame import act

STATE = st.session_state
_PREFIX, _GAP = "my_order_", "my_order_gap"


def seeded(name: str, stored: Any) -> str:
    """Return the key of a field, showing the stored value unless the person typed another that is not stored yet."""
    key = f"{_PREFIX}{name}"
    if key not in STATE or STATE.get(f"{key}_stored") != stored:
        STATE[key] = STATE[f"{key}_stored"] = stored
    return key


def store(changes: Mapping[str, Any]) -> None:
    """Store fields of the draft; for callbacks."""
    act(partial(_saved, changes=changes))


def store_field(name: str, key: str) -> None:
    """Store the value of a field that holds one of the draft; for callbacks."""
    store({name: STATE.get(key)})


def store_answer(question: str, key: str) -> None:
    """Store an answer of the assessment; for callbacks."""
    store({"assessment": {question: STATE.get(key)}})


def advance(domain: str, step: str, target: str, changes: Mapping[str, Any]) -> None:
    """Store what a step holds and open the next one, or say what is missing; for callbacks."""
    view = act(partial(_saved, changes=changes))
    if view is None:
        return
    needed = gap(domain, view.draft, step)
    if needed is not None:
        STATE[_GAP] = needed
        return
    store({"step": target})


def draw_gap() -> None:
    """Draw what the step still needs, where Continue was pressed without it: beside the button, as a phone shows it."""
    needed = STATE.pop(_GAP, None)
    if needed is not None:
        with st.container(border=True, gap="xxsmall"):
            st.markdown(":red[:material/edit:] **Please complete this step**")
            st.text(needed.message)
            st.text(needed.hint)


def _saved(context: Context, changes: Mapping[str, Any]) -> Any:
    return save_draft(context, changes)
