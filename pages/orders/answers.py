"""What a customer answered when it ordered without a seller, and what decided the package."""

from __future__ import annotations

import streamlit as st

from core.business.engagements.ordering.proposal import propose
from core.business.engagements.ordering.questions import answer_text, questions
from core.business.engagements.views import order
from core.context import Context


def show_answers(context: Context, order_id: str) -> None:
    """Draw the answers of an order's assessment; nothing for an order that has none."""
    details = order(context, order_id)
    if details.assessment is None:
        return
    with st.expander("What the customer answered", icon=":material/checklist:", expanded=details.is_pending):
        for question in questions(details.domain):
            with st.container(gap=None):
                st.caption(question.label)
                st.text(answer_text(question, details.assessment.get(question.key)))
        proposal = propose(details.domain, details.assessment)
        if proposal is None:
            return
        fits = "fits" if proposal.package == details.package else f"fits, {details.package_title} was ordered"
        st.caption("Package")
        st.text(f"{proposal.title} {fits}. {proposal.reason}")
