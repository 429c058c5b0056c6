"""Today of a customer's contact: their orders, how far the own migrations are, and nothing of mappings or values."""

from __future__ import annotations

import streamlit as st

from core.context import Context
from core.engine.progress.portfolio import own_migrations
from pages.ui import formats, widgets
from pages.ui.customer.next_step import draw_next_step
from pages.ui.delivery.orders import draw_orders


def own(context: Context) -> None:
    """Draw the one next thing to do, the orders of the customer, and each migration with its phase and its rows."""
    draw_next_step(context)
    draw_orders(context)
    rows = own_migrations(context)
    if not rows:
        widgets.empty("No migrations yet", "Your migration appears here once it is set up.", icon="sync_alt")
        return
    for row in rows:
        with st.container(border=True, gap="xsmall"):
            with st.container(horizontal=True, vertical_alignment="center"):
                st.text(row.name, width="content")
                widgets.badge(formats.words(row.phase), "blue")
            parts = [formats.counted(row.files, "file"), formats.counted(row.rows, "row")]
            if row.imported:
                parts.append(f"{row.imported:,} imported")
            if row.held:
                parts.append(f"{row.held:,} held for correction")
            st.caption(f"{', '.join(parts)}. Changed {formats.moment(context, row.changed_at)}.")
