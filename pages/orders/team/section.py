"""The team section of an order's page: members at the left with what may be done, candidates at the right."""

from __future__ import annotations

from functools import partial

import streamlit as st

from core.business.engagements.team.actions import end_member, take_over_lead
from core.business.engagements.team.members import LEAD, RESERVE, REVIEWER
from core.business.engagements.team.views import Member, team_of
from core.context import Context
from core.errors import AppError
from pages.orders.team.card import draw_member
from pages.orders.team.referral import draw_referral
from pages.ui import formats, widgets
from pages.ui.delivery.candidates import draw_candidates
from pages.ui.dialogs import ask_inside
from pages.ui.frame import act

_MAX_ENDED = 5


def show_team(context: Context, order_id: str) -> None:
    """Draw who works on an order and who worked on it; for who assigns, the candidates too."""
    members = team_of(context, order_id)
    if not context.may("order.assign"):
        _members(context, members)
        return
    members_column, candidates_column = st.columns([0.5, 0.5], gap="medium")
    with members_column:
        _members(context, members)
        draw_referral(context, order_id)
    with candidates_column:
        try:
            draw_candidates(context, order_id)
        except AppError as error:
            st.warning(f"{error.message} {error.hint}")


def _members(context: Context, members: list[Member]) -> None:
    active = [member for member in members if member.ends_at is None]
    if not active:
        widgets.empty(
            "No team yet",
            "An order that is approved gets a lead, and where it is needed a reviewer and a reserve.",
            icon="group",
        )
    for member in active:
        with st.container(border=True, gap="xsmall"):
            draw_member(context, member)
            if member.reasons:
                st.caption("  \n".join(formats.plain(str(text)) for text in member.reasons))
            if context.may("order.assign"):
                _buttons(context.tenant.slug, member)
    earlier = [member for member in members if member.ends_at is not None]
    if earlier:
        with st.expander(f"Earlier members {len(earlier)}"):
            for member in earlier[:_MAX_ENDED]:
                draw_member(context, member)


def _buttons(slug: str, member: Member) -> None:
    if member.role == RESERVE:
        st.button(
            "Take over lead",
            key=f"take_over_{member.id}",
            help="The reserve leads the order from now on; the access of the lead ends",
            on_click=partial(_take_over, slug, member),
        )
    lines = [f"The membership of {formats.plain(member.name)} ends now."]
    if member.role in {LEAD, REVIEWER}:
        lines.append("Access to the customer ends with it, unless another order of the customer needs it.")
    ask_inside(f"end_{member.id}", "End…", lines, "End membership", partial(_end, slug, member.id))


def _take_over(slug: str, member: Member) -> None:
    def take_over(context: Context) -> str:
        return take_over_lead(context, member.engagement_id)

    act(take_over, "Reserve leads now", tenant=slug)


def _end(slug: str, member_id: str) -> None:
    act(lambda context: end_member(context, member_id), "Membership ended", tenant=slug)
