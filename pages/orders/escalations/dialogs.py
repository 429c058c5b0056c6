"""Escalate a problem of an order, hand it over, resolve it, and read a hand-over pack."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import streamlit as st

from core.business.engagements.escalations.actions import (
    open_escalation,
    raise_escalation,
    resolve_escalation,
)
from core.business.engagements.escalations.rules import MAX_TEXT, level_text, levels
from core.business.engagements.escalations.views import Case, hand_over_pack
from core.context import Context
from pages.orders.escalations.pack import draw_pack
from pages.ui.dialogs import SideDialogs
from pages.ui.frame import act, live

STATE = st.session_state
SIDE = SideDialogs("order_escalation_dialog")
OPEN, RAISE, RESOLVE, PACK = "open", "raise:", "resolve:", "pack:"
_LEVEL, _TEXT = "order_escalation_level", "order_escalation_text"


def draw_dialog(context: Context, order_id: str, cases: Sequence[Case]) -> None:
    """Draw the dialog that is open, if any."""
    name = SIDE.opened
    open_ids = {case.current.id: case for case in cases if case.is_open}
    row_id = name.partition(":")[2]
    if name == OPEN and context.may("escalation.edit"):
        _ask(
            "Escalate a problem",
            "What is the problem?",
            name,
            lambda text: _open(order_id, text),
            choose=True,
        )
    elif name.startswith(RAISE) and row_id in open_ids and open_ids[row_id].can_rise:
        above = level_text(open_ids[row_id].current.level + 1)
        label = f"Hand over to {above}"
        _ask(label, "Why is it handed over?", name, lambda text: _raise(row_id, text))
    elif name.startswith(RESOLVE) and row_id in open_ids:
        _ask("Resolve", "How was it resolved?", name, lambda text: _resolve(row_id, text))
    elif name.startswith(PACK):
        _show_pack(name, row_id)


def _ask(label: str, question: str, name: str, run: Callable[[str], object], *, choose: bool = False) -> None:
    """Ask for a text, and for the level where the problem begins."""

    @st.dialog(label, icon=":material/priority_high:", on_dismiss=SIDE.close)
    def body() -> None:
        SIDE.leave_unless(name)
        with live():
            if choose:
                st.selectbox("Level", list(levels()), format_func=_level_label, key=_LEVEL)
            text = st.text_area(question, key=_TEXT, max_chars=MAX_TEXT)
            if name != OPEN and not name.startswith(RESOLVE):
                st.caption(
                    "State, open tasks, held rows, milestones and the last entries of the log go with it."
                )
        with st.container(horizontal=True, horizontal_alignment="right"):
            st.button("Cancel", key="order_escalation_cancel", on_click=SIDE.close)
            confirmation = {OPEN: "Escalate"}.get(name, label.partition(" to ")[0])
            st.button(
                confirmation,
                key="order_escalation_confirm",
                type="primary",
                on_click=_confirm,
                args=(run, text or ""),
            )

    body()


def _level_label(level: int) -> str:
    details = levels()[level]
    hours = f"{details.response_hours} h to respond, {details.resolution_hours} h to resolve"
    return (
        f"{level_text(level)}: {details.about.lower()} ({hours}{', assumed' if details.is_assumed else ''})"
    )


def _confirm(run: Callable[[str], object], text: str) -> None:
    if run(text):
        STATE.pop(_TEXT, None)
        SIDE.close()


def _open(order_id: str, text: str) -> object:
    level = int(STATE.get(_LEVEL) or 1)
    return act(lambda context: open_escalation(context, order_id, text, level=level), "Problem escalated")


def _raise(escalation_id: str, text: str) -> object:
    return act(lambda context: raise_escalation(context, escalation_id, text), "Escalation handed over")


def _resolve(escalation_id: str, text: str) -> object:
    def work(context: Context) -> bool:
        resolve_escalation(context, escalation_id, text)
        return True

    return act(work, "Escalation resolved")


def _show_pack(name: str, escalation_id: str) -> None:
    @st.dialog("Hand-over pack", icon=":material/inventory_2:", width="large", on_dismiss=SIDE.close)
    def body() -> None:
        SIDE.leave_unless(name)
        with live() as context:
            draw_pack(context, hand_over_pack(context, escalation_id))

    body()
