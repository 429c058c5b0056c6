"""Today: what needs this person at all their customers, figures with their sample, the customer's migrations."""

from __future__ import annotations

import streamlit as st

from core.context import Context
from core.engine.progress.needs import figures
from core.kit.wording import listed
from pages.demo import reset, script
from pages.demo.state import running
from pages.today.decisions import sales_decisions
from pages.today.delivering import delivering
from pages.today.everywhere import CustomerMigrations, everywhere
from pages.today.first_steps import without_customers
from pages.today.migrations import migrations
from pages.today.needs import needs_you
from pages.today.own import own
from pages.today.selling import demos, selling
from pages.ui import formats, widgets

_MAX_NAMES = 3
"""Customers named above the figures; more are counted."""


def show(context: Context) -> None:
    if context.tenant.kind == "operator":
        without_customers(context)
        if approvals := sales_decisions(context):
            needs_you(context, (), approvals)
        delivering(context)
        selling(context)
        return
    if not context.may("migration.read"):
        widgets.heading(context, "Today", fact=formats.moment(context, context.now))
        own(context)
        return
    customers = everywhere(context)
    widgets.heading(context, "Today", fact=formats.moment(context, context.now), of_all_customers=True)
    is_projected = running() is not None
    if context.role == "sales":
        if not is_projected:
            selling(context)
        demos(context)
        script(context)
    needs_you(context, customers, () if is_projected else sales_decisions(context))
    if not is_projected:
        delivering(context)
    if context.role != "sales" and not is_projected:
        selling(context)
    _figures(context, customers)
    present = next((customer for customer in customers if customer.tenant == context.tenant.slug), None)
    migrations(context, present.migrations if present else ())
    if context.role != "sales":
        reset(context)


def _figures(context: Context, customers: list[CustomerMigrations]) -> None:
    """Draw each figure with its value and sample, over all customers where the person has this role."""
    counted = [customer for customer in customers if customer.role == context.role]
    over = [migration for customer in counted for migration in customer.migrations]
    names = listed([customer.name for customer in counted]) if len(counted) <= _MAX_NAMES else ""
    st.text(f"All migrations of {names or formats.counted(len(counted), 'customer')}")
    role_figures = figures(over, context.role)
    with st.grid(len(role_figures), min_column_width=180):
        for figure in role_figures:
            with st.container(border=True, gap=None, height="stretch"):
                st.metric(figure.label, figure.value)
                st.caption(figure.sample)
