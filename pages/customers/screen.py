"""Customers: a table of all that the person reaches, with state and next step, and a dialog for each."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from core.context import Context
from core.kit.wording import counted
from core.platform.access.customers.views import Customer, customers
from pages.customers.create import CREATE, DIALOGS, create_dialog
from pages.customers.details import details_dialog
from pages.customers.rows import Row, rows
from pages.ui import widgets
from pages.ui.address import opened_from_link
from pages.ui.links import MIGRATION, OPERATOR, TENANT, turn_to

STATE = st.session_state
_OPENED_ROW, _MANAGED_ROW = "customers_open", "customers_manage"
_ACTIVE, _ARCHIVED = "Active", "Archived"


def show(context: Context) -> None:
    records = customers(context)
    active = [record for record in records if record.archived_at is None]
    widgets.heading(
        context,
        "Customers",
        "All customers that you can see, with the state of each migration.",
        fact=counted(len(active), "customer"),
        of_all_customers=True,
    )
    if context.may("customer.create"):
        with widgets.row_end():
            st.button(
                "Create customer",
                type="primary",
                icon=":material/add:",
                key="customers_create",
                on_click=DIALOGS.open,
                args=(CREATE,),
            )
    _follow_link({record.id for record in records})
    if records:
        _list(context, records)
    else:
        widgets.empty(
            "No customers yet",
            "Create the first one, assign a specialist, then upload its export.",
            icon="storefront",
        )
    if DIALOGS.opened == CREATE:
        create_dialog()
    for record in records:
        if record.id == DIALOGS.opened:
            details_dialog(record.id, record.details.name)


def _follow_link(ids: set[str]) -> None:
    """Open the dialog that the address names."""
    if opened_from_link("create", lambda value: value == "new", "form"):
        DIALOGS.open(CREATE)
    if customer_id := opened_from_link("customer", ids.__contains__, "customer"):
        DIALOGS.open(customer_id)


def _list(context: Context, records: Sequence[Customer]) -> None:
    archived = sum(record.archived_at is not None for record in records)
    with st.container(horizontal=True, vertical_alignment="center"):
        kinds = {_ACTIVE: f"Active {len(records) - archived:,}", _ARCHIVED: f"Archived {archived:,}"}
        kind = st.segmented_control(
            "State",
            list(kinds),
            default=_ACTIVE,
            required=True,
            format_func=kinds.__getitem__,
            key="customers_state",
            bind="query-params",
            label_visibility="collapsed",
        )
        words = st.text_input(
            "Search",
            key="customers_text",
            bind="query-params",
            placeholder="Search",
            icon=":material/search:",
            label_visibility="collapsed",
            max_chars=100,
            width=240,
        )
    matches = [
        record
        for record in records
        if (record.archived_at is not None) == (kind == _ARCHIVED)
        and (words or "").strip().lower()
        in f"{record.details.name} {record.details.slug} {record.owner or ''}".lower()
    ]
    if matches:
        _table(rows(context, matches))
    else:
        widgets.empty("No customer found", "No customer matches these filters.", icon="search_off")


def _table(entries: Sequence[Row]) -> None:
    def open_row() -> None:
        entry = entries[STATE[_OPENED_ROW].row]
        if entry.screen == "customers":
            DIALOGS.open(entry.customer.id)
            return
        STATE.pop(OPERATOR, None)
        STATE[TENANT], STATE[MIGRATION] = entry.customer.details.slug, entry.migration_id or None
        turn_to(entry.screen)

    widgets.table(
        [
            {
                "Customer": entry.customer.details.name,
                "Migration": entry.migration,
                "State": [entry.state],
                "Next step": entry.next_step,
                "Owner": entry.customer.owner,
                "Team": ", ".join(entry.assigned) or None,
                "Manage": "Manage",
            }
            for entry in entries
        ],
        {
            "Customer": st.column_config.TextColumn(width=150),
            "Migration": st.column_config.TextColumn(width=140),
            "State": widgets.badge_column(
                "State", {entry.state: entry.colour for entry in entries}, width=190
            ),
            "Next step": st.column_config.ButtonColumn(
                "Next step", key=_OPENED_ROW, on_click=open_row, width=150
            ),
            "Owner": st.column_config.TextColumn(width=85),
            "Team": st.column_config.TextColumn(width=80),
            "Manage": st.column_config.ButtonColumn(
                "Manage",
                key=_MANAGED_ROW,
                on_click=lambda: DIALOGS.open(entries[STATE[_MANAGED_ROW].row].customer.id),
                width=72,
            ),
        },
        alt="Customers with the state and the next step of each migration, owner and team",
        most=20,
    )
