"""The candidates for an order: each with a verdict, ticks for what speaks for them, crosses for what is missing."""

from __future__ import annotations

from functools import partial

import streamlit as st

from core.business.engagements.team.actions import assign_lead, assign_reserve, assign_reviewer
from core.business.engagements.team.ranking import Candidate, Verdict
from core.business.engagements.team.views import Candidates, candidates
from core.context import Context
from core.kit.wording import day
from pages.ui import formats, widgets
from pages.ui.frame import act

STATE = st.session_state
SHORT = 3
BADGES = {
    Verdict.BEST_FIT: ("green", ":material/check:"),
    Verdict.POSSIBLE: ("orange", ":material/warning:"),
    Verdict.NOT_NOW: ("red", ":material/block:"),
}
_ABOUT = (
    "Ranked by certificate, shared hours, load, expiry and completed orders. "
    "Access to the customer starts and ends with the assignment."
)


def draw_candidates(context: Context, order_id: str) -> None:
    """Draw who could lead an order of the context's customer, the best first; with its buttons to assign."""
    comparison = candidates(context, order_id)
    demand = comparison.demand
    facts = [
        demand.source_title,
        f"go-live {day(demand.go_live_on, comparison.today)}" if demand.go_live_on else "",
    ]
    st.markdown(
        f"**Who for {formats.plain(comparison.customer)}?** :gray[{formats.plain(', '.join(filter(None, facts)))}]"
    )
    if comparison.refusal:
        st.info(formats.plain(comparison.refusal), icon=":material/info:")
    rows = [row for row in comparison.candidates if row.profile.person_id != comparison.lead_id]
    if not rows:
        widgets.empty("No candidates", "Add specialists with certificates on Specialists.", icon="group_off")
        return
    key = f"team_all_{order_id}"
    for row in rows if STATE.get(key) else rows[:SHORT]:
        _card(context, order_id, comparison, row)
    if len(rows) > SHORT:
        st.toggle(f"Show all {len(rows)}", key=key)
    st.caption(_ABOUT)


def _card(context: Context, order_id: str, comparison: Candidates, row: Candidate) -> None:
    person, slug = row.profile, context.tenant.slug
    is_reserve = person.person_id == comparison.reserve_id
    is_reviewer = person.person_id == comparison.reviewer_id
    with st.container(border=True, gap="xxsmall", key=f"candidate_{order_id}_{person.person_id}"):
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            st.text(person.name, width="content")
            colour, icon = BADGES[row.verdict]
            widgets.badge(row.verdict.words, colour, icon=icon)
            if is_reserve:
                widgets.badge("Reserve", "gray")
            if is_reviewer:
                widgets.badge("Reviewer", "green")
        if person.partner:
            st.caption(f"Partner: {formats.plain(person.partner)}")
        lines = [f":green[:material/check:] {formats.plain(text)}" for text in row.reasons]
        lines += [f":red[:material/close:] {formats.plain(text)}" for text in row.missing]
        st.markdown("  \n".join(lines))
        _buttons(order_id, slug, row, comparison.refusal, is_in_team=is_reserve or is_reviewer)


def _buttons(order_id: str, slug: str, row: Candidate, refusal: str, *, is_in_team: bool) -> None:
    """Draw what a candidate may be made: reviewer, reserve or lead; `refusal` forbids all of it for the order."""
    person_id = row.profile.person_id
    obstacle = refusal or row.reserve_refusal
    with st.container(horizontal=True, horizontal_alignment="right", gap="small"):
        for label, assign in (("Review", _review), ("Reserve", _reserve)):
            st.button(
                label,
                key=f"{label.lower()}_{order_id}_{person_id}",
                disabled=is_in_team or bool(obstacle),
                help="In the team already" if is_in_team else obstacle or None,
                on_click=partial(assign, slug, order_id, person_id),
            )
        st.button(
            "Assign",
            key=f"assign_{order_id}_{person_id}",
            type="primary" if row.verdict == Verdict.BEST_FIT else "secondary",
            disabled=bool(refusal) or not row.is_assignable,
            help=refusal or row.refusal or None,
            on_click=partial(_assign, slug, order_id, person_id),
        )


def _assign(slug: str, order_id: str, person_id: str) -> None:
    act(lambda context: assign_lead(context, order_id, person_id), "Lead assigned", tenant=slug)


def _reserve(slug: str, order_id: str, person_id: str) -> None:
    act(lambda context: assign_reserve(context, order_id, person_id), "Reserve assigned", tenant=slug)


def _review(slug: str, order_id: str, person_id: str) -> None:
    act(lambda context: assign_reviewer(context, order_id, person_id), "Reviewer assigned", tenant=slug)
