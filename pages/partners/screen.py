"""The partners screen: all partners with earnings for managers, a partner's own statement and work for its people."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

import streamlit as st

from core.business.specialists.partners.views import PartnerEarnings, PartnerView, partner_earnings, partners
from core.context import Context
from core.kit.money import show as show_money
from pages.partners.form import ADD, DIALOGS, edit_dialog
from pages.partners.period import choose_period
from pages.partners.statement import draw_assignments, draw_statements
from pages.ui import formats, widgets

STATE = st.session_state
_MANAGED = "partners_manage"
_STATES = {"Active": "green", "Ended": "gray"}


def show(context: Context) -> None:
    rows = partners(context)
    manages = context.may("partner.edit")
    widgets.heading(
        context,
        "Partners",
        "Companies whose people work on orders for a share of 20 to 30% of what is paid.",
        fact=formats.counted(sum(row.is_active for row in rows), "active partner") if manages else "",
        of_all_customers=True,
    )
    if manages:
        with widgets.row_end():
            st.button(
                "Add partner",
                type="primary",
                icon=":material/add:",
                key="partners_add",
                on_click=partial(DIALOGS.open, ADD),
            )
    if rows:
        _draw(context, rows, manages=manages)
    else:
        about = "Add a company, then choose it at its people on Specialists."
        widgets.empty("No partners yet", about if manages else "You work for no partner.", icon="handshake")
    if manages and DIALOGS.opened:
        edit_dialog({row.id: row for row in rows}.get(DIALOGS.opened))


def _draw(context: Context, rows: Sequence[PartnerView], *, manages: bool) -> None:
    since, until = choose_period(context)
    earned = {row.partner_id: row for row in partner_earnings(context, since, until)}
    if manages:
        _table(rows, earned)
    draw_statements([earned[row.id] for row in rows if row.id in earned])
    draw_assignments(context, {row.id: row.name for row in rows})


def _table(rows: Sequence[PartnerView], earned: dict[str, PartnerEarnings]) -> None:
    widgets.table(
        [
            {
                "Partner": row.name,
                "State": ["Active" if row.is_active else "Ended"],
                "Share": f"{row.share_percent.normalize():f}%",
                "Referral": f"{row.referral_percent.normalize():f}%",
                "People": ", ".join(row.people) or None,
                "Earned": earnings_text(earned.get(row.id)),
                "Manage": "Manage",
            }
            for row in rows
        ],
        {
            "Partner": st.column_config.TextColumn(width=170),
            "State": widgets.badge_column("State", _STATES, width=80),
            "Share": st.column_config.TextColumn(
                width=65, alignment="right", help="Of what is paid for orders that its people lead"
            ),
            "Referral": st.column_config.TextColumn(
                width=75, alignment="right", help="Of what is paid for orders that it brought"
            ),
            "People": st.column_config.TextColumn(width=180),
            "Earned": st.column_config.TextColumn(
                width=150, alignment="right", help="In the period, refunds taken off"
            ),
            "Manage": st.column_config.ButtonColumn(
                "Manage", key=_MANAGED, on_click=lambda: DIALOGS.open(rows[STATE[_MANAGED].row].id), width=76
            ),
        },
        alt="Partners with state, shares, people and earnings",
    )


def earnings_text(earnings: PartnerEarnings | None) -> str:
    """Format what a partner earned, a sum a currency: '$500.00, ZWG 120.00'; a dash for nothing."""
    statements = earnings.statements if earnings else ()
    return ", ".join(show_money(row.total, row.currency) for row in statements) or "–"
