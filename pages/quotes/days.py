"""The fields of a draft for its last day, the go-live date and the ROI version."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import streamlit as st

from core.business.sales.quotes.rules import DEFAULT_VALIDITY, MAX_VALIDITY, QuoteTerms


def draw_days(form: str, terms: QuoteTerms, today: date) -> QuoteTerms:
    """Draw the last day of validity and the go-live date; return the terms with them."""
    first, second = st.columns(2, gap="small")
    valid_until = first.date_input(
        "Valid until",
        max(terms.valid_until or today + timedelta(days=DEFAULT_VALIDITY), today),
        min_value=today,
        max_value=today + timedelta(days=MAX_VALIDITY),
        key=f"{form}_valid_until",
        format="DD/MM/YYYY",
    )
    go_live = terms.go_live_on if terms.go_live_on and terms.go_live_on >= today else None
    go_live_on = second.date_input(
        "Go-live date (optional)", go_live, min_value=today, key=f"{form}_go_live", format="DD/MM/YYYY"
    )
    return replace(
        terms,
        valid_until=valid_until if isinstance(valid_until, date) else None,
        go_live_on=go_live_on if isinstance(go_live_on, date) else None,
    )


def draw_roi(form: str, terms: QuoteTerms, versions: dict[str, int]) -> str | None:
    """Draw the choice of a ROI version of the prospect; return its id, None for none."""
    if not versions:
        return None
    return st.selectbox(
        "ROI version (optional)",
        list(versions),
        index=list(versions).index(terms.roi_case_id) if terms.roi_case_id in versions else None,
        format_func=lambda key: f"Version {versions[key]}",
        placeholder="None",
        key=f"{form}_roi",
    )
