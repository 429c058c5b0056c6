"""An exam: its questions while it is open, and afterwards the result with right answers and explanations."""

from __future__ import annotations

import streamlit as st

from core.business.specialists.exams.actions import answer_question, finish_exam
from core.business.specialists.exams.views import ExamQuestion, ExamView
from core.business.specialists.program import program
from core.context import Context
from pages.certification.words import EXAM, PATH
from pages.ui import formats, widgets
from pages.ui.frame import act
from pages.ui.links import link, turn_to

STATE = st.session_state


def show_exam(context: Context, attempt: ExamView) -> None:
    widgets.heading(context, f"Exam {attempt.title}", fact=_fact(context, attempt), is_personal=True)
    if attempt.finished_at is not None:
        _result(attempt)
        return
    unanswered = len(attempt.questions) - attempt.answer_count
    if not attempt.is_open:
        st.warning("The time is over. Finish the exam to see the result.", icon=":material/timer_off:")
    for number, question in enumerate(attempt.questions, start=1):
        _ask(attempt, number, question)
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.button("Finish exam", type="primary", key="exam_finish", on_click=_finish, args=(attempt.id,))
        if unanswered and attempt.is_open:
            st.caption(f"{formats.counted(unanswered, 'question')} without an answer; they count as wrong.")


def _fact(context: Context, attempt: ExamView) -> str:
    if attempt.finished_at is not None:
        return f"Finished {formats.moment(context, attempt.finished_at)}"
    return f"{attempt.answer_count} of {len(attempt.questions)} answered · until {formats.moment(context, attempt.expires_at)}"


def _ask(attempt: ExamView, number: int, question: ExamQuestion) -> None:
    key = f"exam_{attempt.id}_{question.id}"
    STATE[key] = question.answer
    with st.container(border=True, gap="xsmall"):
        st.caption(_module(attempt, question))
        st.radio(
            f"**{number}.** {formats.plain(question.text)}",
            range(len(question.options)),
            key=key,
            format_func=lambda choice: formats.plain(question.options[choice]),
            disabled=not attempt.is_open,
            on_change=_answer,
            args=(attempt.id, question.id, key),
        )


def _answer(attempt_id: str, question_id: str, key: str) -> None:
    choice = STATE[key]
    if choice is not None:
        act(lambda context: answer_question(context, attempt_id, question_id, choice))


def _finish(attempt_id: str) -> None:
    act(lambda context: finish_exam(context, attempt_id))
    turn_to(PATH, **{EXAM: attempt_id})


def _module(attempt: ExamView, question: ExamQuestion) -> str:
    return program().specialities[attempt.speciality].modules[question.module]


def _result(attempt: ExamView) -> None:
    right = sum(question.answer == question.right for question in attempt.questions)
    with st.container(border=True, gap="small"):
        icon, colour = ("check_circle", "green") if attempt.is_passed else ("cancel", "red")
        verdict = "Passed" if attempt.is_passed else "Not passed"
        st.markdown(
            f":{colour}[:material/{icon}:] **{verdict}: {attempt.score:.0f}%** "
            f":gray[({right} of {len(attempt.questions)} right, {attempt.pass_percent}% needed)]"
        )
        if attempt.is_passed:
            st.text("The certificate is issued. Its PDF stands in your entry of the roster.")
        with st.container(horizontal=True, gap="small"):
            link(PATH, "All exams", icon=":material/arrow_back:")
            link("specialists", "Roster", icon=":material/engineering:")
    for number, question in enumerate(attempt.questions, start=1):
        _review(attempt, number, question)


def _review(attempt: ExamView, number: int, question: ExamQuestion) -> None:
    """Draw a question with the answer, the right one, and why."""
    is_right = question.answer == question.right
    with st.container(border=True, gap="xsmall"):
        mark = ":green[:material/check: Right]" if is_right else ":red[:material/close: Wrong]"
        st.markdown(f"{mark} :gray[{_module(attempt, question)}]")
        st.markdown(f"**{number}.** {formats.plain(question.text)}")
        if not is_right:
            answer = "no answer" if question.answer is None else question.options[question.answer]
            st.text(f"Your answer: {answer}")
        if question.right is not None:
            st.text(f"Right answer: {question.options[question.right]}")
        st.caption(formats.plain(question.why))
