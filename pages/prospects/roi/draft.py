"""The inputs as a person is editing them: they outlive reruns and other screens until they are saved or discarded."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

import streamlit as st

from core.business.sales.prospects.views import ProspectDetails
from core.business.sales.roi.actions import save_case
from core.business.sales.roi.case import Rate, RoiCase, RoiError, converted
from core.business.sales.roi.editing import with_edits
from core.business.sales.roi.model import roi_model
from core.business.sales.roi.prefill import refreshed
from core.business.sales.roi.views import RoiCaseDetails, newest_case, prefilled_case
from core.context import Context
from pages.ui.frame import act
from pages.ui.refusals import keep_fault

STATE = st.session_state
_DRAFTS, _REVISION = "roi_drafts", "roi_revision"


@dataclass(frozen=True, slots=True)
class Draft:
    """The inputs before the person. `base` is what they began from: version `version`, 0 for the prefilled case."""

    case: RoiCase
    base: RoiCase
    version: int

    @property
    def is_edited(self) -> bool:
        return self.case != self.base


def draft_of(context: Context, prospect: ProspectDetails, saved: RoiCaseDetails | None) -> Draft:
    """Return the person's draft of the prospect, or begin one from the newest version or from what is known."""
    draft: Draft | None = _drafts().get(prospect.id)
    is_current = draft is not None and (draft.is_edited or draft.version == (saved.version if saved else 0))
    if draft is None or not is_current or draft.case.currency != prospect.currency:
        case = saved.case if saved else prefilled_case(context, prospect.id)
        draft = Draft(case, case, saved.version if saved else 0)
        _store(prospect.id, draft)
    return draft


def edit_case(prospect_id: str, key: str, edits: dict[str, object]) -> None:
    """Apply edits of one input to the draft; for callbacks."""
    draft = _drafts()[prospect_id]
    _store(prospect_id, replace(draft, case=with_edits(draft.case, key, edits)))


def discard(prospect_id: str) -> None:
    """Drop the draft; for callbacks."""
    _drafts().pop(prospect_id, None)
    _renew_editor()


def save(prospect_id: str, note: str) -> None:
    """Save the draft as the next version; for callbacks."""
    draft = _drafts()[prospect_id]
    version = act(
        lambda context: save_case(context, prospect_id, draft.case, note, based_on=draft.version),
        lambda number: f"Saved as version {number}",
    )
    if version:
        discard(prospect_id)


def refresh(prospect_id: str, facts_case: RoiCase) -> None:
    """Take over what the records say now; for callbacks."""
    draft = _drafts()[prospect_id]
    _store(prospect_id, replace(draft, case=refreshed(draft.case, facts_case)))


def convert(prospect_id: str, rate: Decimal, on: date) -> None:
    """Convert the amounts in the model's currency by a rate; for callbacks."""
    draft = _drafts()[prospect_id]
    origin = roi_model(draft.case.domain).currency
    try:
        case = converted(draft.case, Rate(origin, draft.case.currency, rate, on))
    except RoiError as error:
        keep_fault(error)
        return
    _store(prospect_id, replace(draft, case=case))


def rebase(context: Context, prospect_id: str) -> None:
    """Let the draft follow the newest version, which somebody else saved, and keep its inputs."""
    newest = newest_case(context, prospect_id)
    draft = _drafts().get(prospect_id)
    if draft is not None and newest is not None:
        _store(prospect_id, Draft(draft.case, newest.case, newest.version))


def editor_revision() -> int:
    """Return the number in the editor's key: another one makes Streamlit forget the cells that were edited."""
    return int(STATE.get(_REVISION, 0))


def _renew_editor() -> None:
    STATE[_REVISION] = editor_revision() + 1


def _drafts() -> dict[str, Draft]:
    drafts: dict[str, Draft] = STATE.setdefault(_DRAFTS, {})
    return drafts


def _store(prospect_id: str, draft: Draft) -> None:
    _drafts()[prospect_id] = draft
    _renew_editor()
