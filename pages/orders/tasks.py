"""The tasks of an order: what blocks first; new ones, and a dialog for each."""

from __future__ import annotations

from datetime import date

import streamlit as st

from core.business.engagements.lookup import today_of
from core.business.engagements.milestones.rules import TITLES
from core.business.engagements.tasks.views import TaskView, tasks
from core.context import Context
from core.kit.wording import day
from pages.orders.heading import AddButton, draw_heading
from pages.orders.migration import draw_migration
from pages.orders.task_dialog import NEW, draw_dialog
from pages.orders.task_waits import SIDE
from pages.ui import widgets
from pages.ui.formats import plain

STATE = st.session_state
_ALL = "task_all"
_MOST = 5


def show_tasks(context: Context, order_id: str) -> None:
    """Draw the tasks as a card: open ones, and the closed ones on demand."""
    rows = tasks(context, order_id)
    open_rows = [row for row in rows if row.is_open]
    button = AddButton("Add task", "task_add", ":material/add:", SIDE.open, NEW, is_primary=False)
    draw_heading(f"Tasks :gray-badge[{len(open_rows):,}]", button, is_permitted=context.may("order.work"))
    draw_migration(context, order_id)
    visible = rows if STATE.get(_ALL) else open_rows[:_MOST]
    today = today_of(context)
    for row in visible:
        _card(row, today)
    if not visible:
        st.markdown(":green[:material/task_alt:] No open task")
    if STATE.get(_ALL) or len(rows) > len(visible):
        label = "Show fewer" if STATE.get(_ALL) else f"Show all {len(rows):,}"
        st.button(label, key="task_show_all", type="tertiary", on_click=_toggle)
    if SIDE.opened:
        draw_dialog(order_id, next((row for row in rows if row.id == SIDE.opened), None))


def _card(row: TaskView, today: date) -> None:
    with st.container(border=True, gap="xxsmall"):
        st.button(plain(row.title), key=f"task_{row.id}", type="tertiary", on_click=SIDE.open, args=(row.id,))
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            widgets.badge(_status(row), _colour(row))
            owner = "Customer" if row.side == "customer" else row.owner or "Nobody"
            due = f"due {day(row.due_on, today)}" if row.due_on else ""
            blocks = f"blocks {TITLES[row.blocks].lower()}" if row.blocks else ""
            st.caption(plain(" · ".join(part for part in (owner, due, blocks) if part)))


def _status(row: TaskView) -> str:
    return "Waits" if row.waits_for and row.status == "Open" else row.status


def _colour(row: TaskView) -> str:
    if row.is_late:
        return "red"
    if not row.is_open:
        return "green" if row.status == "Done" else "gray"
    return "orange" if row.status == "Due today" else "blue"


def _toggle() -> None:
    STATE[_ALL] = not STATE.get(_ALL, False)
