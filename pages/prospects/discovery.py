"""The questions of discovery with their answers; those that a field of the prospect holds are written there."""

from __future__ import annotations

from itertools import groupby

import streamlit as st

from core.business.sales.prospects.discovery import answer_discovery
from core.business.sales.prospects.questions import SYSTEM, Question, questions
from core.business.sales.prospects.rules import MAX_ANSWER, FieldsError
from core.business.sales.prospects.systems import systems
from core.business.sales.prospects.views import GivenAnswer, ProspectDetails, given_answers
from core.context import Context
from core.errors import AppError
from pages.ui import formats
from pages.ui.frame import session_context
from pages.ui.links import NOTICE
from pages.ui.refusals import keep_fault

STATE = st.session_state
_FAULTS = "discovery_faults"


def show(context: Context, prospect: ProspectDetails) -> None:
    given = given_answers(context, prospect.id)
    asked_questions = questions(prospect.domain)
    is_fixed = not context.may("prospect.edit")
    with st.form("discovery", border=False, enter_to_submit=False):
        for group, entries in groupby(asked_questions, key=lambda entry: entry.group):
            st.markdown(f"**{group}**")
            with st.grid(3, min_column_width=240, gap="small"):
                for entry in entries:
                    with st.container(gap="xxsmall"):
                        _field(context, prospect, entry, given.get(entry.key), disabled=is_fixed)
        if not is_fixed:
            st.form_submit_button(
                "Save answers",
                type="primary",
                key="discovery_save",
                on_click=_save,
                args=(prospect.id, prospect.domain),
            )


def _field(
    context: Context, prospect: ProspectDetails, entry: Question, given: GivenAnswer | None, *, disabled: bool
) -> None:
    """Draw a question with its answer, who gave it and when, and what is wrong with what was typed."""
    answer = given.answer if given else ""
    key = _key(prospect.id, entry.key)
    if key not in STATE or STATE.get(f"{key}_stored") != answer:  # new here, or edited elsewhere
        STATE[f"{key}_stored"] = answer
        STATE[key] = (int(answer) if answer else None) if entry.is_number else (answer or None)
    if entry.fills == SYSTEM:
        options = list(systems(prospect.domain).values())
        options += [answer] if answer and answer not in options else []
        st.selectbox(
            entry.text,
            options,
            index=None,
            key=key,
            accept_new_options=True,
            placeholder="Choose, or type another",
            disabled=disabled,
        )
    elif entry.is_number:
        st.number_input(entry.text, 0, value=None, step=1, key=key, disabled=disabled)
    else:
        st.text_area(entry.text, key=key, max_chars=MAX_ANSWER, height=68, disabled=disabled)
    if fault := STATE.get(_FAULTS, {}).get(entry.key):
        st.markdown(f":red[:material/error: {formats.plain(fault)}]")
    elif given and given.person and given.at:
        st.caption(f"{formats.plain(given.person)}, {formats.moment(context, given.at)}")


def _key(prospect_id: str, question: str) -> str:
    return f"discovery_{prospect_id}_{question}"


def _save(prospect_id: str, domain: str) -> None:
    """Store what was typed; nothing is stored while an answer cannot be read."""
    answers = {}
    for entry in questions(domain):
        key = _key(prospect_id, entry.key)
        value = STATE.get(key)
        text = "" if value is None else str(value)
        if text != STATE.get(f"{key}_stored", ""):  # an answer that a colleague gave meanwhile stays
            answers[entry.key] = text
    STATE.pop(_FAULTS, None)
    try:
        with session_context() as context:
            differing = answer_discovery(context, prospect_id, answers)
    except FieldsError as error:
        STATE[_FAULTS] = error.faults
    except AppError as error:
        keep_fault(error)
    else:
        STATE[NOTICE] = "Answers saved" if differing else "Nothing has changed"
