"""What a task waits for: other open tasks of its order."""

from __future__ import annotations

import streamlit as st

from core.business.engagements.tasks.actions import wait_for, wait_no_more
from core.business.engagements.tasks.views import TaskView, tasks
from core.context import Context
from pages.ui.dialogs import SideDialogs
from pages.ui.formats import unique_labels

SIDE = SideDialogs("task_dialog")


def draw_waits(context: Context, order_id: str, task: TaskView) -> None:
    """Draw the choice of open tasks that a task waits for."""
    titles = {row.id: row.title for row in tasks(context, order_id) if row.is_open and row.id != task.id}
    key = f"task_waits_{task.id}"
    st.multiselect(
        "Waits for",
        list(titles),
        default=[task_id for task_id in task.waits_for_ids if task_id in titles],
        format_func=unique_labels(titles).__getitem__,
        key=key,
    )
    before = {task_id for task_id in task.waits_for_ids if task_id in titles}

    def work(context: Context) -> None:
        chosen = set(st.session_state[key])
        for task_id in chosen - before:
            wait_for(context, task.id, task_id)
        for task_id in before - chosen:
            wait_no_more(context, task.id, task_id)

    st.button("Save what it waits for", key="task_waits", on_click=SIDE.finish, args=(work, "Task saved"))
