"""Saved versions of an ROI: which there are, and how the saving moved from one to another."""

from __future__ import annotations

import streamlit as st

from core.business.sales.roi.case import plain
from core.business.sales.roi.comparison import compare
from core.business.sales.roi.rules import amount_text
from core.business.sales.roi.views import RoiCaseDetails, saved_cases
from core.context import Context
from core.errors import InvalidInputError
from pages.ui import formats, widgets
from pages.ui.dialogs import SideDialogs
from pages.ui.frame import live

DIALOGS = SideDialogs("roi_dialog")
COMPARE = "compare"
_SOURCES = {"customer": "Customer", "measured": "Measured", "default": "Default"}


@st.dialog("Compare versions", icon=":material/compare_arrows:", width="large", on_dismiss=DIALOGS.close)
def compare_dialog(prospect_id: str) -> None:
    """Choose two versions and show which inputs differ, each with what it moved the saving by."""
    DIALOGS.leave_unless(COMPARE)
    with live() as context:
        versions = saved_cases(context, prospect_id)
        labels = {entry.version: _label(context, entry) for entry in versions}
        numbers = list(labels)
        with st.container(horizontal=True, gap="small"):
            before = st.selectbox(
                "From", numbers, index=min(1, len(numbers) - 1), format_func=labels.__getitem__
            )
            after = st.selectbox("To", numbers, index=0, format_func=labels.__getitem__)
        by_number = {entry.version: entry for entry in versions}
        _draw(by_number[before], by_number[after])


def _label(context: Context, entry: RoiCaseDetails) -> str:
    note = f": {formats.shortened(entry.note, 40)}" if entry.note else ""
    return f"Version {entry.version}, {formats.moment(context, entry.created_at)}{note}"


def _draw(before: RoiCaseDetails, after: RoiCaseDetails) -> None:
    try:
        comparison = compare(before.case, after.case)
    except InvalidInputError as error:
        st.warning(formats.plain(str(error)))
        return
    currency = after.currency
    with st.container(horizontal=True, gap="large"):
        for entry, amount in ((before, comparison.before), (after, comparison.after)):
            with st.container(gap="xxsmall"):
                st.metric(f"Saving in version {entry.version}", formats.plain(amount_text(amount, currency)))
                low, high = entry.computed.low.saving, entry.computed.high.saving
                words = f"range {amount_text(low, currency)} to {amount_text(high, currency)}"
                st.caption(formats.plain(words))
        st.metric("Difference", formats.plain(amount_text(comparison.difference, currency)))
    if not comparison.changes:
        st.caption("No input differs.")
        return
    rows = [
        {
            "Input": change.title,
            "Before": _range(change.before),
            "After": _range(change.after),
            "Source": f"{_SOURCES[change.before.source]} → {_SOURCES[change.after.source]}"
            if change.before.source != change.after.source
            else _SOURCES[change.after.source],
            "Saving": f"{'+' if change.effect > 0 else ''}{amount_text(change.effect, currency)}",
        }
        for change in comparison.changes
    ]
    columns = {
        "Input": st.column_config.TextColumn(width=170),
        "Before": st.column_config.TextColumn(width=150),
        "After": st.column_config.TextColumn(width=150),
        "Source": st.column_config.TextColumn(width=140),
        "Saving": st.column_config.TextColumn(width=90, alignment="right"),
    }
    widgets.table(rows, columns, alt="Inputs that differ, each with what it moves the saving by")
    st.caption(
        "Each effect on the saving is counted after those above it, so that they add up to the difference."
    )


def _range(entry: object) -> str:
    low, base, high = (plain(getattr(entry, name)) for name in ("low", "base", "high"))
    return base if low == base == high else f"{base} ({low} to {high})"
