"""Turn a second factor on or off, replace it, and make new recovery codes, which are shown once."""

from __future__ import annotations

import base64
from collections.abc import Callable
from typing import cast

import streamlit as st

from core.context import Context
from core.errors import AppError
from core.kit.wording import counted
from core.platform.signin.actions import (
    confirm_second_factor,
    enrol_second_factor,
    new_recovery_codes,
    remove_second_factor,
)
from core.platform.signin.second_factor import Enrolment
from core.platform.signin.views import Account
from pages.ui import formats, widgets
from pages.ui.frame import session_context
from pages.ui.links import NOTICE

STATE = st.session_state
_ENROLMENT, _CODES, _FAULT = "profile_enrolment", "profile_recovery_codes", "profile_factor_fault"
_CODE = "profile_code"


def draw_second_factor(context: Context, account: Account) -> None:
    """Draw the state and what can be done; codes and secret are the person's and this session's."""
    widgets.section("Second factor")
    if _of(context, _CODES):
        _show_codes(context)
        return
    if _of(context, _ENROLMENT):
        _confirm(context)
        return
    if account.has_second_factor:
        widgets.badge("On", "green", icon=":material/verified_user:")
        st.caption(f"{counted(account.recovery_codes, 'recovery code')} left.")
        _code_field("Code of your app")
        with st.container(horizontal=True):
            st.button("New recovery codes", key="profile_codes", on_click=_renew, args=(context.person,))
            st.button("Set up another app", key="profile_enrol", on_click=_enrol, args=(context.person,))
            st.button(
                "Turn off",
                key="profile_factor_off",
                disabled=account.required,
                help="Your role needs a second factor" if account.required else None,
                on_click=_turn_off,
            )
    else:
        st.caption(
            "Off. Codes of an authenticator app protect your account when somebody knows your password."
        )
        st.button(
            "Set up",
            key="profile_enrol",
            icon=":material/add_moderator:",
            on_click=_enrol,
            args=(context.person,),
        )


def _confirm(context: Context) -> None:
    """Draw the secret to take into the app, and the field for its first code."""
    enrolment = cast("Enrolment", _of(context, _ENROLMENT))
    picture = base64.b64encode(enrolment.picture.encode()).decode()
    st.image(f"data:image/svg+xml;base64,{picture}", width=200)
    st.caption("Scan the picture with your authenticator app, or type the key:")
    st.code(enrolment.secret, language=None)
    _code_field("First code of the app")
    with st.container(horizontal=True):
        st.button(
            "Turn on", type="primary", key="profile_factor_on", on_click=_turn_on, args=(context.person,)
        )
        st.button("Cancel", key="profile_factor_cancel", on_click=_forget)


def _show_codes(context: Context) -> None:
    st.caption(
        "Keep these recovery codes in a safe place. Each works once, when you have no app. They are not shown again."
    )
    st.code("\n".join(cast("list[str]", _of(context, _CODES))), language=None)
    st.button("I have stored them", type="primary", key="profile_codes_stored", on_click=_forget)


def _code_field(label: str) -> None:
    st.text_input(label, key=_CODE, max_chars=20, width=200, autocomplete="one-time-code")
    if fault := STATE.get(_FAULT):
        st.markdown(f":red[:material/error: {formats.plain(fault)}]")


def _of(context: Context, key: str) -> object:
    """Return what the session keeps under the key for this person; None for another's."""
    person, value = STATE.get(key, ("", None))
    return value if person == context.person else None


def _forget() -> None:
    for key in (_ENROLMENT, _CODES, _FAULT, _CODE):
        STATE.pop(key, None)


def _enrol(person: str) -> None:
    _run(_ENROLMENT, person, enrol_second_factor)


def _turn_on(person: str) -> None:
    _run(_CODES, person, confirm_second_factor)


def _renew(person: str) -> None:
    _run(_CODES, person, new_recovery_codes)


def _turn_off() -> None:
    _run("", "", remove_second_factor, "Second factor turned off")


def _run(key: str, person: str, work: Callable[[Context, str], object], done: str = "") -> None:
    """Run an action with the code typed; keep its result under the key, or what is wrong."""
    try:
        with session_context() as context:
            result = work(context, str(STATE.get(_CODE) or ""))
    except AppError as error:
        STATE[_FAULT] = str(error)
        return
    _forget()
    if key:
        STATE[key] = (person, result)
    if done:
        STATE[NOTICE] = done
