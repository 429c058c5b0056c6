"""Playbook: sections as a segmented control, or what a search finds, and the dialog of an entry."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import streamlit as st

from core.business.sales.figures.rules import Figure
from core.business.sales.playbook.content import matches
from core.business.sales.playbook.evidence import Verdict
from core.business.sales.playbook.models import GROUPS, SECTIONS, claims_of
from core.business.sales.playbook.views import PlaybookEntry, claim_figures, playbook
from core.context import Context
from core.kit.wording import counted
from pages.playbook.cards import draw_cards
from pages.playbook.claims import proofs
from pages.playbook.edit import edit_dialog
from pages.playbook.history import history_dialog
from pages.playbook.state import DIALOGS, EDIT, HISTORY, dialog_name
from pages.playbook.tables import TABLES, draw_table
from pages.ui import widgets
from pages.ui.links import link


def show(context: Context) -> None:
    sections, figures = playbook(context), claim_figures(context)
    entries = [entry for section in SECTIONS for entry in sections[section]]
    widgets.heading(
        context,
        "Playbook",
        "What we say, and what our finished migrations say about it.",
        fact=_fact(entries, figures),
        of_all_customers=True,
    )
    group, words = _toolbar()
    found_entries = [
        entry
        for entry in entries
        if (matches(entry.content, words) if words else SECTIONS[entry.section].group == group)
    ]
    if not found_entries:
        widgets.empty("Nothing found", "No entry of the playbook has all of these words.", icon="search_off")
    for section in SECTIONS.values():
        if rows := [entry for entry in found_entries if entry.section == section.key]:
            _section(context, rows, figures, is_alone=not words and section.title == group)
    for entry in entries:
        if DIALOGS.opened == dialog_name(EDIT, entry):
            edit_dialog(entry)
        elif DIALOGS.opened == dialog_name(HISTORY, entry):
            history_dialog(entry)


def _toolbar() -> tuple[str, str]:
    with st.container(horizontal=True, vertical_alignment="center"):
        group = st.segmented_control(
            "Section",
            GROUPS,
            default=GROUPS[0],
            required=True,
            key="playbook_group",
            bind="query-params",
            label_visibility="collapsed",
        )
        words = st.text_input(
            "Search",
            key="playbook_text",
            bind="query-params",
            placeholder="Search all sections",
            icon=":material/search:",
            label_visibility="collapsed",
            max_chars=100,
            width=220,
        )
    return group or GROUPS[0], (words or "").strip()


def _section(
    context: Context, rows: Sequence[PlaybookEntry], figures: Mapping[str, Figure], *, is_alone: bool
) -> None:
    section = SECTIONS[rows[0].section]
    if not is_alone:
        widgets.section(section.title)
    if section.key == "stories":
        st.caption(
            "These customers are fictional: say so. What is said about the product is held against our figures."
        )
    if section.key in TABLES:
        draw_table(context, section.key, rows, figures)
    else:
        draw_cards(context, rows, figures)
    if section.key == "process":
        link("prospects", "Answer them for a prospect", icon=":material/arrow_forward:")


def _fact(entries: Sequence[PlaybookEntry], figures: Mapping[str, Figure]) -> str:
    verdicts = [proof.verdict for entry in entries for proof in proofs(claims_of(entry.content), figures)]
    contradicted = verdicts.count(Verdict.CONTRADICTED)
    measured = len(verdicts) - verdicts.count(Verdict.UNMEASURED)
    return f"{measured} of {counted(len(verdicts), 'claim')} measured, {contradicted} contradicted"
