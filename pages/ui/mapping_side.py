"""The drawer beside the grid: the evidence card of one field, its decision and its history."""

from __future__ import annotations

import streamlit as st

from core.context import Context
from core.engine.mapping import views
from core.engine.mapping.tables import MappingField
from core.engine.sources import views as sources
from core.errors import AppError
from pages.ui import mapping_card as card
from pages.ui.frame import here, refusal
from pages.ui.grid import Wish
from pages.ui.mapping_card import Choice
from pages.ui.mapping_grid import decide, refresh
from pages.ui.mapping_second import second_person


@st.dialog("Mapping of one field", icon=":material/rule:", position="right", width="large")
def drawer(field_id: str) -> None:
    try:
        with here() as context:
            field = views.mapping_field(context, field_id)
            card.about(context, field, sources.migration(context, field.migration_id).source)
            second_person(context, field)
            if context.may("mapping.edit"):
                _edit(context, field)
            st.subheader("Evidence", anchor=False)
            card.evidence(field)
            st.subheader("History", anchor=False)
            card.past(context, field)
    except AppError as error:
        refusal(error)


def _edit(context: Context, field: MappingField) -> None:
    chosen = card.choose(context, field, views.field_samples(context, field.id))
    key = f"side_{field.id}_{field.version}_"
    with st.container(horizontal=True, horizontal_alignment="right"):
        if st.button("Leave out", key=key + "out", icon=":material/block:"):
            _save(field, Choice(None, "", chosen.reason), "ignored")
        if st.button(
            "Save", key=key + "save", type="primary", icon=":material/check:", disabled=not chosen.target
        ):
            _save(field, chosen, "accepted" if chosen.is_of(field) else "edited")


def _save(field: MappingField, chosen: Choice, status: str) -> None:
    decide(field, Wish(field.id, chosen.target, chosen.transform or None, status), chosen.reason)
    refresh(field.id)
    st.rerun()
