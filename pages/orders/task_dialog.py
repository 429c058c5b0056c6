"""The dialog of a task: write a new one, change, finish or cancel one, and say what it waits for."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from core.business.engagements.milestones.rules import TITLES
from core.business.engagements.states.rules import MAX_REASON
from core.business.engagements.tasks.actions import (
    TaskDetails,
    add_task,
    cancel_task,
    edit_task,
    finish_task,
)
from core.business.engagements.tasks.rules import MAX_TITLE
from core.business.engagements.tasks.views import TaskView, possible_owners
from core.context import Context
from core.kit.wording import listed
from pages.orders.task_waits import SIDE, draw_waits
from pages.ui.formats import plain, unique_labels
from pages.ui.frame import live
from pages.ui.links import MIGRATION, turn_to

STATE = st.session_state
NEW = "new"
_SIDES = {"operator": "Us", "customer": "The customer"}


def draw_dialog(order_id: str, task: TaskView | None) -> None:
    """Draw the dialog that is open: of a task, or of a new one."""
    if task is None and SIDE.opened != NEW:
        return
    name = SIDE.opened

    @st.dialog("New task" if task is None else "Task", icon=":material/task_alt:", on_dismiss=SIDE.close)
    def body() -> None:
        SIDE.leave_unless(name)
        with live() as context:
            if task is not None:
                _about(task)
            if context.may("order.work") and (task is None or task.is_open):
                _form(context, order_id, task)
                if task is not None:
                    draw_waits(context, order_id, task)
                    _endings(context, task)

    body()


def _about(task: TaskView) -> None:
    st.markdown(f"**{plain(task.title)}**")
    if task.finding:
        st.caption("Opened by a finding: it closes by itself when the finding is gone.")
        if task.is_open and (screen := task.details.get("screen")):
            st.button("Open what it is about", key="task_finding", on_click=_go, args=(screen, task))
    if task.waits_for:
        st.caption(plain(f"Waits for {listed(task.waits_for)}"))
    if not task.is_open:
        st.text(f"{task.status}. {task.closed_reason or ''}".strip())


def _form(context: Context, order_id: str, task: TaskView | None) -> None:
    """Draw the fields; what stands in them is read when the button is pressed."""
    key = task.id if task else NEW
    is_free = task is None or not task.finding
    if is_free:
        title = task.title if task else ""
        st.text_input("Title", title, key=f"task_title_{key}", max_chars=MAX_TITLE)
        st.segmented_control(
            "Done by",
            list(_SIDES),
            default=task.side if task else "operator",
            format_func=_SIDES.__getitem__,
            key=f"task_side_{key}",
            required=True,
        )
        _choice("Blocks milestone", dict(TITLES), task.blocks if task else None, f"task_blocks_{key}")
    owners = unique_labels(possible_owners(context))
    _choice("Owner", owners, task.owner_id if task else context.person, f"task_owner_{key}")
    st.date_input("Due", task.due_on if task else None, key=f"task_due_{key}")

    def work(context: Context) -> object:
        field = {
            name: STATE.get(f"task_{name}_{key}") for name in ("title", "side", "blocks", "owner", "due")
        }
        details = TaskDetails(
            field["title"] if is_free and field["title"] is not None else task.title if task else "",
            field["owner"],
            field["due"],
            field["blocks"],
            field["side"] or "operator",
        )
        if task is None:
            return add_task(context, order_id, details)
        return edit_task(context, task.id, details, task.updated_at)

    _button("Add task" if task is None else "Save", "task_save", work, "Task saved", is_primary=True)


def _endings(context: Context, task: TaskView) -> None:
    if not task.finding:
        _button("Mark done", "task_done", lambda context: finish_task(context, task.id), "Task done")
    if context.may("order.decide"):
        reason = f"task_reason_{task.id}"
        st.text_input("Reason to cancel", key=reason, max_chars=MAX_REASON)
        _button(
            "Cancel task",
            "task_cancel",
            lambda context: cancel_task(context, task.id, STATE[reason] or ""),
            "Task cancelled",
        )


def _choice(label: str, names: dict[str, str], value: str | None, key: str) -> None:
    options = list(names)
    index = options.index(value) if value in names else None
    st.selectbox(
        label,
        options,
        index=index,
        format_func=names.__getitem__,
        key=key,
        placeholder="Nobody" if label == "Owner" else "None",
    )


def _button(
    label: str, key: str, work: Callable[[Context], object], done: str, *, is_primary: bool = False
) -> None:
    st.button(
        label,
        key=key,
        type="primary" if is_primary else "secondary",
        on_click=SIDE.finish,
        args=(work, done),
    )


def _go(screen: str, task: TaskView) -> None:
    SIDE.close()
    STATE[MIGRATION] = task.details.get("migration")
    turn_to(screen)
