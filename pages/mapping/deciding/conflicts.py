"""Conflicts of two people who changed one row: both versions, and the choice between them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import streamlit as st

from core.context import Context
from core.engine.mapping import actions, views
from core.schema import target_title
from pages.mapping.state.edits import DECISIONS
from pages.mapping.state.saving import CONFLICT, EditConflict
from pages.mapping.state.view import refresh
from pages.ui.frame import act


def edit_conflict(context: Context) -> None:
    """Draw both versions of a row that two people changed, with a button for each."""
    conflict: EditConflict | None = st.session_state.get(CONFLICT)
    if conflict is None:
        return
    theirs: Mapping[str, Any] = conflict.details.get("theirs", {})
    name = views.person_names(context, {theirs.get("by")}).get(theirs.get("by"), "")
    with st.container(border=True):
        st.markdown(":orange[:material/group:] **Somebody changed this field while you looked at it**")
        st.text(conflict.label)
        theirs_column, yours_column = st.columns(2)
        with theirs_column.container(border=True, gap="xsmall"):
            st.caption("Theirs, saved")
            _version(theirs.get("target"), theirs.get("transform"), DECISIONS.get(str(theirs.get("status"))))
            st.text(name)
        with yours_column.container(border=True, gap="xsmall"):
            st.caption("Yours, not saved")
            _version(conflict.yours.target, conflict.yours.transform, DECISIONS[conflict.yours.status])
            st.text(context.name)
        with st.container(horizontal=True):
            st.button("Keep theirs", on_click=_settle, args=(False,))
            st.button("Save mine over it", on_click=_settle, args=(True,))


def _version(target: str | None, transform: str | None, decision: str | None) -> None:
    st.text(target_title(target) if target else "Excluded")
    st.text(f"Transform: {transform or 'none'}. {decision or ''}")


def _settle(mine: bool) -> None:  # noqa: FBT001  (the argument of a button)
    conflict: EditConflict = st.session_state.pop(CONFLICT)
    if mine:
        version = int(conflict.details["theirs"]["version"])
        act(
            lambda context: actions.decide(
                context,
                conflict.field_id,
                version=version,
                target=conflict.yours.target,
                transform=conflict.yours.transform,
                status=conflict.yours.status,
                reason=conflict.reason,
            ),
            "Saved",
        )
    refresh(conflict.field_id)
