"""One's own exams: a row a speciality, a cell a level, with what is held and what stands in the way."""

from __future__ import annotations

from datetime import date

import streamlit as st

from core.business.specialists.exams.actions import begin_exam
from core.business.specialists.exams.views import ExamOffer, exam_offers
from core.business.specialists.program import program
from core.context import Context
from core.kit.wording import day
from pages.certification.words import EXAM, PATH
from pages.ui import formats, widgets
from pages.ui.frame import act
from pages.ui.links import turn_to


def show_offers(context: Context) -> None:
    offers = {(offer.speciality, offer.level): offer for offer in exam_offers(context)}
    size = program().exam
    widgets.section("Your exams")
    st.caption(
        f"{size.questions} questions in {size.minutes} minutes, {size.attempts} attempts in {size.within_days} days."
        " Answers are kept as you give them."
    )
    for key, speciality in program().specialities.items():
        with st.container(border=True, gap="xsmall"):
            st.markdown(f"**{speciality.title}**  :gray[{', '.join(speciality.modules.values())}]")
            with st.grid(len(program().levels), min_column_width=190):
                for name in program().levels:
                    _draw(context, offers[key, name])


def _draw(context: Context, offer: ExamOffer) -> None:
    level = program().levels[offer.level]
    today = context.today
    with st.container(gap="xsmall"):
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            st.button(
                f"Continue {level.title}" if offer.open_attempt else level.title,
                key=f"exam_{offer.speciality}_{offer.level}",
                type="primary" if offer.open_attempt else "secondary",
                disabled=bool(_obstacle(offer, today)),
                help=_obstacle(offer, today) or f"{level.pass_percent}% of the answers are right to pass",
                on_click=_begin,
                args=(offer.speciality, offer.level),
            )
            if offer.held_until is not None:
                widgets.badge(f"Until {day(offer.held_until, today)}", "green", icon=":material/check:")
        note = _obstacle(offer, today) or f"{formats.counted(offer.attempts_left, 'attempt')} left"
        st.caption(formats.plain(note))


def _obstacle(offer: ExamOffer, today: date) -> str:
    """Return why the exam cannot begin now, '' where it can."""
    if offer.open_attempt:
        return ""
    if offer.blocked:
        return offer.blocked
    return f"Next attempt on {day(offer.next_on, today)}" if offer.next_on else ""


def _begin(speciality: str, level: str) -> None:
    attempt = act(lambda context: begin_exam(context, speciality, level))
    if attempt:
        turn_to(PATH, **{EXAM: attempt})
