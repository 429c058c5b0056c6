"""The dialogs of a prospect: its fields, the reason of a loss, and the owner."""

from __future__ import annotations

from typing import Any

import streamlit as st

from core.business.sales.prospects.actions import assign_prospect, edit_prospect, set_stage
from core.business.sales.prospects.rules import ContactDetails, FieldsError, ProspectFields, Stage
from core.business.sales.prospects.views import ProspectDetails, prospect
from core.errors import AppError
from core.platform.access.customers.rules import OWNER_ROLES
from core.platform.access.customers.views import staff
from pages.prospects.fields import draw_fields
from pages.prospects.form import Form
from pages.ui import formats
from pages.ui.dialogs import SideDialogs
from pages.ui.frame import act, live, session_context
from pages.ui.links import NOTICE
from pages.ui.refusals import keep_fault

STATE = st.session_state
DIALOGS = SideDialogs("prospect_dialog")
EDIT, LOSE, OWNER = "edit", "lose", "owner"
_BEFORE = "prospect_before"
_REASONS = ("Price", "No budget", "Chose a competitor", "Stays with the present system", "No answer")
_COMPARED = ("name", "source_system", "locations", "currency", "country", "contact", "volumes")


def _form(prospect_id: str) -> Form:
    return Form(f"edit_{prospect_id}", is_new=False)


def _close_edit() -> None:
    if before := STATE.pop(_BEFORE, None):
        _form(before[0]).clear()
    DIALOGS.close()


@st.dialog("Edit prospect", icon=":material/edit:", position="right", width="medium", on_dismiss=_close_edit)
def edit_dialog(prospect_id: str) -> None:
    """Show the fields of the prospect, contact included; only what was changed here is written."""
    DIALOGS.leave_unless(EDIT)
    form = _form(prospect_id)
    with live() as context:
        if STATE.get(_BEFORE, ("",))[0] != prospect_id:
            STATE[_BEFORE] = prospect_id, _fields(prospect(context, prospect_id))
        form.fill(STATE[_BEFORE][1])
        draw_fields(context, form)
        with st.container(horizontal=True, horizontal_alignment="right"):
            st.button("Cancel", key="prospect_cancel", on_click=_close_edit)
            st.button("Save", type="primary", key="prospect_save", on_click=_save, args=(prospect_id,))


def _fields(details: ProspectDetails) -> ProspectFields:
    return ProspectFields(
        details.name,
        details.domain,
        details.source_system,
        details.locations,
        details.currency,
        details.country,
        details.contact or ContactDetails(),
        {measure: int(entry["value"]) for measure, entry in details.volumes.items()},
    )


def _save(prospect_id: str) -> None:
    form, before = _form(prospect_id), STATE[_BEFORE][1]
    entered = form.entered()
    changes: dict[str, Any] = {
        name: getattr(entered, name) for name in _COMPARED if getattr(entered, name) != getattr(before, name)
    }
    try:
        with session_context() as context:
            edit_prospect(context, prospect_id, changes)
    except FieldsError as error:
        form.set_faults(error.faults)
    except AppError as error:
        keep_fault(error)
    else:
        _close_edit()
        STATE[NOTICE] = "Saved"


@st.dialog("Mark as lost", icon=":material/cancel:", on_dismiss=DIALOGS.close)
def lose_dialog(prospect_id: str) -> None:
    """Ask why the prospect is lost."""
    DIALOGS.leave_unless(LOSE)
    reason = st.selectbox(
        "Reason",
        _REASONS,
        index=None,
        key="lost_reason",
        accept_new_options=True,
        placeholder="Choose, or type another",
    )
    with st.container(horizontal=True, horizontal_alignment="right"):
        st.button("Cancel", key="lose_cancel", on_click=DIALOGS.close)
        st.button(
            "Mark as lost",
            type="primary",
            key="lose",
            disabled=not reason,
            help=None if reason else "Choose a reason",
            on_click=_lose,
            args=(prospect_id,),
        )


def _lose(prospect_id: str) -> None:
    reason = str(STATE.get("lost_reason") or "")
    act(lambda context: set_stage(context, prospect_id, Stage.LOST, reason), "Marked as lost")
    DIALOGS.close()


@st.dialog("Owner", icon=":material/person:", on_dismiss=DIALOGS.close)
def owner_dialog(prospect_id: str, owner_id: str | None) -> None:
    """Choose who owns the prospect; who sells sees their own and those that nobody owns."""
    DIALOGS.leave_unless(OWNER)
    with live() as context:
        people = {person.person_id: person.name for person in staff(context) if person.role in OWNER_ROLES}
        labels = formats.unique_labels(people)
        choice = st.selectbox(
            "Owner",
            list(labels),
            index=list(labels).index(owner_id) if owner_id in labels else None,
            format_func=labels.__getitem__,
            placeholder="Nobody",
            key=f"owner_{prospect_id}",
        )
        with st.container(horizontal=True, horizontal_alignment="right"):
            st.button("Cancel", key="owner_cancel", on_click=DIALOGS.close)
            st.button("Save", type="primary", key="owner_save", on_click=_assign, args=(prospect_id, choice))


def _assign(prospect_id: str, owner_id: str | None) -> None:
    act(lambda context: assign_prospect(context, prospect_id, owner_id), "Owner saved")
    DIALOGS.close()
