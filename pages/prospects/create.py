"""The dialog that adds a prospect; a company that may exist already is warned about first."""

from __future__ import annotations

import streamlit as st

from core.business.sales.prospects.actions import create_prospect
from core.business.sales.prospects.duplicates import SimilarProspect, SimilarProspectError, similar_prospects
from core.business.sales.prospects.rules import FieldsError, ProspectFields
from core.context import Context
from core.errors import AppError
from pages.prospects.fields import draw_fields
from pages.prospects.form import Form
from pages.prospects.words import PATH, PROSPECT, STAGE_LABELS
from pages.ui import formats
from pages.ui.dialogs import SideDialogs
from pages.ui.frame import live, session_context
from pages.ui.links import NOTICE, turn_to
from pages.ui.refusals import keep_fault

DIALOGS = SideDialogs("prospects_dialog")
CREATE = "create"
_FORM = Form("new", is_new=True)


def _dismiss() -> None:
    _FORM.clear()
    DIALOGS.close()


@st.dialog(
    "Add prospect", icon=":material/add_business:", position="right", width="medium", on_dismiss=_dismiss
)
def create_dialog() -> None:
    """Ask for the prospect's fields; after it is created, open it."""
    DIALOGS.leave_unless(CREATE)
    with live() as context:
        tenant = context.tenant
        _FORM.fill(ProspectFields("", tenant.domain, currency=tenant.currency, country=tenant.country))
        draw_fields(context, _FORM)
        similar = _similar(context)
        draw_similar(similar)
        with st.container(horizontal=True, horizontal_alignment="right"):
            st.button("Cancel", key="prospect_cancel", on_click=_dismiss)
            st.button(
                "Add anyway" if similar else "Add prospect",
                type="primary",
                key="prospect_create",
                on_click=_create,
                kwargs={"even_if_similar": bool(similar)},
            )


def draw_similar(similar: list[SimilarProspect]) -> None:
    """Draw prospects that may be the same company; those of another owner by name and owner only."""
    if not similar:
        return
    with st.container(border=True, gap="xsmall"):
        st.markdown(":orange[:material/content_copy:] **This may be a prospect that exists already**")
        for entry in similar:
            with st.container(horizontal=True, vertical_alignment="center", gap="small"):
                st.text(entry.name, width="content")
                owner = f"owner {formats.plain(entry.owner_name)}" if entry.owner_name else "no owner"
                st.caption(f"{STAGE_LABELS[entry.stage]}, {owner}", width="content")
                if entry.is_visible:
                    st.button(
                        "Open", key=f"similar_{entry.id}", type="tertiary", on_click=_open, args=(entry.id,)
                    )


def _similar(context: Context) -> list[SimilarProspect]:
    fields = _FORM.entered()
    if not fields.name.strip():
        return []
    return similar_prospects(context, fields.name, fields.contact.email, fields.contact.phone)


def _create(*, even_if_similar: bool) -> None:
    try:
        with session_context() as context:
            prospect_id = create_prospect(context, _FORM.entered(), even_if_similar=even_if_similar)
    except FieldsError as error:
        _FORM.set_faults(error.faults)
        return
    except SimilarProspectError:
        return  # the dialog is drawn again, with the warning and the button that creates it anyway
    except AppError as error:
        keep_fault(error)
        return
    _dismiss()
    st.session_state[NOTICE] = "Prospect added"
    turn_to(PATH, **{PROSPECT: prospect_id})


def _open(prospect_id: str) -> None:
    _dismiss()
    turn_to(PATH, **{PROSPECT: prospect_id})
