"""The price book on the screen: what each model costs and since when, and prices set by hand."""

from __future__ import annotations

from datetime import datetime, time

import streamlit as st

from core.context import Context
from core.errors import InvalidInputError
from core.kit.money import typed_number
from core.platform.costs import views as costs
from core.platform.costs.actions import NewPrice, end_price, set_price
from core.platform.costs.prices import micro
from core.platform.costs.rules import rate
from core.platform.costs.views import PriceLine
from pages.ui import formats, widgets
from pages.ui.frame import act

STATES = {"in force": "green", "to come": "blue", "ended": "gray"}


def price_book(context: Context) -> None:
    lines = costs.price_list(context)
    st.caption(
        "US dollars per million tokens, dates in UTC. A price set by hand takes precedence. Prices are never deleted."
    )
    widgets.table(
        [
            {
                "Model": line.model,
                "State": [formats.words(line.state(context.now))],
                "Input": rate(line.price.input_micro),
                "Cached input": rate(line.price.cached_micro),
                "Output": rate(line.price.output_micro),
                "From": _since(line.price.effective_from),
                "To": _since(line.price.effective_to),
                "Source": f"{line.price.source}: {line.note}" if line.note else line.price.source,
            }
            for line in lines
        ],
        {
            "Model": None,
            "State": widgets.badge_column(
                "State", {formats.words(state): colour for state, colour in STATES.items()}, width=90
            ),
            **dict.fromkeys(
                ("Input", "Cached input", "Output"), st.column_config.TextColumn(alignment="right")
            ),
            "From": None,
            "To": None,
            "Source": st.column_config.TextColumn(width="large"),
        },
        alt="Prices of models, by model and date",
    )
    if not context.may("ai.prices"):
        st.caption("Only a manager can set prices.")
        return
    with st.container(horizontal=True):
        with st.popover("Set price…", icon=":material/add:"):
            _new()
        open_lines = {line.id: line for line in lines if line.id and line.state(context.now) != "ended"}
        if open_lines:
            with st.popover("End price…", icon=":material/event_busy:"):
                _end(open_lines)


def _since(at: datetime | None) -> str:
    """Format the begin of a price: a day of UTC, or the minute at which a person set it."""
    if at is None:
        return "–"
    return f"{at:%-d %b %Y}" if at.time() == time() else f"{at:%-d %b %Y, %H:%M} UTC"


def _new() -> None:
    with st.form("ai_price", border=False, clear_on_submit=False):
        st.text_input("Model", key="price_model", help="As it is asked for, in any case.")
        for key, label in (("input", "Input"), ("cached", "Cached input"), ("output", "Output")):
            st.text_input(f"{label}, dollars per million tokens", key=f"price_{key}", placeholder="0.25")
        st.text_input("Reason", key="price_reason")
        st.form_submit_button("Set price", type="primary", on_click=_set)


def _set() -> None:
    state = st.session_state

    def work(context: Context) -> None:
        paid, cached, output = (_micro(state[f"price_{key}"]) for key in ("input", "cached", "output"))
        set_price(context, NewPrice(state["price_model"], paid, cached, output), state["price_reason"])

    act(work, "Price set")


def _micro(text: str) -> int:
    amount = typed_number(text.strip().removeprefix("$"))
    if amount is None:
        raise InvalidInputError("A price is a number.", hint="Dollars per million tokens, such as 0.25.")
    return micro(amount)


def _end(lines: dict[str, PriceLine]) -> None:
    with st.form("ai_price_end", border=False):
        st.selectbox("Price", list(lines), format_func=lambda key: lines[key].model, key="ended_price")
        st.text_input("Reason", key="ended_reason")
        st.form_submit_button("End price", type="primary", on_click=_end_price)


def _end_price() -> None:
    state = st.session_state
    act(lambda context: end_price(context, state["ended_price"], state["ended_reason"]), "Price ended")
