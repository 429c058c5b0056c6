"""Profile: one's own account. People of the demo have none and choose their name in a menu."""

from __future__ import annotations

import streamlit as st

from core.context import Context
from core.kit.times import zones
from core.platform.access.people.actions import MAX_NAME, edit_profile
from core.platform.access.people.views import Profile, my_profile
from core.platform.signin.views import my_account
from pages.profile.devices import draw_devices
from pages.profile.notifications import draw_notifications
from pages.profile.password import draw_password
from pages.profile.second_factor import draw_second_factor
from pages.ui import widgets
from pages.ui.frame import act
from pages.ui.links import SIGN_IN, link

STATE = st.session_state
_DEFAULT_ZONE = ""


def show(context: Context) -> None:
    profile = my_profile(context)
    widgets.heading(context, "Profile", "Your own account.", fact=profile.email or "", is_personal=True)
    left, right = st.columns(2, gap="medium")
    with left:
        _details(profile)
        draw_notifications(context)
    with right:
        if not STATE.get(SIGN_IN):
            widgets.section("Sign-in")
            st.caption("People of the demo sign in without a password: choose another person in the sidebar.")
        else:
            account = my_account(context)
            draw_password(account)
            draw_second_factor(context, account)
            draw_devices(context)
    link("audit", "Your activity", icon=":material/history:")


def _details(profile: Profile) -> None:
    widgets.section("Details")
    options = [_DEFAULT_ZONE, *zones()]
    with st.form("profile_details", border=False):
        name = st.text_input("Name", profile.name, max_chars=MAX_NAME)
        zone = st.selectbox(
            "Time zone",
            options,
            index=options.index(profile.zone or _DEFAULT_ZONE),
            format_func=lambda zone: zone.replace("_", " ") or "The operator's",
            help="For screens of all customers. A customer's screens show the customer's time zone.",
        )
        if st.form_submit_button("Save", key="profile_save"):
            done = act(lambda own: _saved(own, name, zone or None), "Saved")
            if done or not name.strip():
                st.rerun()


def _saved(context: Context, name: str, zone: str | None) -> bool:
    edit_profile(context, name, zone)
    return True
