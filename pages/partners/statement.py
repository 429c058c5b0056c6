"""What a partner earned, line by line and by currency, and what its people work on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import streamlit as st

from core.business.engagements.rules import STATES
from core.business.engagements.team.members import ROLE_NAMES
from core.business.specialists.partners.rules import SHARE_NAMES, Statement
from core.business.specialists.partners.views import PartnerEarnings, partner_assignments
from core.context import Context
from core.kit.money import show as show_money
from pages.ui import formats, widgets
from pages.ui.delivery.order_words import COLOURS

_ABOUT = (
    "The share is that of the day of the assignment. Payments count for the lead of their day, those before there was a "
    "lead for the first; where a partner brought and led an order, the larger share counts."
)


def draw_statements(earnings: Sequence[PartnerEarnings]) -> None:
    """Draw a statement for each partner and currency with payments in the period."""
    widgets.section("Earnings")
    rows = [(row.name, statement) for row in earnings for statement in row.statements]
    if not rows:
        widgets.empty(
            "Nothing earned in this period", "Paid orders that a partner led appear here.", icon="payments"
        )
        return
    for name, statement in rows:
        _statement(name, statement)
    st.caption(_ABOUT)


def _statement(name: str, statement: Statement) -> None:
    total = show_money(statement.total, statement.currency)
    paid = show_money(statement.paid, statement.currency)
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.text(name, width="content")
        st.markdown(f"**{formats.plain(total)}** :gray[of {formats.plain(paid)} paid]", width="content")
    widgets.table(
        [
            {
                "Order": line.order.number,
                "Why": SHARE_NAMES[line.order.kind],
                "Paid": show_money(line.order.paid, statement.currency),
                "Share": f"{line.order.percent.normalize():f}%",
                "Earned": show_money(line.amount, statement.currency),
            }
            for line in statement.lines
        ],
        {
            "Order": st.column_config.TextColumn(width=110),
            "Why": st.column_config.TextColumn(width=150),
            "Paid": st.column_config.TextColumn(
                width=120, alignment="right", help="Payments of the period, refunds taken off"
            ),
            "Share": st.column_config.TextColumn(width=80, alignment="right"),
            "Earned": st.column_config.TextColumn(width=120, alignment="right"),
        },
        alt="Orders with what was paid and what the partner earned",
    )


def draw_assignments(context: Context, names: Mapping[str, str]) -> None:
    """Draw the orders that partners' people work on or worked on."""
    widgets.section("Orders")
    rows = partner_assignments(context)
    if not rows:
        widgets.empty(
            "No orders yet", "Orders that a partner's people are assigned to appear here.", icon="inbox"
        )
        return
    widgets.table(
        [
            {
                "Order": row.order_number,
                "State": [STATES[row.state]],
                "Person": row.name,
                "Partner": names.get(row.partner_id),
                "Role": ROLE_NAMES.get(row.role, row.role),
                "From": formats.moment(context, row.starts_at),
                "Until": formats.moment(context, row.ends_at),
            }
            for row in rows
        ],
        {
            "Order": st.column_config.TextColumn(width=100),
            "State": widgets.badge_column("State", COLOURS, width=130),
            "Person": st.column_config.TextColumn(width=140),
            "Partner": st.column_config.TextColumn(width=140),
            "Role": st.column_config.TextColumn(width=80),
            "From": st.column_config.TextColumn(width=130),
            "Until": st.column_config.TextColumn(width=130),
        },
        alt="Orders of partners' people with state, role and days",
    )
