"""Switch parts of the demo off on purpose, and show on every screen which are."""

from __future__ import annotations

from collections.abc import Mapping

import streamlit as st

from core.context import Context
from core.entry.demo_stage import break_everywhere, mend_everywhere
from core.errors import AppError
from core.platform.access.demo_outages import AI, CAUSES, NETWORK, SOURCE, outages
from pages.ui import widgets
from pages.ui.frame import session_context
from pages.ui.links import PERSON
from pages.ui.refusals import keep_fault

LABELS: Mapping[str, str] = {AI: "AI", SOURCE: "Source", NETWORK: "Network"}
FALLBACKS: Mapping[str, str] = {
    AI: "Mappings are suggested by rules, memory and statistics; a question to AI says that it could not be reached.",
    SOURCE: "A new file is refused and nothing of it is stored; files that were read before, mapping and imports work.",
    NETWORK: "E-mails and webhook posts wait in the outbox and are sent when it is back.",
}
_KEY = "demo_broken"


def switches(broken: frozenset[str]) -> None:
    """Draw the switches of the demo's parts; `broken` are those that are off."""
    widgets.section("Fallbacks")
    st.session_state[_KEY] = [part for part in LABELS if part in broken]
    st.pills(
        "Switch off in all demo customers",
        list(LABELS),
        selection_mode="multi",
        format_func=lambda part: f"{LABELS[part]} off" if part in broken else LABELS[part],
        key=_KEY,
        on_change=_switch,
    )
    for part in LABELS:
        if part in broken:
            st.markdown(f":orange[:material/warning: **{CAUSES[part]}**] {FALLBACKS[part]}")
    if not broken:
        st.caption("Choose a part to show what still works without it. Reset switches everything on.")


def marks() -> None:
    """Draw what is switched off in the customer of the screen; nothing where it is no demo."""
    try:
        with session_context() as context:
            broken = outages(context.session) if context.tenant.is_demo else {}
    except AppError:
        return
    for part in broken:
        st.markdown(f":orange[:material/power_off: **{CAUSES[part]}**]")


def broken_parts(context: Context) -> frozenset[str]:
    """Return the parts that are switched off in the demo's operator, as in all of its customers."""
    return frozenset(outages(context.session))


def _switch() -> None:
    person = str(st.session_state[PERSON])
    parts = list(st.session_state[_KEY])
    try:
        mend_everywhere(person)
        for part in parts:
            break_everywhere(person, part)
    except AppError as error:
        keep_fault(error)
