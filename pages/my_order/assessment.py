"""The assessment: a field a question, the package that fits the answers, and what decides it."""

from __future__ import annotations

from typing import Any

import streamlit as st

from core.business.catalog.packages import package
from core.business.engagements.ordering.price import is_by_offer
from core.business.engagements.ordering.proposal import Proposal, propose
from core.business.engagements.ordering.questions import MAX_TEXT, Question, questions
from core.business.engagements.ordering.views import DraftView
from core.context import Context
from pages.my_order.offers import draw_offer_button
from pages.my_order.state import seeded, store, store_answer
from pages.ui import formats

STATE = st.session_state


def draw_assessment(context: Context, view: DraftView) -> None:
    """Draw the questions, then what their answers mean for the package."""
    domain = context.tenant.domain
    st.caption("We size the work by your answers. They are kept while you type.")
    for question in questions(domain):
        _field(question, view)
    proposal = propose(domain, view.draft.assessment)
    if proposal is not None:
        _proposal(context, view.draft.package, proposal)


def answers_typed(domain: str) -> dict[str, Any]:
    """Return the values of the fields that are on the screen: question -> value."""
    keys = {question.key: f"my_order_{question.key}" for question in questions(domain)}
    return {question: STATE[key] for question, key in keys.items() if key in STATE}


def _field(question: Question, view: DraftView) -> None:
    stored = view.draft.assessment.get(question.key)
    if question.kind == "choices":
        stored = stored or []
    key = seeded(question.key, stored)
    label = question.label if question.is_required else f"{question.label} (optional)"
    more: dict[str, Any] = {
        "key": key,
        "help": question.help or None,
        "on_change": store_answer,
        "args": (question.key, key),
    }
    if question.kind == "count":
        st.number_input(label, question.least, question.most, value=None, step=1, **more)
    elif question.kind == "choices":
        st.pills(
            label,
            list(question.options),
            format_func=lambda option: question.options[option],
            selection_mode="multi",
            **more,
        )
    else:
        st.text_area(label, max_chars=MAX_TEXT, height=80, **more)


def _proposal(context: Context, chosen: str | None, proposal: Proposal) -> None:
    """Draw the package that fits, why, and the button that takes it where another is chosen."""
    with st.container(border=True, gap="small"):
        icon = ":green[:material/task_alt:]"
        title = formats.plain(proposal.title)
        if chosen == proposal.package:
            st.markdown(f"{icon} **{title} fits**")
        elif chosen in proposal.too_small:
            st.markdown(f":orange[:material/warning:] **You need {title}**")
        elif chosen is not None:
            larger = formats.plain(package(context.tenant.domain, chosen).title)
            st.markdown(f"{icon} **{title} is enough.** You chose {larger}.")
        else:
            st.markdown(f"{icon} **{title} fits**")
        st.text(proposal.reason)
        if is_by_offer(context.tenant.domain, proposal.package):
            draw_offer_button(context, proposal.package, "assessment")
        elif chosen != proposal.package:
            st.button(
                f"Choose {title}",
                key="my_order_take_proposal",
                on_click=store,
                args=({"package": proposal.package},),
            )
