"""The toolbar over the orders: list or board, and filters bound to the address."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from core.business.catalog.packages import catalogs
from core.business.engagements.portfolio import ACTIVE, NOBODY, OrderFilter, OrderRow
from core.business.engagements.rules import STATES
from core.context import Context
from pages.ui.filters import choice_box, search_box
from pages.ui.formats import unique_labels

STATE = st.session_state
LIST, BOARD = "List", "Board"
_LAYOUT, _TEXT, _STATE, _DOMAIN, _LATE, _LEAD = "as", "find", "state", "line", "late", "lead"


def draw(context: Context, rows: Sequence[OrderRow]) -> tuple[str, OrderFilter]:
    """Draw the toolbar; return the layout and the filter."""
    states = {"Active": ACTIVE} | {label: state for state, label in STATES.items()}
    domains = {domain.capitalize(): domain for domain in catalogs()}
    leads = _leads(context, rows)
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        layout = st.segmented_control(
            "Layout",
            [LIST, BOARD],
            key=_LAYOUT,
            bind="query-params",
            default=LIST,
            label_visibility="collapsed",
        )
        text = search_box(_TEXT, "Number or customer", 190)
        state = choice_box("State", _STATE, states, "All states", 135)
        domain = choice_box("Line of business", _DOMAIN, domains, "All lines", 110)
        lead = choice_box("Lead", _LEAD, leads, "All leads", 135)
        is_late = st.toggle("Late", key=_LATE, bind="query-params")
    selection = OrderFilter(
        states.get(state, ""), domains.get(domain, ""), bool(is_late), leads.get(lead, ""), text
    )
    return layout or LIST, selection


def clear() -> None:
    """Show all orders; for callbacks."""
    for key in (_STATE, _DOMAIN, _LEAD):
        STATE[key] = None
    STATE[_TEXT], STATE[_LATE] = "", False


def _leads(context: Context, rows: Sequence[OrderRow]) -> dict[str, str]:
    """Map label -> id of who leads an order; whoever leads one finds their own first."""
    names = {row.lead_id: row.lead or "" for row in rows if row.lead_id}
    mine = {"Mine": context.person} if context.person in names else {}
    labels = unique_labels(dict(sorted(names.items(), key=lambda item: item[1])))
    return mine | {"Nobody": NOBODY} | {label: key for key, label in labels.items()}
