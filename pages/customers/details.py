"""The side dialog of a customer: team, details, and archive or restore."""

from __future__ import annotations

import streamlit as st

from core.context import Context
from core.errors import AppError
from core.platform.access.customers.actions import archive_customer, edit_customer, restore_customer
from core.platform.access.customers.rules import DetailsError
from core.platform.access.customers.views import Customer, customer, staff
from pages.customers.contacts import draw_contacts
from pages.customers.create import DIALOGS
from pages.customers.form import Form, draw_fields
from pages.customers.team import draw_team
from pages.ui import dialogs, formats, widgets
from pages.ui.delivery.orders import draw_orders_of
from pages.ui.dialogs import ask_inside
from pages.ui.frame import act, live, session_context
from pages.ui.links import NOTICE
from pages.ui.refusals import keep_fault

STATE = st.session_state


def details_dialog(customer_id: str, name: str) -> None:
    """Show a customer beside the table; it stays open while its parts are changed."""
    form = Form(customer_id, is_new=False)

    def dismiss() -> None:
        form.clear()
        DIALOGS.close()

    @st.dialog(
        formats.plain(name),
        icon=":material/storefront:",
        position="right",
        width="medium",
        on_dismiss=dismiss,
    )
    def body() -> None:
        DIALOGS.leave_unless(customer_id)
        with live() as context:
            record = customer(context, customer_id)
            _title(context, record)
            _orders(context, record)
            draw_team(context, record)
            draw_contacts(context, record)
            _fields(context, record, form)
            _archiving(context, record)

    body()


def _title(context: Context, record: Customer) -> None:
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        if record.archived_at is not None:
            widgets.badge("Archived", "gray")
        if record.is_demo:
            st.badge("Demo data", icon=":material/science:", color="violet")
    line = formats.words(record.details.domain)
    created = formats.plain(formats.moment(context, record.created_at))
    st.caption(f"ID {record.details.slug} · {line} · created {created}")


def _orders(context: Context, record: Customer) -> None:
    """Draw the customer's orders."""
    if context.may("order.read"):
        dialogs.section("Orders")
        if not draw_orders_of(record.id):
            st.caption("No order yet. One appears when the customer accepts a quote.")


def _fields(context: Context, record: Customer, form: Form) -> None:
    dialogs.section("Details")
    form.fill(record.details)
    is_fixed = record.archived_at is not None or not context.may("customer.edit")
    draw_fields(context, form, staff(context), disabled=is_fixed)
    if not is_fixed:
        with st.container(horizontal=True, horizontal_alignment="right"):
            st.button("Save", type="primary", key="customer_save", on_click=_save, args=(record.id, form))


def _save(customer_id: str, form: Form) -> None:
    try:
        with session_context() as context:
            edit_customer(context, customer_id, form.entered())
    except DetailsError as error:
        form.set_faults(error.faults)
    except AppError as error:
        keep_fault(error)
    else:
        form.clear()
        STATE[NOTICE] = "Saved"


def _archiving(context: Context, record: Customer) -> None:
    """Draw archive, which asks first, or restore."""
    if not context.may("customer.archive"):
        return
    if record.archived_at is not None:
        at = formats.plain(formats.moment(context, record.archived_at))
        st.caption(
            f"Archived {at}. Managers and administrators can read it; nothing can be changed or imported."
        )
        st.button(
            "Restore customer",
            key="customer_restore",
            icon=":material/unarchive:",
            on_click=_restore,
            args=(record.id,),
        )
    else:
        reason = st.text_input("Reason to archive (optional)", key="customer_archive_reason", max_chars=300)
        ask_inside(
            "customer_archive",
            "Archive customer…",
            [
                "Managers and administrators can still read it.",
                "Everybody else loses access.",
                "No import can be started until it is restored.",
            ],
            "Archive customer",
            lambda: _archive(record.id, reason),
            icon=":material/archive:",
        )


def _archive(customer_id: str, reason: str) -> None:
    act(lambda context: archive_customer(context, customer_id, reason), "Customer archived")


def _restore(customer_id: str) -> None:
    act(lambda context: restore_customer(context, customer_id), "Customer restored")
