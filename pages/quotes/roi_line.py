"""What keeps a draft from being sent with its ROI, and the buttons that mend it."""

from __future__ import annotations

import streamlit as st

from core.business.sales.quotes.actions import attach_roi
from core.business.sales.quotes.roi_check import Aspect, RoiFault, roi_faults
from core.business.sales.quotes.views import QuoteDetails, roi_versions
from core.business.sales.roi.quoted import update_roi
from core.context import Context
from pages.ui.frame import act


def draw_roi_faults(context: Context, quote: QuoteDetails) -> None:
    """Draw how the quote and its ROI differ; nothing where they agree."""
    faults = roi_faults(context, quote.id)
    if not faults:
        return
    with st.container(border=True, gap="xsmall"):
        st.markdown(":orange[:material/warning:] **Update or remove the ROI before the quote is sent**")
        for fault in faults:
            st.text(fault.text)
        if context.may("quote.edit"):
            with st.container(horizontal=True, gap="small"):
                _mend(context, quote, faults)
                st.button("Remove ROI", key="quote_roi_remove", on_click=_attach, args=(quote.id, None))


def _mend(context: Context, quote: QuoteDetails, faults: list[RoiFault]) -> None:
    newest = next(iter(roi_versions(context, quote.prospect_id)), None)
    aspects = {fault.aspect for fault in faults}
    if Aspect.CURRENCY in aspects:
        return
    if Aspect.NEWER in aspects and newest is not None:
        st.button("Use newest ROI", key="quote_roi_newest", on_click=_attach, args=(quote.id, newest))
    elif aspects & {Aspect.LOCATIONS, Aspect.PRICE}:
        st.button(
            "Update ROI",
            key="quote_roi_update",
            disabled=quote.awaits_approval,
            help="A manager approves the discount first"
            if quote.awaits_approval
            else "Save the next version, with the price and the locations of this quote",
            on_click=_update,
            args=(quote.id,),
        )


def _attach(quote_id: str, roi_case_id: str | None) -> None:
    act(
        lambda context: attach_roi(context, quote_id, roi_case_id),
        "ROI attached" if roi_case_id else "ROI removed",
    )


def _update(quote_id: str) -> None:
    act(
        lambda context: update_roi(context, quote_id),
        lambda version: f"ROI saved and attached as version {version}",
    )
