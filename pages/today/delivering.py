"""What waits at the delivery desk for this person: sessions, tasks, orders, late milestones, overdue money."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from functools import partial
from zoneinfo import ZoneInfo

import streamlit as st

from core.business.engagements.milestones.rules import TITLES
from core.business.engagements.tasks.rules import FindingKind
from core.business.insights.delivery.waiting import Waiting, WaitingKind, waiting
from core.context import Context
from core.kit import money
from core.kit.wording import day
from core.platform.access.portfolio import enter_portfolio
from pages.today.rows import NeedRow, draw_rows
from pages.ui import formats
from pages.ui.delivery.order_words import PATH, open_order
from pages.ui.links import pages

_UNFOLDED = "today_delivery_all"
MAX_ROWS = 7
_TASKS: Mapping[str, str] = {
    FindingKind.UNDECIDED_FIELDS: "Fields to review",
    FindingKind.HELD_ROWS: "Held rows to correct",
    FindingKind.RECONCILIATION: "Reconciliation to settle",
    FindingKind.CERTIFICATE: "Certificate to renew",
}
"""What a task of a finding is about; the title of any other stands on the order's page alone."""
_SECTIONS = {
    WaitingKind.SESSION: "sessions",
    WaitingKind.OVERDUE: "payments",
    WaitingKind.HELD: "payments",
    WaitingKind.ESCALATION: "escalations",
    WaitingKind.TEAM: "team",
}
"""What waits -> the section of the order's page that deals with it."""

_DECISIONS = {
    WaitingKind.APPROVAL: "Approve",
    WaitingKind.TEAM: "Assign a lead",
    WaitingKind.HELD: "Money held",
}
"""What waits for a decision, whatever its day -> what it is called."""


def delivering(context: Context) -> None:
    """Draw what waits, the earliest day first; nothing where the person has no orders or nothing waits."""
    if PATH not in pages() or not context.may("portfolio.read"):
        return
    with enter_portfolio(context.person, sign_in=context.sign_in) as portfolio:
        rows = waiting(portfolio)
    if not rows:
        return
    st.header(f"Deliver :gray-badge[{len(rows):,}]", anchor=False)
    visible = rows if st.session_state.get(_UNFOLDED) else rows[:MAX_ROWS]
    draw_rows([_row(context, row) for row in visible], "today_delivery_open", days="Day")
    if len(rows) > MAX_ROWS:
        label = "Show fewer" if st.session_state.get(_UNFOLDED) else f"Show all {len(rows):,}"
        st.button(label, key="today_delivery_show_all", on_click=_toggle)


def _row(context: Context, row: Waiting) -> NeedRow:
    today = context.now.astimezone(ZoneInfo(row.zone)).date()
    status, colour = _status(row, today)
    return NeedRow(
        status,
        colour,
        _text(row),
        row.customer,
        "–" if row.amount is None else money.show(row.amount, row.currency).removesuffix(".00"),
        day(row.on, today),
        "Open order",
        partial(open_order, row.slug, row.engagement_id, _SECTIONS.get(row.kind, "")),
    )


def _status(row: Waiting, today: date) -> tuple[str, str]:
    late = (today - row.on).days
    match row.kind:
        case WaitingKind.SESSION:
            return ("Session today", "orange") if late >= 0 else ("Session", "blue")
        case WaitingKind.APPROVAL | WaitingKind.TEAM | WaitingKind.HELD:
            return _DECISIONS[row.kind], "orange"
        case WaitingKind.TASK:
            return (f"Task, {late:,} d late", "red") if late > 0 else ("Task", "blue")
        case WaitingKind.ESCALATION:
            return "Escalated", "red" if late > 0 else "orange"
        case _:
            return f"{late:,} d late", "red"


def _text(row: Waiting) -> str:
    if row.kind == WaitingKind.SESSION and row.starts_at is not None:
        clock = f"{row.starts_at.astimezone(ZoneInfo(row.zone)):%H:%M %Z}"
        return f"{formats.words(row.detail)} session {clock}, {row.number}"
    words = {
        WaitingKind.TASK: f"{_TASKS.get(row.detail, 'Task')}, {row.number}",
        WaitingKind.APPROVAL: f"Order {row.number} waits for approval",
        WaitingKind.TEAM: f"Order {row.number} has no lead specialist",
        WaitingKind.OVERDUE: f"Payment of {row.number} is overdue",
        WaitingKind.HELD: f"Paid beyond the total of {row.number}: give it back",
        WaitingKind.ESCALATION: f"Escalation of {row.number}, level {row.detail}",
        WaitingKind.MILESTONE: f"{TITLES.get(row.detail, row.detail)} of {row.number}",
    }
    task = "Task" if row.detail == "other" else formats.words(row.detail)
    return words.get(row.kind, f"{task} of {row.number}")


def _toggle() -> None:
    st.session_state[_UNFOLDED] = not st.session_state.get(_UNFOLDED, False)
