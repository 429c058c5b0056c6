"""The dialog of a milestone: reach it, and what a manager changes of it, with the reason."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from core.business.engagements.lookup import today_of
from core.business.engagements.milestones.actions import (
    MAX_REASON,
    promise_milestone,
    reach_milestone,
    reopen_milestone,
)
from core.business.engagements.milestones.views import MilestoneView
from core.context import Context
from pages.ui.dialogs import SideDialogs
from pages.ui.frame import live

STATE = st.session_state
SIDE = SideDialogs("milestone_dialog")


def draw_dialog(order_id: str, row: MilestoneView) -> None:
    @st.dialog(row.title, icon=":material/flag:", on_dismiss=SIDE.close)
    def body() -> None:
        SIDE.leave_unless(row.key)
        with live() as context:
            if row.is_open:
                _reach(context, order_id, row)
            if context.may("order.decide"):
                _decide(order_id, row)

    body()


def _reach(context: Context, order_id: str, row: MilestoneView) -> None:
    today = today_of(context)
    key = f"milestone_reached_{row.key}"
    st.date_input("Reached on", today, key=key, max_value=today)
    _button(
        "Mark reached",
        "milestone_reach",
        lambda context: reach_milestone(context, order_id, row.key, STATE[key]),
        "Milestone reached",
        is_primary=True,
    )


def _decide(order_id: str, row: MilestoneView) -> None:
    """Draw what a manager changes: the promise of an open milestone, or one that was not reached after all."""
    day, reason = f"milestone_promised_{row.key}", f"milestone_reason_{row.key}"
    if row.is_open:
        st.date_input("Promised for", row.promised_on, key=day)
    st.text_input("Reason of the change", key=reason, max_chars=MAX_REASON)
    if row.is_open:
        _button(
            "Change promise",
            "milestone_promise",
            lambda context: promise_milestone(context, order_id, row.key, STATE[day], STATE[reason] or ""),
            "Promise changed",
        )
    else:
        _button(
            "Open again",
            "milestone_reopen",
            lambda context: reopen_milestone(context, order_id, row.key, STATE[reason] or ""),
            "Milestone opened again",
        )


def _button(
    label: str, key: str, work: Callable[[Context], None], done: str, *, is_primary: bool = False
) -> None:
    st.button(
        label,
        key=key,
        type="primary" if is_primary else "secondary",
        on_click=SIDE.finish,
        args=(work, done),
    )
