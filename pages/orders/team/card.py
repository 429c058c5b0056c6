"""The card of an order's team beside its overview: names and roles, and who is missing."""

from __future__ import annotations

import streamlit as st

from core.business.engagements.team.members import ROLE_NAMES, state_refusal
from core.business.engagements.team.views import Member, team_of
from core.business.engagements.views import order_states
from core.context import Context
from pages.ui import formats, widgets
from pages.ui.delivery.order_words import open_order

_COLOURS = {"lead": "blue", "reviewer": "green", "reserve": "gray"}
SECTION = "team"


def draw_team(context: Context, order_id: str) -> None:
    """Draw the people who work on an order now."""
    members = [member for member in team_of(context, order_id) if member.ends_at is None]
    refusal = state_refusal(next(row.state for row in order_states(context) if row.id == order_id))
    with st.container(border=True, gap="xsmall"):
        with st.container(horizontal=True, vertical_alignment="center"):
            st.markdown("**Team**", width="content")
            st.space("stretch")
            if refusal is None and context.may("order.assign"):
                st.button(
                    "Change team" if members else "Find lead",
                    key="team_open",
                    type="secondary" if members else "primary",
                    on_click=open_order,
                    args=(context.tenant.slug, order_id, SECTION),
                )
        for member in members:
            draw_member(context, member)
        if not members:
            st.caption(refusal.message if refusal else "Nobody is assigned yet.")


def draw_member(context: Context, member: Member) -> None:
    """Draw a member in a line: name, role, days."""
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.text(member.name, width="content")
        widgets.badge(ROLE_NAMES.get(member.role, member.role), _COLOURS.get(member.role, "gray"))
        st.caption(_period(context, member), width="content")


def _period(context: Context, member: Member) -> str:
    begins = formats.moment(context, member.starts_at)
    if member.ends_at is None:
        return f"since {begins}"
    reason = f", {formats.plain(member.ended_reason)}" if member.ended_reason else ""
    return f"{begins} to {formats.moment(context, member.ends_at)}{reason}"
