"""Draw entries of the playbook as cards: objections with their answer to copy, stories, and all that has points."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import streamlit as st

from core.business.sales.figures.rules import Figure
from core.business.sales.playbook.models import (
    ContactBlock,
    DemoStep,
    Entry,
    MarketFact,
    Objection,
    PointList,
    Story,
    Topic,
    claims_of,
)
from core.business.sales.playbook.views import PlaybookEntry
from core.context import Context
from pages.playbook.claims import draw_claims
from pages.playbook.state import DIALOGS, EDIT, HISTORY, dialog_name, prose, signature
from pages.ui import formats
from pages.ui.formats import plain
from pages.ui.links import link

_TWO_COLUMNS = frozenset(
    {"differentiators", "market", "calls", "process", "demo", "certification", "partners", "contact"}
)
"""Sections whose entries are short."""


def draw_cards(context: Context, entries: Sequence[PlaybookEntry], figures: Mapping[str, Figure]) -> None:
    """Draw a card for each entry: short ones beside each other."""
    if all(entry.section in _TWO_COLUMNS for entry in entries):
        with st.grid(3, min_column_width=260):
            for entry in entries:
                draw_card(context, entry, figures)
        return
    for entry in entries:
        draw_card(context, entry, figures)


def draw_card(context: Context, entry: PlaybookEntry, figures: Mapping[str, Figure]) -> None:
    with st.container(border=True, gap="xsmall", height="stretch"):
        st.markdown(f"**{_title(entry.content)}**")
        if entry.is_unreadable:
            st.warning("The newest version cannot be read. The text that ships is shown.")
        _body(entry.content)
        draw_claims(claims_of(entry.content), figures)
        st.space("stretch")
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            st.caption(signature(entry, formats.moment(context, entry.at)), width="stretch")
            entry_menu(context, entry)


def entry_menu(context: Context, entry: PlaybookEntry) -> None:
    """Draw the buttons of an entry: its history, and for who edits the form."""
    name = f"{entry.section}_{entry.key}"
    if context.may("playbook.edit"):
        st.button(
            "Edit",
            key=f"playbook_edit_{name}",
            type="tertiary",
            icon=":material/edit:",
            on_click=DIALOGS.open,
            args=(dialog_name(EDIT, entry),),
        )
    st.button(
        "History",
        key=f"playbook_history_{name}",
        type="tertiary",
        icon=":material/history:",
        on_click=DIALOGS.open,
        args=(dialog_name(HISTORY, entry),),
    )


def _title(content: Entry) -> str:
    title = plain(content.title)
    match content:
        case Objection():
            return f"“{title}”"
        case MarketFact():
            return f"{title} :gray[{content.kind}]"
        case DemoStep():
            return f"{title} :gray[{content.seconds} s]"
        case Story():
            return f"{title} :gray[from {plain(content.source_system)}]"
        case _:
            return title


def _body(content: Entry) -> None:
    match content:
        case Objection():
            st.code(content.answer, language=None, wrap_lines=True)  # has a button that copies it
        case Story():
            st.badge("Fictional", color="violet")
            parts = (
                ("Challenge", content.challenge),
                ("Solution", content.solution),
                ("Result", content.result),
            )
            st.markdown("  \n".join(f":gray[{label}] {prose(text)}" for label, text in parts))
            if content.tenant:
                link("demo", "Open demo story", icon=":material/co_present:", story=content.tenant)
        case Topic():
            st.markdown(prose(content.text))
        case ContactBlock():
            parts = (("E-mail", content.email), ("Telephone", content.phone), ("Channel", content.channel))
            for label, text in parts:
                if text:
                    st.text(f"{label}: {text}")
        case PointList():
            st.markdown("\n".join(f"- {plain(point)}" for point in content.points))
        case _:
            points: Sequence[str] = getattr(content, "points", ())
            if points:
                st.markdown("\n".join(f"- {plain(point)}" for point in points))
