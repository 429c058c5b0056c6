"""One field at a time, by keyboard: fields in the order of what a mistake would cost.

The queue holds all fields of the bands chosen, reviewed ones too, so that Back shows them; decisions go on to the next
field that needs review.
"""

from __future__ import annotations

import streamlit as st

from core.context import Context
from core.engine.mapping import views
from core.engine.mapping.views import FieldDetail, FieldFilter
from pages.mapping.card.choice import choose_target
from pages.mapping.card.evidence import decision_history, evidence
from pages.mapping.card.summary import summary
from pages.mapping.deciding.choice import choice_of
from pages.mapping.deciding.decide import accept, exclude, show_card
from pages.mapping.deciding.deck import focus_on, step
from pages.mapping.deciding.second import second_person
from pages.mapping.deciding.undo import last_batch, undo_last
from pages.mapping.state.view import REVIEW, bands_labelled
from pages.ui import formats, widgets


def one_by_one(context: Context, migration_id: str) -> None:
    """Draw the current field's whole card, with the buttons to the next and previous field."""
    bands = bands_labelled(st.session_state.get("bands") or ())
    rows = views.field_rows(context, migration_id, FieldFilter(bands=bands))
    rows.sort(key=lambda row: (-row.loss, row.id))
    ids, undecided = [row.id for row in rows], [row.id for row in rows if row.status == views.SUGGESTED]
    if not ids or (not undecided and st.session_state.get("show") == REVIEW):
        widgets.empty(
            "Nothing left to review here", "Choose other bands, or go on to the rules.", icon="check_circle"
        )
        return
    current = focus_on(ids, undecided)
    position = ids.index(current) + 1 if current else 1
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.progress((len(ids) - len(undecided)) / len(ids), width=260)
        st.markdown(
            f"**{len(ids) - len(undecided):,} of {len(ids):,}** reviewed, largest amount at risk first",
            width="content",
        )
        st.space("stretch")
        st.caption(f"Field {position:,} of {len(ids):,}", width="content")
    if current:
        _card(context, migration_id, views.mapping_field(context, current))


def _card(context: Context, migration_id: str, field: FieldDetail) -> None:
    show_card(field)
    with st.container(border=True):
        summary(context, field)
        second_person(context, field)
        choose_target(context, field, views.field_samples(context, field.id))
        _buttons(context, migration_id, field)
    evidence(context, field)
    decision_history(context, field)


def _buttons(context: Context, migration_id: str, field: FieldDetail) -> None:
    may, choice = context.may("mapping.edit"), choice_of(field)
    last = last_batch(context, migration_id)
    with st.container(horizontal=True, vertical_alignment="center"):
        st.button(
            f"{'Accept' if choice.is_of(field) else 'Save this choice'} :small[A]",
            key="queue_accept",
            type="primary",
            icon=":material/check:",
            disabled=not may or not choice.target,
            on_click=accept,
        )
        st.button(
            "Exclude :gray[:small[X]]",
            key="queue_out",
            icon=":material/block:",
            disabled=not may,
            on_click=exclude,
        )
        st.button(
            "Next :gray[:small[N]]", key="queue_next", icon=":material/skip_next:", on_click=step, args=(1,)
        )
        st.button(
            "Back :gray[:small[B]]",
            key="queue_back",
            icon=":material/skip_previous:",
            on_click=step,
            args=(-1,),
        )
        if may:
            st.button(
                f"Undo {formats.plain(last.label[:1].lower() + last.label[1:])} :gray[:small[U]]"
                if last
                else "Undo",
                key="queue_undo",
                icon=":material/undo:",
                disabled=last is None,
                on_click=undo_last,
                args=(migration_id,),
            )
