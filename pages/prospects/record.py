"""A prospect: stage, next step and what is missing on top, then the section that the address names."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from core.business.sales.prospects.actions import set_stage, take_prospect
from core.business.sales.prospects.duplicates import duplicates_of
from core.business.sales.prospects.rules import Stage
from core.business.sales.prospects.views import ProspectDetails
from core.context import Context
from core.kit.wording import counted
from pages.prospects.create import draw_similar
from pages.prospects.edit import DIALOGS, EDIT, LOSE, OWNER, edit_dialog, lose_dialog, owner_dialog
from pages.prospects.next_step import draw_next_step
from pages.prospects.sections import SECTIONS
from pages.prospects.words import PATH, PROSPECT, SECTION, STAGE_COLOURS, STAGE_LABELS
from pages.ui import formats, widgets
from pages.ui.frame import act
from pages.ui.links import link, turn_to

STATE = st.session_state
_STAGE, _SECTION = "prospect_stage", "prospect_section"


def show_record(context: Context, prospect: ProspectDetails) -> None:
    widgets.heading(context, formats.plain(formats.shortened(prospect.name, 44)), fact=_fact(prospect))
    _stage(context, prospect)
    draw_next_step(context, prospect)
    _missing(prospect)
    draw_similar(duplicates_of(context, prospect.id))
    section = _section(prospect)
    SECTIONS[section][1](context, prospect)
    _dialogs(prospect)


def go_to_section(prospect_id: str, section: str) -> None:
    """Open a section of a prospect; for callbacks."""
    turn_to(PATH, **{PROSPECT: prospect_id, SECTION: section})


def _fact(prospect: ProspectDetails) -> str:
    noun = "location" if prospect.domain == "restaurant" else "school"
    size = counted(prospect.locations, noun) if prospect.locations else ""
    owner = formats.plain(prospect.owner_name or "no owner")
    return " · ".join(part for part in (size, owner) if part)


def _buttons(context: Context, prospect: ProspectDetails) -> None:
    if not context.may("prospect.edit"):
        return
    if prospect.owner_id is None and context.role == "sales":
        st.button("Take over", key="prospect_take", on_click=_take, args=(prospect.id,))
    if context.may("prospect.assign"):
        st.button(
            "Owner", key="prospect_owner", icon=":material/person:", on_click=DIALOGS.open, args=(OWNER,)
        )
    st.button("Edit", key="prospect_edit", icon=":material/edit:", on_click=DIALOGS.open, args=(EDIT,))


def _stage(context: Context, prospect: ProspectDetails) -> None:
    """Draw the way back, what changes the prospect, and the stages; a click moves the prospect, a loss asks for its reason."""
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        link(PATH, "All prospects", icon=":material/arrow_back:")
        _buttons(context, prospect)
        st.space("stretch")
        days = (context.now - prospect.stage_since).days
        widgets.badge(f"{STAGE_LABELS[prospect.stage]} {days:,} d", STAGE_COLOURS[prospect.stage])
        STATE[_STAGE] = prospect.stage
        st.segmented_control(
            "Stage",
            list(Stage),
            key=_STAGE,
            format_func=lambda stage: STAGE_LABELS[stage],
            label_visibility="collapsed",
            disabled=not context.may("prospect.edit") or bool(prospect.customer_id),
            on_change=_move,
            args=(prospect.id, prospect.stage),
        )
    if prospect.lost_reason:
        st.caption(f"Lost: {formats.plain(prospect.lost_reason)}")


def _move(prospect_id: str, before: str) -> None:
    stage = STATE.get(_STAGE)
    if not stage or stage == before:
        return
    if stage == Stage.LOST:
        DIALOGS.open(LOSE)
        return
    act(lambda context: set_stage(context, prospect_id, stage), f"Stage: {STAGE_LABELS[stage]}")


def _take(prospect_id: str) -> None:
    act(lambda context: take_prospect(context, prospect_id), "You own this prospect")


def _missing(prospect: ProspectDetails) -> None:
    """Name what is missing, each with the button that leads to where it is entered."""
    entries: list[tuple[str, Callable[[], None]]] = []
    if unanswered := len(prospect.unanswered):
        entries.append(
            (
                f"{counted(unanswered, 'discovery answer')} missing",
                lambda: go_to_section(prospect.id, "discovery"),
            )
        )
    if not prospect.has_contact:
        entries.append(("No contact", lambda: DIALOGS.open(EDIT)))
    if not entries or not prospect.is_open:
        return
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.caption("Missing", width="content")
        for number, (label, go) in enumerate(entries):
            st.button(label, key=f"missing_{number}", type="tertiary", icon=":material/help:", on_click=go)


def _section(prospect: ProspectDetails) -> str:
    """Draw the sections and return the one that the address names, the first by default."""
    section = st.query_params.get(SECTION) or next(iter(SECTIONS))
    section = section if section in SECTIONS else next(iter(SECTIONS))
    STATE[_SECTION] = section
    labels = {key: label for key, (label, _) in SECTIONS.items()}
    st.segmented_control(
        "Section",
        list(labels),
        key=_SECTION,
        format_func=labels.__getitem__,
        label_visibility="collapsed",
        required=True,
        on_change=lambda: go_to_section(prospect.id, str(STATE[_SECTION])),
    )
    return section


def _dialogs(prospect: ProspectDetails) -> None:
    if DIALOGS.opened == EDIT:
        edit_dialog(prospect.id)
    elif DIALOGS.opened == LOSE:
        lose_dialog(prospect.id)
    elif DIALOGS.opened == OWNER:
        owner_dialog(prospect.id, prospect.owner_id)
