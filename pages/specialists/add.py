"""The dialog that adds one of the operator's people to the roster, with usual hours that the person then corrects."""

from __future__ import annotations

import streamlit as st

from core.business.specialists.roster.actions import add_specialist
from core.business.specialists.roster.rules import LANGUAGES, RosterFields
from core.business.specialists.roster.views import people_to_add
from core.context import Context
from core.kit.times import zones
from pages.specialists.words import PATH, SPECIALIST
from pages.ui import formats
from pages.ui.dialogs import SideDialogs
from pages.ui.frame import act, live
from pages.ui.links import link, turn_to

STATE = st.session_state
DIALOGS = SideDialogs("specialists_dialog")
ADD = "add"
OFFICE = {day: [["09:00", "12:30"], ["13:30", "17:30"]] for day in ("mon", "tue", "wed", "thu", "fri")}
_PERSON, _ZONE, _LANGUAGES = "specialists_person", "specialists_zone", "specialists_languages"


@st.dialog("Add a specialist", icon=":material/person_add:", position="right", on_dismiss=DIALOGS.close)
def add_dialog() -> None:
    """Ask who it is, where they work and which languages they speak; office hours are entered for them."""
    DIALOGS.leave_unless(ADD)
    with live() as context:
        people = {candidate.person_id: candidate for candidate in people_to_add(context)}
        if not people:
            st.text("Everybody who could be a specialist is in the roster.")
            link("people", "Invite a person", icon=":material/group_add:")
            return
        names = formats.unique_labels({key: entry.name for key, entry in people.items()})
        st.selectbox(
            "Person",
            list(people),
            key=_PERSON,
            index=None,
            placeholder="Choose a person",
            format_func=lambda key: formats.plain(names[key]),
        )
        STATE.setdefault(_ZONE, context.tenant.zone)
        st.selectbox("Time zone", zones(), key=_ZONE)
        st.multiselect("Languages", list(LANGUAGES), key=_LANGUAGES, format_func=LANGUAGES.__getitem__)
        st.caption("Office hours from Monday to Friday are entered; the person corrects them.")
        st.button(
            "Add to the roster",
            type="primary",
            key="specialists_add_done",
            disabled=not STATE.get(_PERSON),
            help=None if STATE.get(_PERSON) else "Choose a person first",
            on_click=_add,
        )


def _add() -> None:
    fields = RosterFields(STATE[_ZONE], STATE.get(_LANGUAGES) or [], [], OFFICE)

    def add(context: Context) -> str:
        return add_specialist(context, STATE[_PERSON], fields)

    specialist_id = act(add, "Added to the roster")
    if specialist_id:
        DIALOGS.close()
        turn_to(PATH, **{SPECIALIST: specialist_id})
