"""The assumptions of an ROI as a table: low, base, high and evidence are edited in place."""

from __future__ import annotations

from typing import Any

import pandas as pd
import streamlit as st

from core.business.sales.roi.case import CUSTOMER, DEFAULT, MEASURED, RoiCase
from core.business.sales.roi.editing import EVIDENCE, NUMBERS, missing_evidence
from core.business.sales.roi.model import roi_model
from pages.prospects.roi.draft import Draft, edit_case, editor_revision
from pages.ui import formats, widgets

STATE = st.session_state
_TITLE, _SOURCE, _EVIDENCE = "Assumption", "Source", "Evidence"
_SOURCES = {CUSTOMER: "Customer", MEASURED: "Measured", DEFAULT: "Default"}
_COLOURS = {"Customer": "blue", "Measured": "green", "Default": "gray"}
_LEGEND = (
    "Customer: they told us. Measured: from our finished migrations. Default: a figure of the playbook, replace it"
    " when you can. Editable: Low, Base, High, Evidence."
)


def assumptions(prospect_id: str, draft: Draft, *, may_edit: bool) -> None:
    """Draw the table; an edit goes into the draft at once, and asks for its evidence below."""
    widgets.section("Assumptions")
    key = f"roi_editor_{editor_revision()}"
    st.data_editor(
        _frame(draft.case),
        key=key,
        hide_index=True,
        column_order=[_TITLE, _SOURCE, "Low", "Base", "High", _EVIDENCE],
        column_config={
            _TITLE: st.column_config.TextColumn(width=178, disabled=True),
            _SOURCE: widgets.badge_column(_SOURCE, _COLOURS, width=82),
            **{
                name: st.column_config.NumberColumn(width=62, format="localized")
                for name in ("Low", "Base", "High")
            },
            _EVIDENCE: st.column_config.TextColumn(width=240, max_chars=300),
        },
        disabled=not may_edit,
        row_height=widgets.ROW_HEIGHT,
        height=widgets.table_height(len(draft.case.inputs)),
        on_change=_absorb,
        args=(prospect_id, key, list(draft.case.inputs)),
        alt="Assumptions of the ROI with source, low, base, high and evidence",
    )
    if may_edit:
        _ask_evidence(prospect_id, draft.case)
    st.caption(_LEGEND)


def _frame(case: RoiCase) -> pd.DataFrame:
    definitions = roi_model(case.domain).inputs
    rows: list[dict[str, Any]] = []
    for key, entry in case.inputs.items():
        title = definitions[key].title
        if entry.currency not in {None, case.currency}:
            title += f" ({entry.currency})"
        rows.append(
            {
                _TITLE: title,
                _SOURCE: [_SOURCES.get(entry.source, entry.source)],
                **{name.title(): float(getattr(entry, name)) for name in NUMBERS},
                _EVIDENCE: entry.evidence,
            }
        )
    return pd.DataFrame(rows)


def _absorb(prospect_id: str, key: str, inputs: list[str]) -> None:
    """Take the cells that were edited over into the draft."""
    for row, cells in STATE[key]["edited_rows"].items():
        edits = {name: cells.get(name.title()) for name in (*NUMBERS, EVIDENCE)}
        edit_case(prospect_id, inputs[int(row)], edits)


def _ask_evidence(prospect_id: str, case: RoiCase) -> None:
    """Ask where figures come from that were typed over a default or a measured one."""
    for key in missing_evidence(case):
        title = roi_model(case.domain).inputs[key].title
        field = f"roi_evidence_{key}_{editor_revision()}"
        with st.container(border=True, horizontal=True, vertical_alignment="bottom", gap="small"):
            st.text_input(
                f"Where does {formats.plain(title)} come from?",
                key=field,
                max_chars=300,
                placeholder="Discovery call, invoice, offer …",
                on_change=_give_evidence,
                args=(prospect_id, key, field),
            )
            st.button("Set", key=f"{field}_set", on_click=_give_evidence, args=(prospect_id, key, field))


def _give_evidence(prospect_id: str, key: str, field: str) -> None:
    if text := str(STATE.get(field) or "").strip():
        edit_case(prospect_id, key, {EVIDENCE: text})
