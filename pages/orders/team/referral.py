"""Which partner brought an order: shown, and chosen by managers."""

from __future__ import annotations

from functools import partial

import streamlit as st

from core.business.engagements.team.actions import credit_referral
from core.business.engagements.team.views import referral_of
from core.context import Context
from pages.ui import formats
from pages.ui.frame import act

STATE = st.session_state


def draw_referral(context: Context, order_id: str) -> None:
    """Draw the partner that brought an order, with a choice of another for managers."""
    if not context.may("partner.edit"):
        return
    referral = referral_of(context, order_id)
    if not referral.choices:
        return
    labels = formats.unique_labels(dict(referral.choices))
    key = f"referral_{order_id}"
    STATE.setdefault(key, referral.partner_id if referral.partner_id in labels else None)
    st.selectbox(
        "Brought by partner",
        list(labels),
        format_func=labels.__getitem__,
        placeholder="No partner",
        key=key,
        help="The partner earns its referral share of what is paid for this order",
        on_change=partial(_credit, context.tenant.slug, order_id, key),
    )


def _credit(slug: str, order_id: str, key: str) -> None:
    partner_id = STATE.get(key)
    act(lambda context: credit_referral(context, order_id, partner_id), "Partner noted", tenant=slug)
