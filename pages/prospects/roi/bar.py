"""The toolbar of the section ROI: what is saved, what is not, and the buttons for versions and quotes."""

from __future__ import annotations

from zoneinfo import ZoneInfo

import streamlit as st

from core.business.sales.prospects.views import ProspectDetails
from core.business.sales.roi.editing import missing_evidence
from core.business.sales.roi.prefill import refreshed
from core.business.sales.roi.views import RoiCaseDetails, prefilled_case
from core.context import Context
from core.kit import wording
from core.kit.wording import counted
from pages.prospects.roi.draft import Draft, discard, rebase, refresh, save
from pages.prospects.roi.versions import COMPARE, DIALOGS
from pages.prospects.words import PATH, PROSPECT, SECTION
from pages.ui import formats, widgets
from pages.ui.links import turn_to

STATE = st.session_state
_NOTE = "roi_note"


def draw_bar(
    context: Context, prospect: ProspectDetails, draft: Draft, saved: RoiCaseDetails | None, *, may_edit: bool
) -> None:
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        _state(context, draft, saved)
        st.space("stretch")
        if may_edit:
            _refresh_button(context, prospect, draft)
        if (
            draft.is_edited
            and saved is not None
            and draft.version != saved.version
            and st.button(f"Keep my inputs after version {saved.version}", key="roi_rebase")
        ):
            rebase(context, prospect.id)
            st.rerun()
        if draft.is_edited:
            st.button("Discard", key="roi_discard", on_click=discard, args=(prospect.id,))
        if saved is not None and saved.version > 1:
            st.button(
                "Compare",
                key="roi_compare",
                icon=":material/compare_arrows:",
                on_click=DIALOGS.open,
                args=(COMPARE,),
            )
        st.button(
            "Create quote",
            key="roi_quote",
            icon=":material/request_quote:",
            on_click=_to_quotes,
            args=(prospect.id,),
            disabled=saved is None,
            help=None if saved else "Save a version first",
        )
        if may_edit:
            _save_button(prospect.id, draft, saved)


def _state(context: Context, draft: Draft, saved: RoiCaseDetails | None) -> None:
    if draft.is_edited:
        widgets.badge("Unsaved changes", "orange", icon=":material/edit:")
    if saved is None:
        st.caption("Not saved yet: filled with what is known and defaults", width="content")
    else:
        by = formats.plain(saved.person or "somebody who left")
        zone = ZoneInfo(context.tenant.zone)
        on = wording.day(saved.created_at.astimezone(zone).date(), context.now.astimezone(zone).date())
        st.caption(f"Version {saved.version}, {on}, {by}", width="content")


def _refresh_button(context: Context, prospect: ProspectDetails, draft: Draft) -> None:
    facts_case = prefilled_case(context, prospect.id)
    newer = refreshed(draft.case, facts_case)
    count = sum(newer.inputs[key] != entry for key, entry in draft.case.inputs.items())
    if count:
        st.button(
            f"Update {counted(count, 'input')}",
            key="roi_refresh",
            icon=":material/refresh:",
            help="Discovery, quotes or measured figures changed since",
            on_click=refresh,
            args=(prospect.id, facts_case),
        )


def _save_button(prospect_id: str, draft: Draft, saved: RoiCaseDetails | None) -> None:
    missing = missing_evidence(draft.case)
    reason = f"Evidence of {counted(len(missing), 'input')} is missing" if missing else None
    if saved is not None and not draft.is_edited:
        reason = f"Nothing differs from version {saved.version}"
    with st.popover(
        "Save version", icon=":material/save:", type="primary", disabled=reason is not None, help=reason
    ):
        st.text_input("Note (optional)", key=_NOTE, max_chars=300)
        st.button("Save", key="roi_save", type="primary", on_click=_save, args=(prospect_id,))


def _save(prospect_id: str) -> None:
    save(prospect_id, str(STATE.get(_NOTE) or ""))
    STATE[_NOTE] = ""


def _to_quotes(prospect_id: str) -> None:
    turn_to(PATH, **{PROSPECT: prospect_id, SECTION: "quotes"})
