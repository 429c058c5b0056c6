"""Beside the grid: what the target still needs, and the evidence of the current field with its decision."""

from __future__ import annotations

from contextlib import suppress

import polars as pl
import streamlit as st

from core.context import Context
from core.engine.mapping import views
from core.engine.mapping.tables import MappingField
from core.errors import AppError, NotFoundError
from core.schema import target_schema, target_title
from pages.mapping import card
from pages.mapping.deciding import Choice, accept, exclude, show_card, step
from pages.mapping.second import second_person
from pages.mapping.state import FOCUS, OPEN, once
from pages.ui import show as ui

CANDIDATES = "map_candidates"
_LONGEST = 14  # characters of a value before or after the transform


def checklist(context: Context, migration_id: str) -> None:
    """Required targets of the entities in use; an unmapped one, clicked, shows its candidate columns in the grid."""
    required = once(context, "required", migration_id, views.checklist)
    if not required.total:
        return
    with st.container(border=True, gap="xsmall"):
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            st.markdown("**Required targets**", width="content")
            if required.unmapped:
                ui.badge(f"{len(required.unmapped)} unmapped", "red", icon=":material/priority_high:")
            else:
                ui.badge("All mapped", "green", icon=":material/check:")
        st.markdown(f"{len(required.mapped)} of {required.total} required fields mapped")
        st.progress(len(required.mapped) / required.total)
        if st.session_state.get(CANDIDATES) not in required.unmapped:
            st.session_state[CANDIDATES] = None
        if required.unmapped:
            st.pills(
                "Unmapped: choose one to see candidate columns",
                list(required.unmapped),
                key=CANDIDATES,
                format_func=target_title,
            )


def field_card(context: Context) -> None:
    """The current field in short: trust, reasons, before and after, and the decision."""
    field_id = st.session_state.get(FOCUS)
    if field_id is None:
        return
    with suppress(NotFoundError), st.container(border=True, gap="xsmall"):
        field = views.mapping_field(context, field_id)
        show_card(field)
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            st.markdown(f"**{ui.plain(field.source_field)}**", width="content")
            st.space("stretch")
            st.button("Edit…", key="card_open", type="tertiary", on_click=_open, args=(field.id,))
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            card.standing(context, field)
            st.caption(f"{ui.plain(field.stream)} · {card.stakes(context, field)}", width="content")
        if field.target:
            meaning = target_schema().field(field.target).meaning
            st.markdown(
                f":gray[maps to] **{ui.plain(target_title(field.target))}**", help=ui.plain(meaning) or None
            )
        else:
            st.markdown(":gray[Excluded]" if field.status == "ignored" else ":gray[Not mapped]")
        warned = card.warnings(context, field)
        st.markdown(card.trust(context, field))
        card.reasons(context, field, besides=warned)
        if line := card.odds_line(field):
            st.caption(line)
        _before_after(context, field)
        second_person(context, field)
        _buttons(context, field)


def _before_after(context: Context, field: MappingField) -> None:
    samples = views.field_samples(context, field.id)[:1]
    if not samples or not field.target:
        return
    with suppress(AppError, pl.exceptions.PolarsError):
        (result,) = card.after(context, field, Choice(field.target, field.transform or ""), samples)
        st.text(f"{_short(samples[0])} → {_short(result)}")


def _short(text: str) -> str:
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"


def _buttons(context: Context, field: MappingField) -> None:
    may = context.may("mapping.edit")
    with st.container(horizontal=True, gap="small"):
        st.button(
            "Accept :small[A]",
            key="card_accept",
            type="primary",
            icon=":material/check:",
            disabled=not may or not field.target,
            help=ui.plain(f"Accept {field.source_field}"),
            on_click=accept,
        )
        st.button(
            "Exclude :gray[:small[X]]",
            key="card_exclude",
            disabled=not may,
            help=ui.plain(f"Exclude {field.source_field}"),
            on_click=exclude,
        )
        st.button("Next :gray[:small[N]]", key="card_next", on_click=step, args=(1,))


def _open(field_id: str) -> None:
    st.session_state[OPEN] = field_id
