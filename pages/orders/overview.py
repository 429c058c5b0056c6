"""The first section of an order: milestones and what was ordered at the left, cards of the other parts at the right."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import streamlit as st

from core.context import Context
from pages.orders.answers import show_answers
from pages.orders.milestones import show_milestones
from pages.ui.delivery.orders import draw_order


def show_overview(context: Context, order_id: str, aside: Sequence[Callable[[Context, str], None]]) -> None:
    """Draw the overview; `aside` are the cards at its right. The order is approved at its next step, above all sections."""
    main, side = st.columns([0.67, 0.33], gap="small")
    with main:
        show_milestones(context, order_id)
        draw_order(context, order_id)
        show_answers(context, order_id)
    with side:
        for part in aside:
            part(context, order_id)
