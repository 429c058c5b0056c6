"""The section ROI: cards, assumptions beside what moves the saving, formulas, cases, versions, promise and actual."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import streamlit as st

from core.business.sales.prospects.views import ProspectDetails
from core.business.sales.roi.case import RoiError
from core.business.sales.roi.editing import for_display
from core.business.sales.roi.model import roi_model
from core.business.sales.roi.rules import Results, compute
from core.business.sales.roi.views import newest_case
from core.context import Context
from pages.prospects.roi.bar import draw_bar
from pages.prospects.roi.draft import Draft, convert, draft_of
from pages.prospects.roi.editor import assumptions
from pages.prospects.roi.promises import promises
from pages.prospects.roi.results import cards, cases, costs
from pages.prospects.roi.tornado import tornado
from pages.prospects.roi.versions import COMPARE, DIALOGS, compare_dialog
from pages.ui.refusals import refusal

STATE = st.session_state
_NOTE, _VALID = "roi_note", "roi_valid"


def show(context: Context, prospect: ProspectDetails) -> None:
    saved = newest_case(context, prospect.id)
    draft = draft_of(context, prospect, saved)
    may_edit = context.may("prospect.edit")
    results = _results(prospect.id, draft)
    draw_bar(context, prospect, draft, saved, may_edit=may_edit)
    if results is not None:
        cards(draft.case, results)
    wide, narrow = st.columns([0.59, 0.41], gap="small")
    with wide:
        assumptions(prospect.id, draft, may_edit=may_edit)
    with narrow:
        if results is not None:
            tornado(results, draft.case.currency)
    if results is not None:
        wide, narrow = st.columns([0.59, 0.41], gap="small")
        with wide:
            costs(draft.case, results)
        with narrow:
            cases(draft.case, results)
    promises(context, prospect.id)
    if DIALOGS.opened == COMPARE:
        compare_dialog(prospect.id)


def _results(prospect_id: str, draft: Draft) -> Results | None:
    """Compute the draft; with faults they are named, and a rate is asked for where amounts are in another currency."""
    try:
        return compute(for_display(draft.case))
    except RoiError as error:
        foreign = any(
            entry.currency not in {None, draft.case.currency} for entry in draft.case.inputs.values()
        )
        if foreign:
            _rate_form(prospect_id, draft)
        else:
            refusal(error)
        return None


def _rate_form(prospect_id: str, draft: Draft) -> None:
    origin, currency = roi_model(draft.case.domain).currency, draft.case.currency
    with st.container(border=True):
        st.markdown(
            f"**Amounts are in {origin}, this prospect is in {currency}.** Enter a rate, or the amounts in {currency}."
        )
        with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
            rate = st.number_input(
                f"{currency} for 1 {origin}", key="roi_rate", value=None, min_value=0.0, format="%.6f"
            )
            on = st.date_input("Rate of", key="roi_rate_on", value="today")
            if st.button("Convert", key="roi_convert", disabled=not rate) and isinstance(on, date):
                convert(prospect_id, Decimal(str(rate)), on)
                st.rerun()
