"""Specialists: the roster, or the specialist that the address names."""

from __future__ import annotations

import streamlit as st

from core.business.specialists.roster.views import specialist
from core.context import Context
from core.errors import NotFoundError
from pages.specialists.listing import show_list
from pages.specialists.record import show_record
from pages.specialists.words import PATH, SPECIALIST
from pages.ui.address import BadLinkError


def show(context: Context) -> None:
    specialist_id = st.query_params.get(SPECIALIST)
    if not specialist_id:
        show_list(context)
        return
    try:
        entry = specialist(context, specialist_id)
    except NotFoundError:
        raise BadLinkError("specialist", remedy="Open the roster", path=PATH) from None
    show_record(context, entry)
