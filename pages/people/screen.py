"""People: the operator's staff, a dialog for each, and open invitations."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import streamlit as st

from core.context import Context
from core.platform.access.people.views import PersonView, people
from core.platform.signin.views import invitations, second_factors_here, sign_ins_here
from pages.people.details import details_dialog
from pages.people.invitations import STATES, draw_invitations
from pages.people.invite import DIALOGS, INVITE, invite_dialog
from pages.ui import formats, widgets

STATE = st.session_state
_MANAGED = "people_manage"


def show(context: Context) -> None:
    records = people(context)
    active = sum(person.active for person in records)
    widgets.heading(
        context,
        "People",
        "Who works with the console, in which role.",
        fact=f"{active:,} active",
        of_all_customers=True,
    )
    with widgets.row_end():
        st.button(
            "Invite",
            type="primary",
            icon=":material/person_add:",
            key="people_invite",
            on_click=DIALOGS.open,
            args=(INVITE,),
        )
    words = st.text_input(
        "Search",
        key="people_text",
        bind="query-params",
        placeholder="Search",
        icon=":material/search:",
        label_visibility="collapsed",
        max_chars=100,
        width=240,
    )
    word = (words or "").strip().lower()
    visible_people = [
        person for person in records if word in f"{person.name} {person.email or ''} {person.role}".lower()
    ]
    if visible_people:
        _table(context, visible_people)
    else:
        widgets.empty("Nobody found", "Nobody matches this search.", icon="search_off")
    draw_invitations(context, invitations(context))
    if DIALOGS.opened == INVITE:
        invite_dialog()
    for person in records:
        if person.id == DIALOGS.opened:
            details_dialog(person.id, person.name)


def _table(context: Context, records: Sequence[PersonView]) -> None:
    last_seen = _last_seen(context)
    with_factor = second_factors_here(context)
    widgets.table(
        [
            {
                "Name": f"{person.name} (you)" if person.is_self else person.name,
                "E-mail": person.email,
                "Role": formats.words(person.role),
                "State": ["Active" if person.active else "Deactivated"],
                "Signed in": formats.moment(context, last_seen.get(person.id)),
                "Second factor": "On" if person.id in with_factor else "Off",
                "Manage": "Manage",
            }
            for person in records
        ],
        {
            "Name": st.column_config.TextColumn(width=160),
            "E-mail": st.column_config.TextColumn(width=210),
            "Role": st.column_config.TextColumn(width=90),
            "State": widgets.badge_column("State", STATES, width=110),
            "Signed in": st.column_config.TextColumn(
                width=130, help="When the person last used the console, while signed in"
            ),
            "Second factor": st.column_config.TextColumn(width=95),
            "Manage": st.column_config.ButtonColumn(
                "Manage",
                key=_MANAGED,
                on_click=lambda: DIALOGS.open(records[STATE[_MANAGED].row].id),
                width=72,
            ),
        },
        alt="People with role, state, last sign-in and second factor",
        most=20,
    )


def _last_seen(context: Context) -> dict[str, datetime]:
    last_seen: dict[str, datetime] = {}
    for session in sign_ins_here(context):
        last_seen[session.person] = max(session.seen_at, last_seen.get(session.person, session.seen_at))
    return last_seen
