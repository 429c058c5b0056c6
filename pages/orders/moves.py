"""The next step of an order with its button, the menu of what else may happen, and the dialogs that ask for a reason."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from core.business.engagements.rules import STATES, OrderState
from core.business.engagements.states.moving import cancel_order, go_live_with_statement, move_order
from core.business.engagements.states.rules import MAX_REASON, Event
from core.business.engagements.states.views import OrderDesk, Step
from core.context import Context
from pages.ui.dialogs import SideDialogs
from pages.ui.frame import act, live

STATE = st.session_state
SIDE = SideDialogs("order_dialog")
_REASON, _MENU = "order_reason", "order_menu"
_STATEMENT = "statement"
_DONE = {Event.HOLD: "Order put on hold", Event.CANCEL: "Order cancelled"}
_CONSEQUENCES = {
    Event.HOLD.value: (
        "Nobody moves the order on until it is resumed.",
        "It returns to the state it has now.",
    ),
    Event.CANCEL.value: (
        "The order cannot be resumed.",
        "Its open tasks are cancelled and its team's access ends.",
    ),
    _STATEMENT: (
        "The order goes live though the reconciliation has not passed.",
        "Your statement is kept in the history.",
    ),
}


def draw_next_step(desk: OrderDesk) -> None:
    """Draw the next step in one line with its only button, disabled with what is missing."""
    step = desk.next_step
    if step is None:
        return
    with st.container(border=True, horizontal=True, vertical_alignment="center", gap="small"):
        st.markdown(":gray[Next step]", width="content")
        st.markdown(f"**{step.label}**", width="content")
        if step.help:
            st.caption(step.help, width="content")
        st.space("stretch")
        if step.may_state:
            st.button("Go live without it…", key="order_state", on_click=SIDE.open, args=(_STATEMENT,))
        st.button(
            step.label,
            type="primary",
            key="order_next",
            disabled=not step.is_possible,
            help=step.help or None,
            on_click=_move,
            args=(desk.id, step),
        )


def draw_menu(desk: OrderDesk) -> None:
    """Draw the menu of what may happen beside the way."""
    entries = {f"{step.label}…": step.event.value for step in desk.more}
    if entries:
        st.menu_button(
            "More", list(entries), key=_MENU, on_click=lambda: SIDE.open(entries[str(STATE[_MENU])])
        )


def draw_move_dialog(desk: OrderDesk) -> None:
    """Draw the dialog that a button opened."""
    if SIDE.opened not in _CONSEQUENCES:
        return
    kind = SIDE.opened
    event = Event.GO_LIVE if kind == _STATEMENT else Event(kind)
    title = {Event.HOLD: "Put on hold", Event.CANCEL: "Cancel order"}.get(event, "Go live with a statement")

    @st.dialog(title, icon=":material/help:", on_dismiss=SIDE.close)
    def body() -> None:
        SIDE.leave_unless(kind)
        with live():
            for line in _CONSEQUENCES[kind]:
                st.markdown(f"- {line}")
            st.text_area("Reason", key=_REASON, max_chars=MAX_REASON, height=90)
            with st.container(horizontal=True, horizontal_alignment="right"):
                st.button("Close", key="order_dialog_close", on_click=SIDE.close)
                st.button(
                    title,
                    type="primary",
                    key="order_dialog_confirm",
                    on_click=_confirm,
                    args=(desk.id, kind),
                )

    body()


def _confirm(order_id: str, kind: str) -> None:
    reason = str(STATE.get(_REASON) or "")  # what stands in the field now, not when it was drawn
    works: dict[str, Callable[[Context], OrderState]] = {
        Event.HOLD.value: lambda context: move_order(context, order_id, Event.HOLD, reason),
        Event.CANCEL.value: lambda context: cancel_order(context, order_id, reason),
        _STATEMENT: lambda context: go_live_with_statement(context, order_id, reason),
    }
    done = "Order is live" if kind == _STATEMENT else _DONE[Event(kind)]
    SIDE.finish(works[kind], done)


def _move(order_id: str, step: Step) -> None:
    act(
        lambda context: move_order(context, order_id, step.event),
        lambda state: f"Order is now: {STATES[state]}",
    )
