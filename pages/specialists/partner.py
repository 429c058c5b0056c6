"""Of which partner company a specialist is: chosen by managers."""

from __future__ import annotations

from functools import partial

import streamlit as st

from core.business.specialists.partners.actions import set_partner_of
from core.business.specialists.partners.views import partners
from core.business.specialists.roster.views import SpecialistView
from core.context import Context
from pages.ui import formats
from pages.ui.frame import act

STATE = st.session_state


def draw_partner(context: Context, entry: SpecialistView) -> None:
    """Draw the partner that a specialist works for, with a choice of another; nothing where there are no partners."""
    if not context.may("partner.edit"):
        return
    names = {row.id: row.name for row in partners(context) if row.is_active or row.id == entry.partner_id}
    if not names:
        return
    labels = {"": "None: one of our own people", **formats.unique_labels(names)}
    key = f"specialist_partner_{entry.row.id}_{entry.version}"
    STATE.setdefault(key, entry.partner_id or "")
    st.selectbox(
        "Partner company",
        list(labels),
        format_func=labels.__getitem__,
        key=key,
        width=420,
        help="Its share counts for orders that this person leads from now on",
        on_change=partial(_choose, entry.row.id, key),
    )


def _choose(specialist_id: str, key: str) -> None:
    partner_id = STATE.get(key) or None
    act(lambda context: set_partner_of(context, specialist_id, partner_id), "Partner changed")
