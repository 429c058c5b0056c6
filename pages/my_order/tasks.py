"""What the team needs from the customer: the open tasks of theirs, by the day they are due."""

from __future__ import annotations

import streamlit as st

from core.business.engagements.ordering.following import my_tasks
from core.business.engagements.tasks.own import finish_own_task
from core.context import Context
from core.kit.wording import day
from pages.ui import widgets
from pages.ui.frame import act


def draw_tasks(context: Context, order_id: str) -> None:
    """Draw the customer's open tasks of an order; nothing where there are none."""
    rows = my_tasks(context, order_id)
    if not rows:
        return
    widgets.section("What we need from you")
    for row in rows:
        with st.container(border=True, horizontal=True, vertical_alignment="center", gap="small"):
            st.text(row.title, width="content")
            if row.due_on is not None:
                label = f"{'Late, due' if row.is_late else 'Due'} {day(row.due_on, row.today)}"
                widgets.badge(label, "red" if row.is_late else "gray", icon=":material/schedule:")
            if row.waits:
                st.caption("We have something to do before it.", width="content")
            elif context.may("order.own_tasks") and not row.by_itself:
                st.space("stretch")
                st.button("Mark as done", key=f"my_order_task_{row.id}", on_click=_finish, args=(row.id,))


def _finish(task_id: str) -> None:
    act(lambda context: finish_own_task(context, task_id), "Task done. Your team is told")
