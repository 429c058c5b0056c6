"""One specialist: who they are on top, then certificates, hours, absences or training, as the address says."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from core.business.specialists.roster.views import SpecialistView
from core.context import Context
from pages.specialists.absences import show_absences
from pages.specialists.certificates import show_certificates
from pages.specialists.hours import show_hours
from pages.specialists.training import show_training
from pages.specialists.words import PATH, SECTION, SPECIALIST, languages_text
from pages.ui import formats, widgets
from pages.ui.links import link, turn_to

STATE = st.session_state
_SECTION = "specialist_section"
_SECTIONS: dict[str, tuple[str, Callable[[Context, SpecialistView], None]]] = {
    "certificates": ("Certificates", show_certificates),
    "hours": ("Hours and skills", show_hours),
    "absences": ("Absences", show_absences),
    "training": ("Training", show_training),
}
_PRIVATE = frozenset({"absences", "training"})
"""Sections for the person and the managers."""


def show_record(context: Context, entry: SpecialistView) -> None:
    row = entry.row
    widgets.heading(context, formats.plain(formats.shortened(row.name, 44)), fact=_fact(entry))
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        link(PATH, "All specialists", icon=":material/arrow_back:")
        if row.is_own:
            widgets.badge("This is you", "blue")
        if row.partner:
            widgets.badge(f"Partner: {formats.plain(row.partner)}", "gray")
        if row.ended_on is not None:
            widgets.badge(f"Until {row.ended_on}", "orange")
        st.space("stretch")
        section = _choose(entry)
    _SECTIONS[section][1](context, entry)


def _fact(entry: SpecialistView) -> str:
    row = entry.row
    parts = [f"{row.weekly_hours.normalize():f} h a week", row.zone, languages_text(list(row.languages))]
    return formats.plain(" · ".join(part for part in parts if part))


def _choose(entry: SpecialistView) -> str:
    """Draw the sections that the person may see; return the one that the address names, the first by default."""
    keys = [key for key in _SECTIONS if entry.absences is not None or key not in _PRIVATE]
    section = st.query_params.get(SECTION) or keys[0]
    section = section if section in keys else keys[0]
    STATE[_SECTION] = section
    st.segmented_control(
        "Section",
        keys,
        key=_SECTION,
        format_func=lambda key: _SECTIONS[key][0],
        label_visibility="collapsed",
        required=True,
        on_change=lambda: turn_to(PATH, **{SPECIALIST: entry.row.id, SECTION: str(STATE[_SECTION])}),
    )
    return section
