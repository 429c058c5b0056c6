"""The first section of an order: what was ordered at the left, cards of the other parts at the right."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import streamlit as st

from core.context import Context
from pages.ui.orders import draw_order


def show_overview(context: Context, order_id: str, aside: Sequence[Callable[[Context, str], None]]) -> None:
    """Draw the overview; `aside` are the cards at its right."""
    left, right = st.columns([0.6, 0.4], gap="medium")
    with left:
        draw_order(context, order_id)
    with right:
        for part in aside:
            part(context, order_id)
