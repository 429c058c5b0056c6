"""The questions that wait for a contact's answer, for the customer's own page."""

from __future__ import annotations

import streamlit as st

from core.business.engagements.feedback.actions import answer_feedback
from core.business.engagements.feedback.rules import MAX_COMMENT, NPS
from core.business.engagements.feedback.views import OpenQuestion, open_questions
from core.context import Context
from pages.ui import widgets
from pages.ui.frame import act

STATE = st.session_state
_ENDS = {NPS: "0 is not at all likely, 10 is very likely"}
_SATISFACTION = "1 is not at all satisfied, 5 is very satisfied"


def show_questions(context: Context, order_id: str) -> None:
    """Draw the open questions about an order, each with its scale; nothing where there is none or one may not answer."""
    if not context.may("feedback.answer"):
        return
    for question in open_questions(context):
        if question.engagement_id == order_id:
            _draw(question)


def _draw(question: OpenQuestion) -> None:
    key = f"order_feedback_{question.id}"
    with st.container(border=True, gap="small"):
        widgets.section("Your opinion")
        score = st.segmented_control(
            question.text,
            list(range(question.lowest, question.highest + 1)),
            key=f"{key}_score",
            help=_ENDS.get(question.kind, _SATISFACTION),
        )
        st.caption(_ENDS.get(question.kind, _SATISFACTION))
        st.text_area("Comment (optional)", key=f"{key}_comment", max_chars=MAX_COMMENT, height=68)
        st.button(
            "Send answer",
            key=f"{key}_send",
            type="primary",
            disabled=score is None,
            on_click=_answer,
            args=(question.id, key),
        )


def _answer(feedback_id: str, key: str) -> None:
    score, comment = STATE.get(f"{key}_score"), str(STATE.get(f"{key}_comment") or "")
    if score is not None:
        act(lambda context: answer_feedback(context, feedback_id, score, comment), "Thank you")
