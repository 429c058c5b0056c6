"""What waits for a person who sells, over all prospects and quotes, and which demo is ready."""

from __future__ import annotations

from datetime import date

import streamlit as st

from core.business.sales.prospects.views import today_of
from core.business.sales.today import EXPIRY, SalesTask, sales_tasks
from core.context import Context
from core.entry.demo_stage import story_states
from core.kit import money
from core.kit.wording import day
from core.platform.access.actions import enter
from core.platform.access.views import operator_of
from pages.demo.state import open_story
from pages.demo.stories import STORIES
from pages.prospects.words import PATH, PROSPECT, due
from pages.ui import formats, widgets
from pages.ui.links import pages, turn_to

STATE = st.session_state
_OPENED, _UNFOLDED = "today_sales_open", "today_sales_all"
MAX_ROWS = 7


def selling(context: Context) -> None:
    """Draw what waits at the sales desk, for those who have it; for managers only where something does."""
    if PATH not in pages() or (operator := operator_of(context.person)) is None:
        return
    with enter(context.person, operator.tenant_id, sign_in=context.sign_in) as desk:
        if not desk.may("prospect.read"):
            return
        tasks, today = sales_tasks(desk), today_of(desk)
    if not tasks and context.role != "sales":
        return
    st.header(f"Sales :gray-badge[{len(tasks):,}]", anchor=False)
    if tasks:
        _table(tasks if STATE.get(_UNFOLDED) else tasks[:MAX_ROWS], today)
        if len(tasks) > MAX_ROWS:
            label = "Show fewer" if STATE.get(_UNFOLDED) else f"Show all {len(tasks):,}"
            st.button(label, key="today_sales_show_all", on_click=_toggle)
        return
    with st.container(border=True, horizontal=True, vertical_alignment="center"):
        st.markdown(
            ":green[:material/task_alt:] No step is due and no quote expires within 7 days", width="content"
        )
        st.space("stretch")
        st.button("Open prospects", key="today_prospects", on_click=turn_to, args=(PATH,))


def demos(context: Context) -> None:
    """Draw which story of the demo is ready, with the button that opens it."""
    if not context.tenant.is_demo:
        return
    states = {state.slug: state for state in story_states(context.person)}
    stories = [(story, states[story.slug]) for story in STORIES if story.slug in states]
    if not stories:
        return
    with st.grid(len(stories), min_column_width=240, gap="small"):
        for story, state in stories:
            ids = {migration.name: migration.id for migration in state.migrations}
            first = story.views[0]
            is_ready = state.is_loaded and first.migration in ids
            with st.container(border=True, horizontal=True, vertical_alignment="center", gap="small"):
                st.text(state.name, width="content")
                widgets.badge("Ready" if is_ready else "Reset first", "green" if is_ready else "orange")
                st.space("stretch")
                st.button(
                    "Open",
                    key=f"today_demo_{story.slug}",
                    disabled=not is_ready,
                    help=None if is_ready else "Reset the demo first.",
                    on_click=open_story,
                    args=(story.slug, first.path, ids.get(first.migration)),
                )


def _table(tasks: list[SalesTask], today: date) -> None:
    def open_row() -> None:
        task = tasks[STATE[_OPENED].row]
        if task.quote_id and "quotes" in pages():
            turn_to("quotes", quote=task.quote_id)
        else:
            turn_to(PATH, **{PROSPECT: task.prospect_id})

    badges = [_badge(task, today) for task in tasks]
    widgets.table(
        [
            {
                "Due": [badge[0]],
                "What": _text(task),
                "Prospect": task.prospect_name,
                "Value": None
                if task.value is None
                else money.show(task.value, task.currency).removesuffix(".00"),
                "Action": "Open quote" if task.quote_id else "Open prospect",
            }
            for task, badge in zip(tasks, badges, strict=True)
        ],
        {
            "Due": widgets.badge_column("Due", dict(badges), width=130),
            "What": st.column_config.TextColumn(width=260),
            "Prospect": st.column_config.TextColumn(width=230),
            "Value": st.column_config.TextColumn(width=100, alignment="right"),
            "Action": st.column_config.ButtonColumn("Action", key=_OPENED, on_click=open_row, width=130),
        },
        alt="Steps that are due and quotes that expire, with the button that opens each",
        most=len(tasks),
    )


def _badge(task: SalesTask, today: date) -> tuple[str, str]:
    if task.kind == EXPIRY:
        days = (task.on - today).days
        return ("Expires today", "red") if days <= 0 else (f"Expires {day(task.on, today)}", "orange")
    return due(task.on, today)


def _text(task: SalesTask) -> str:
    return f"Quote {task.text}" if task.kind == EXPIRY else formats.shortened(task.text, 60)


def _toggle() -> None:
    STATE[_UNFOLDED] = not STATE.get(_UNFOLDED, False)
