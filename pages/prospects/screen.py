"""Prospects: the list, or the prospect that the address names."""

from __future__ import annotations

import streamlit as st

from core.business.sales.prospects.views import prospect
from core.context import Context
from core.errors import NotFoundError
from pages.prospects.listing import show_list
from pages.prospects.record import show_record
from pages.prospects.words import PATH, PROSPECT
from pages.ui.address import BadLinkError


def show(context: Context) -> None:
    prospect_id = st.query_params.get(PROSPECT)
    if not prospect_id:
        show_list(context)
        return
    try:
        details = prospect(context, prospect_id, with_contact=False)
    except NotFoundError:
        raise BadLinkError("prospect", remedy="Open all prospects", path=PATH) from None
    show_record(context, details)
