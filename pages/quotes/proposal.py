"""The download of a quote's proposal."""

from __future__ import annotations

import streamlit as st

from core.business.sales.proposals.views import proposal_name, proposal_pdf, proposal_refusal
from core.business.sales.quotes.views import QuoteDetails
from core.context import Context
from pages.ui.downloads import draw_download

_KEY = "quote_pdf"


def draw_proposal(context: Context, quote: QuoteDetails) -> None:
    """Draw the button of the PDF; of a draft whose discount waits for approval it says who can approve."""
    if refusal := proposal_refusal(context, quote.id):
        st.button("PDF", key=_KEY, icon=":material/download:", disabled=True, help=refusal)
    else:
        draw_download(
            "PDF", lambda context: proposal_pdf(context, quote.id), proposal_name(context, quote.id), key=_KEY
        )
