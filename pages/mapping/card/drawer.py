"""The drawer beside the grid: the evidence card of one field, its decision and its history."""

from __future__ import annotations

import streamlit as st

from core.context import Context
from core.engine.mapping import views
from core.engine.mapping.views import FieldDetail
from core.errors import AppError
from pages.mapping.card.choice import choose_target
from pages.mapping.card.evidence import decision_history, evidence
from pages.mapping.card.summary import summary
from pages.mapping.deciding.choice import Choice
from pages.mapping.deciding.decide import save
from pages.mapping.deciding.second import second_person
from pages.mapping.state.edits import EditIntent
from pages.ui.frame import session_context
from pages.ui.refusals import refusal


@st.dialog("Mapping of a field", icon=":material/rule:", position="right", width="large")
def drawer(field_id: str) -> None:
    try:
        with session_context() as context:
            field = views.mapping_field(context, field_id)
            summary(context, field)
            second_person(context, field)
            if context.may("mapping.edit"):
                _edit(context, field)
            st.header("Evidence", anchor=False)
            evidence(context, field)
            st.header("History", anchor=False)
            decision_history(context, field)
    except AppError as error:
        refusal(error)


def _edit(context: Context, field: FieldDetail) -> None:
    choice = choose_target(context, field, views.field_samples(context, field.id))
    key = f"side_{field.id}_{field.version}_"
    with st.container(horizontal=True, horizontal_alignment="right"):
        if st.button("Exclude", key=f"{key}out", icon=":material/block:"):
            _save(field, Choice(None, "", choice.reason), "ignored")
        if st.button(
            "Save", key=f"{key}save", type="primary", icon=":material/check:", disabled=not choice.target
        ):
            _save(field, choice, "accepted" if choice.is_of(field) else "edited")


def _save(field: FieldDetail, choice: Choice, status: str) -> None:
    intent = EditIntent(field.id, choice.target, choice.transform or None, status)
    save(field, intent, field.version, choice.reason)
    st.rerun()
