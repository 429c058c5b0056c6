"""The dialog that creates a customer."""

from __future__ import annotations

import streamlit as st

from core.errors import AppError
from core.platform.access.customers.actions import create_customer
from core.platform.access.customers.rules import DetailsError
from core.platform.access.customers.views import staff
from pages.customers.form import Form, defaults, draw_fields
from pages.ui.dialogs import SideDialogs
from pages.ui.frame import live, session_context
from pages.ui.links import NOTICE
from pages.ui.refusals import keep_fault

DIALOGS = SideDialogs("customers_dialog")
CREATE = "create"
"""Name of the dialog that creates a customer; every other name is the id of the customer it shows."""
_FORM = Form("new", is_new=True)


def _dismiss() -> None:
    _FORM.clear()
    DIALOGS.close()


@st.dialog("Create customer", icon=":material/add_business:", position="right", on_dismiss=_dismiss)
def create_dialog() -> None:
    """Ask for the customer's details; after it is created, show its team."""
    DIALOGS.leave_unless(CREATE)
    with live() as context:
        _FORM.fill(defaults(context))
        draw_fields(context, _FORM, staff(context))
        with st.container(horizontal=True, horizontal_alignment="right"):
            st.button("Cancel", key="customer_cancel", on_click=_dismiss)
            st.button("Create customer", type="primary", key="customer_create", on_click=_create)


def _create() -> None:
    try:
        with session_context() as context:
            customer_id = create_customer(context, _FORM.entered())
    except DetailsError as error:
        _FORM.set_faults(error.faults)
        return
    except AppError as error:
        keep_fault(error)
        return
    _FORM.clear()
    st.session_state[NOTICE] = "Customer created"
    DIALOGS.open(customer_id)
