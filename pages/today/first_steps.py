"""Show Today to somebody who reaches no customer yet: what to do first."""

from __future__ import annotations

import streamlit as st

from core.context import Context
from pages.ui import formats, widgets
from pages.ui.links import pages, turn_to


def without_customers(context: Context) -> None:
    """Offer the next action: to create a customer, for those who may; the others are assigned one."""
    widgets.heading(context, "Today", fact=formats.moment(context, context.now), of_all_customers=True)
    if not context.may("customer.create") or "customers" not in pages():
        widgets.empty(
            "No customer is assigned to you",
            "A manager assigns you to a customer. It then appears here.",
            icon="storefront",
        )
        return
    widgets.empty(
        "No customers yet",
        "Create a customer, assign a specialist, then upload the first export.",
        icon="storefront",
    )
    with st.container(horizontal=True, horizontal_alignment="center"):
        st.button(
            "Create a customer",
            type="primary",
            icon=":material/add:",
            key="today_create_customer",
            on_click=turn_to,
            args=("customers",),
            kwargs={"create": "new"},
        )
        if "people" in pages():
            st.button(
                "Invite people",
                icon=":material/person_add:",
                key="today_invite",
                on_click=turn_to,
                args=("people",),
            )
