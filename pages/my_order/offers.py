"""The button that asks for the quote of a package without a list price, and how else one is asked."""

from __future__ import annotations

from functools import partial

import streamlit as st

from core.business.engagements.ordering.offers import ask_for_offer
from core.context import Context
from core.platform.delivery.support import support_of
from pages.ui import formats
from pages.ui.frame import act


def draw_offer_button(context: Context, package: str, place: str) -> None:
    """Draw the button for a package; `place` is where on the page it stands, as part of its key."""
    contact = support_of(context.tenant.domain).contact
    st.button(
        "Ask for a quote",
        key=f"my_order_offer_{place}_{package}",
        width="stretch",
        icon=":material/request_quote:",
        help=formats.plain(f"We write to you with a quote. Or write or call: {contact}."),
        on_click=act,
        args=(partial(_ask, package=package), str),
    )


def _ask(context: Context, package: str) -> str:
    if ask_for_offer(context, package):
        return "Asked. We write to you with a quote"
    return "You asked already. We write to you soon"
