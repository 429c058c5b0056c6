"""The side dialog of a person: role, sign-in sessions, second factor, deactivate or reactivate."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from core.context import Context
from core.errors import NotFoundError
from core.kit.wording import counted
from core.platform.access.people.actions import change_role, deactivate, reactivate
from core.platform.access.people.views import PersonView, people
from core.platform.access.rules import SUPERVISORS
from core.platform.signin.actions import end_sign_ins_of, reset_second_factor
from core.platform.signin.views import second_factors_here, sign_ins_here
from pages.people.invite import DIALOGS, roles_to_give
from pages.ui import dialogs, formats, widgets
from pages.ui.dialogs import ask_inside
from pages.ui.frame import act, live


def details_dialog(person_id: str, name: str) -> None:
    """Show a person beside the table; it stays open while parts are changed."""

    @st.dialog(formats.plain(name), icon=":material/person:", position="right", on_dismiss=DIALOGS.close)
    def body() -> None:
        DIALOGS.leave_unless(person_id)
        with live() as context:
            person = next((row for row in people(context) if row.id == person_id), None)
            if person is None:
                raise NotFoundError("There is no such person here.", hint="Reload the page.")
            _title(person)
            may_change = not person.is_self and (person.role not in SUPERVISORS or context.role == "admin")
            if person.is_self:
                st.caption(
                    "This is your own account. Change it on Profile; your role is changed by somebody else."
                )
            elif not may_change:
                st.caption("Only an administrator changes the account of a manager or an administrator.")
            _role(context, person, disabled=not may_change)
            _sessions(context, person, may_change=may_change)
            _second_factor(context, person, may_change=may_change)
            if may_change:
                _activity(person)

    body()


def _title(person: PersonView) -> None:
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        widgets.badge("Active", "green") if person.active else widgets.badge("Deactivated", "gray")
        st.text(person.email or "No e-mail address", width="content")


def _role(context: Context, person: PersonView, *, disabled: bool) -> None:
    key = f"person_role_{person.id}_{person.role}"
    options = list(dict.fromkeys([*roles_to_give(context), person.role]))
    with st.container(horizontal=True, vertical_alignment="bottom"):
        role = st.selectbox(
            "Role",
            options,
            index=options.index(person.role),
            format_func=formats.words,
            key=key,
            disabled=disabled,
        )
        if not disabled:
            st.button(
                "Change role",
                key="person_role_save",
                disabled=role == person.role,
                help="Choose another role" if role == person.role else None,
                on_click=lambda: act(lambda context: change_role(context, person.id, role), "Role changed"),
            )


def _sessions(context: Context, person: PersonView, *, may_change: bool) -> None:
    dialogs.section("Sign-in sessions")
    sessions = [session for session in sign_ins_here(context) if session.person == person.id]
    if not sessions:
        st.caption("Not signed in anywhere.")
        return
    for session in sessions:
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            st.text(f"{session.device}, {session.address}", width="content")
            if session.current:
                widgets.badge("This browser", "green")
            st.caption(f"used {formats.plain(formats.moment(context, session.seen_at))}", width="content")
    if may_change:
        st.button(
            f"End {counted(len(sessions), 'session')}",
            key="person_end_sessions",
            icon=":material/logout:",
            on_click=lambda: _run(lambda context: end_sign_ins_of(context, person.id), "Sessions ended"),
        )


def _second_factor(context: Context, person: PersonView, *, may_change: bool) -> None:
    dialogs.section("Second factor")
    is_on = person.id in second_factors_here(context)
    st.caption("On" if is_on else "Off. Managers and administrators set it up when they sign in.")
    if is_on and may_change:
        ask_inside(
            "person_reset",
            "Reset second factor…",
            [
                "Their sign-in sessions end.",
                "A manager or administrator sets up a new one at the next sign-in.",
            ],
            "Reset second factor",
            lambda: _run(lambda context: reset_second_factor(context, person.id), "Second factor reset"),
        )


def _activity(person: PersonView) -> None:
    if not person.active:
        st.button(
            "Reactivate",
            key="person_reactivate",
            icon=":material/person_check:",
            on_click=lambda: act(lambda context: reactivate(context, person.id), "Person reactivated"),
        )
        return
    ask_inside(
        "person_deactivate",
        "Deactivate…",
        [
            "Their sign-in sessions end at once.",
            "They can no longer sign in.",
            "What they did stays in the log.",
        ],
        "Deactivate",
        lambda: _run(lambda context: deactivate(context, person.id), "Person deactivated"),
    )


def _run(work: Callable[[Context], object], done: str) -> None:
    act(work, done)
