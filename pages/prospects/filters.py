"""The toolbar over the list of prospects: filters bound to the address, the stages with their counts, and paging."""

from __future__ import annotations

from collections.abc import Mapping

import streamlit as st

from core.business.sales.prospects.listing import NOBODY, ProspectFilter
from core.context import Context
from core.platform.access.customers.rules import OWNER_ROLES
from core.platform.access.customers.views import staff
from core.schema import target_schema
from pages.prospects.words import STAGE_LABELS
from pages.ui import filters, formats
from pages.ui.filters import choice_box, search_box

STATE = st.session_state
_TEXT, _STAGE, _OWNER, _LINE, _STEP, _ORDER, _PAGE = "find", "stage", "owner", "line", "step", "order", "page"
_STEPS = {"Overdue": "overdue", "Not planned": "none"}
_ORDERS = {
    "By next step": "next_step",
    "By activity": "activity",
    "By name": "name",
    "By locations": "locations",
    "By quote": "value",
    "Newest first": "newest",
}


def draw(context: Context) -> tuple[ProspectFilter, str, int]:
    """Draw the toolbar; return the filters, the order and the page."""
    owners = _owners(context)
    lines = {formats.words(domain): domain for domain in target_schema().domains}
    stages = {label: str(stage) for stage, label in STAGE_LABELS.items()}
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        text = search_box(_TEXT, "Name, system or e-mail", 180)
        stage = stages.get(choice_box("Stage", _STAGE, stages, "All stages", 118), "")
        owner = owners.get(choice_box("Owner", _OWNER, owners, "All owners", 122), "")
        line = lines.get(choice_box("Line of business", _LINE, lines, "All lines", 104), "")
        step = _STEPS.get(choice_box("Next step", _STEP, _STEPS, "Any next step", 136), "")
        order = st.selectbox(
            "Order", list(_ORDERS), key=_ORDER, bind="query-params", label_visibility="collapsed", width=136
        )
    selection = ProspectFilter(text, stage, owner, line, step)
    is_first = STATE.get("prospects_filtered") != (selection, order)
    STATE["prospects_filtered"] = selection, order
    if is_first:
        STATE.pop(_PAGE, None)
    return selection, _ORDERS[order], int(STATE.get(_PAGE) or 1)


def draw_pipeline(counts: Mapping[str, int], stage: str) -> None:
    """Draw how many prospects stand in each stage; a click keeps that stage only, a second one all of them."""
    with st.grid(len(counts), min_column_width=110, gap="small"):
        for key, count in counts.items():
            is_chosen = key == stage
            st.button(
                f"**{count:,}** {STAGE_LABELS[key]}",
                key=f"stage_{key}",
                type="secondary" if is_chosen or not stage else "tertiary",
                icon=":material/check:" if is_chosen else None,
                help="Show all stages" if is_chosen else f"Show {STAGE_LABELS[key].lower()} only",
                width="stretch",
                on_click=_set_stage,
                args=("" if is_chosen else STAGE_LABELS[key],),
            )


def draw_paging(total: int, page_rows: int) -> None:
    """Draw the number of matches, and the pages where there are several."""
    filters.draw_paging(total, "prospect", page_rows, _PAGE)


def clear() -> None:
    """Show all prospects; for callbacks."""
    for key in (_STAGE, _OWNER, _LINE, _STEP):
        STATE[key] = None
    STATE[_TEXT] = ""
    STATE.pop(_PAGE, None)


def _set_stage(label: str) -> None:
    STATE[_STAGE] = label or None


def _owners(context: Context) -> dict[str, str]:
    """Return the choices of owners: label -> id; who sells chooses between theirs and those that nobody owns."""
    if not context.may("prospect.assign"):
        return {"Mine": context.person, "Nobody's": NOBODY}
    names = {person.person_id: person.name for person in staff(context) if person.role in OWNER_ROLES}
    labels = {label: key for key, label in formats.unique_labels(names).items()}
    return {"Mine": context.person, "Nobody's": NOBODY} | labels
