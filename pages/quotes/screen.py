"""Quotes: the list, the quote that the address names, or the editor of a draft."""

from __future__ import annotations

import streamlit as st

from core.business.sales.prospects.views import prospect
from core.business.sales.quotes.views import quote
from core.context import Context
from core.errors import NotFoundError
from pages.quotes.editor import show_editor
from pages.quotes.listing import show_list
from pages.quotes.record import show_record
from pages.ui.address import BadLinkError
from pages.ui.quote_words import CREATE, EDIT, PATH, QUOTE


def show(context: Context) -> None:
    address = st.query_params
    try:
        if quote_id := address.get(EDIT):
            details = quote(context, quote_id)
            show_editor(context, prospect(context, details.prospect_id, with_contact=False), details)
        elif prospect_id := address.get(CREATE):
            show_editor(context, prospect(context, prospect_id, with_contact=False), None)
        elif quote_id := address.get(QUOTE):
            show_record(context, quote(context, quote_id))
        else:
            show_list(context)
    except NotFoundError:
        noun = "prospect" if CREATE in address else "quote"
        raise BadLinkError(noun, remedy="Open all quotes", path=PATH) from None
