"""The next step of a prospect: what, until when, with the buttons that finish or plan it."""

from __future__ import annotations

from datetime import date, timedelta

import streamlit as st

from core.business.sales.prospects.actions import set_next_step
from core.business.sales.prospects.views import ProspectDetails, today_of
from core.context import Context
from pages.prospects.words import due
from pages.ui import widgets
from pages.ui.frame import act

STATE = st.session_state
_TEXT, _DAY = "next_step_text", "next_step_day"
SUGGESTIONS = (
    "Call",
    "Send e-mail",
    "Discovery call",
    "Show the demo",
    "Send quote",
    "Follow up on the quote",
)


def draw_next_step(context: Context, prospect: ProspectDetails) -> None:
    today = today_of(context)
    may_edit = context.may("prospect.edit")
    if not prospect.is_open and not prospect.next_step:
        return
    with st.container(border=True, horizontal=True, vertical_alignment="center", gap="small"):
        st.markdown("**Next step**", width="content")
        if prospect.next_step:
            st.text(prospect.next_step, width="content")
            widgets.badge(*due(prospect.next_step_on, today, is_open=prospect.is_open))
        else:
            st.markdown(":gray[Not planned]", width="content")
        st.space("stretch")
        if may_edit and prospect.next_step:
            st.button(
                "Done", key="next_step_done", icon=":material/check:", on_click=_finish, args=(prospect.id,)
            )
        if may_edit:
            _planner(prospect, today)


def _planner(prospect: ProspectDetails, today: date) -> None:
    label = "Change" if prospect.next_step else "Plan next step"
    with st.popover(label, key="next_step_plan", on_change="rerun") as planner:
        if not planner.open:
            return
        options = list(SUGGESTIONS)
        if prospect.next_step and prospect.next_step not in options:
            options.insert(0, prospect.next_step)
        STATE.setdefault(_TEXT, prospect.next_step)
        STATE.setdefault(_DAY, max(prospect.next_step_on or today + timedelta(days=1), today))
        st.selectbox(
            "What",
            options,
            index=None,
            key=_TEXT,
            accept_new_options=True,
            placeholder="Choose, or type another",
        )
        st.date_input("When", key=_DAY, format="YYYY-MM-DD")
        st.button(
            "Save",
            type="primary",
            key="next_step_save",
            disabled=not STATE.get(_TEXT),
            on_click=_save,
            args=(prospect.id,),
        )


def _save(prospect_id: str) -> None:
    step, on = STATE.get(_TEXT), STATE.get(_DAY)
    act(lambda context: set_next_step(context, prospect_id, step, on), "Next step saved")
    _close()


def _finish(prospect_id: str) -> None:
    act(lambda context: set_next_step(context, prospect_id, None), "Done. Plan what comes next.")
    _close()


def _close() -> None:
    for key in (_TEXT, _DAY):
        STATE.pop(key, None)
    STATE["next_step_plan"] = False
