"""The questions about an order that wait for the customer's answer, each with its scale."""

from __future__ import annotations

import streamlit as st

from core.business.engagements.feedback.actions import answer_feedback
from core.business.engagements.feedback.rules import MAX_COMMENT, NPS
from core.business.engagements.feedback.views import OpenQuestion, open_questions
from core.context import Context
from pages.ui.frame import act

STATE = st.session_state


def draw_questions(context: Context, order_id: str) -> None:
    """Draw the open questions about an order; nothing where there is none, or where the person may not answer."""
    for question in open_questions(context):
        if question.engagement_id == order_id:
            _draw(question)


def _draw(question: OpenQuestion) -> None:
    key = f"my_order_feedback_{question.id}"
    ends = "not at all likely, 10 very likely" if question.kind == NPS else "not satisfied, 5 very satisfied"
    with st.container(border=True, gap="small"):
        st.markdown(":blue[:material/reviews:] **Your opinion**")
        score = st.segmented_control(
            question.text, list(range(question.lowest, question.highest + 1)), key=f"{key}_score"
        )
        st.caption(f"{question.lowest} is {ends}.")
        st.text_area("Comment (optional)", key=f"{key}_comment", max_chars=MAX_COMMENT, height=80)
        st.button(
            "Send answer",
            key=f"{key}_send",
            type="primary",
            disabled=score is None,
            help="Choose a number first." if score is None else None,
            on_click=_answer,
            args=(question.id, key),
        )


def _answer(feedback_id: str, key: str) -> None:
    score, comment = STATE.get(f"{key}_score"), str(STATE.get(f"{key}_comment") or "")
    if score is not None:
        act(lambda context: answer_feedback(context, feedback_id, int(score), comment), "Thank you")
