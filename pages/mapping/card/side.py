"""The card beside the grid: the evidence of the current field with its decision."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from typing import Any

import polars as pl
import streamlit as st

from core.context import Context
from core.engine.mapping import views
from core.engine.mapping.views import FieldDetail, FieldWarning
from core.engine.mapping.views.warnings import QUESTION
from core.errors import AppError, NotFoundError
from core.schema import target_schema, target_title
from pages.mapping.card.choice import odds_line, transformed
from pages.mapping.card.evidence import reasons
from pages.mapping.card.summary import badge_label_of, show_badge, show_warnings, stakes, trust, warnings_of
from pages.mapping.deciding.choice import Choice
from pages.mapping.deciding.decide import accept, exclude, show_card
from pages.mapping.deciding.deck import step
from pages.mapping.deciding.second import second_person
from pages.mapping.state.keys import FOCUS, OPEN
from pages.mapping.state.reads import cached_per_context
from pages.ui import formats

_LONGEST = 14  # characters of a value before or after the transform


@dataclass(frozen=True, slots=True)
class Card:
    """The content of a field's card; `preview` has a line per sample, before and after the transform."""

    field: FieldDetail
    badge_label: str
    warnings: tuple[FieldWarning, ...]
    trust: str
    evidence: list[dict[str, Any]]
    preview: str


def current_card(context: Context) -> Card | None:
    """Return the card of the current field, read once in a Context; None without one."""
    field_id = st.session_state.get(FOCUS)
    if field_id is None:
        return None
    with suppress(NotFoundError):
        return cached_per_context(context, "card", field_id, _read)
    return None


def _read(context: Context, field_id: str) -> Card:
    field = views.mapping_field(context, field_id)
    return Card(
        field,
        badge_label_of(context, field),
        warnings_of(context, field),
        trust(context, field),
        views.evidence_of(context, field),
        _preview(context, field),
    )


def field_card(context: Context) -> None:
    """Draw the current field in short: target and decision, then trust, reasons, before and after."""
    card = current_card(context)
    if card is None:
        return
    field = card.field
    with st.container(border=True, gap="xsmall"):
        show_card(field)
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            st.markdown(f"**{formats.plain(field.source_field)}**", width="content")
            st.space("stretch")
            st.button("Edit…", key="card_open", type="tertiary", on_click=_open, args=(field.id,))
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            show_badge(card.badge_label)
            st.caption(f"{formats.plain(field.stream)} · {stakes(context, field)}", width="content")
        if field.target:
            meaning = target_schema().field(field.target).meaning
            st.markdown(
                f":gray[maps to] **{formats.plain(target_title(field.target))}**",
                help=formats.plain(meaning) or None,
            )
        else:
            st.markdown(":gray[Excluded]" if field.status == "ignored" else ":gray[Not mapped]")
        questions = [warning for warning in card.warnings if warning.label == QUESTION]
        show_warnings(questions, has_target=field.target is not None)
        if questions and card.preview:
            st.text(card.preview)
        _buttons(context, field)  # before the reasons: their number would push it below the fold
        others = [warning for warning in card.warnings if warning.label != QUESTION]
        show_warnings(others, has_target=field.target is not None)
        st.markdown(card.trust)
        reasons(field, card.evidence, besides=[warning.text for warning in card.warnings])
        if line := odds_line(field):
            st.caption(line)
        if card.preview and not questions:
            st.text(card.preview)
        second_person(context, field)


def _preview(context: Context, field: FieldDetail) -> str:
    samples = views.field_samples(context, field.id)
    if not samples or not field.target:
        return ""
    with suppress(AppError, pl.exceptions.PolarsError):
        results = transformed(context, field, Choice(field.target, field.transform or ""), samples)
        lines = [
            f"{_short(sample)} → {_short(result)}" for sample, result in zip(samples, results, strict=True)
        ]
        return "\n".join(lines)
    return ""


def _short(text: str) -> str:
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"


def _buttons(context: Context, field: FieldDetail) -> None:
    may = context.may("mapping.edit")
    with st.container(horizontal=True, gap="small"):
        st.button(
            "Accept :small[A]",
            key="card_accept",
            type="primary",
            icon=":material/check:",
            disabled=not may or not field.target,
            help=formats.plain(f"Accept {field.source_field}"),
            on_click=accept,
        )
        st.button(
            "Exclude :gray[:small[X]]",
            key="card_exclude",
            disabled=not may,
            help=formats.plain(f"Exclude {field.source_field}"),
            on_click=exclude,
        )
        st.button("Next :gray[:small[N]]", key="card_next", on_click=step, args=(1,))


def _open(field_id: str) -> None:
    st.session_state[OPEN] = field_id
