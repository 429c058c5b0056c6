"""Add-ons: one box each with its price, and what the order costs with those chosen, line by line."""

from __future__ import annotations

import streamlit as st

from core.business.catalog.packages import catalog
from core.business.engagements.ordering.price import order_price
from core.business.engagements.ordering.views import DraftView
from core.context import Context
from pages.my_order.packages import whole
from pages.my_order.price import draw_lines
from pages.my_order.state import seeded, store
from pages.ui import formats

STATE = st.session_state


def draw_add_ons(context: Context, view: DraftView) -> None:
    """Draw a box an add-on, then the price."""
    domain, draft = context.tenant.domain, view.draft
    offers = catalog(domain)
    st.caption("Optional. You can go on without any.")
    for key, add_on in offers.add_ons.items():
        field = seeded(f"add_on_{key}", key in draft.add_ons)
        st.checkbox(
            f"{formats.plain(add_on.title)}, {formats.plain(whole(add_on.price, offers.currency))}",
            key=field,
            help=add_on.about,
            on_change=_store,
            args=(domain,),
        )
    if draft.package is None:
        return
    priced = order_price(
        domain, draft.package, locations=draft.locations, add_ons=draft.add_ons, plan="split"
    )
    draw_lines(priced.lines, priced.currency, [("Total", priced.subtotal)])


def _store(domain: str) -> None:
    chosen = [key for key in catalog(domain).add_ons if STATE.get(f"my_order_add_on_{key}")]
    store({"add_ons": chosen})
