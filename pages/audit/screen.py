"""The audit log on the screen: filters, lines in words with their purpose, files, and the state of the chain."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import streamlit as st

from core.context import Context
from core.kit.wording import counted
from core.platform.access.audit_files import export_audit
from core.platform.access.audit_log import (
    AuditFilter,
    CustomerEntry,
    audit_choices_of,
    audit_log_of,
)
from core.platform.access.views import TenantAccess, operator_of, tenants_of
from core.platform.audit.labels import action_label, object_label
from pages.audit.chain import chain_state
from pages.audit.filters import CustomerChoice, choose_customers, choose_filters
from pages.ui import downloads, formats, widgets

PAGE = 500
"""Lines that each 'Load more' adds."""

_LOADED = "audit_loaded"


def show(context: Context) -> None:
    everybody = context.may("audit.read")
    widgets.heading(context, "Audit", "Who did what, and who saw personal values.")
    if everybody:
        chain_state(context)
    else:
        st.caption("You can see only your own activity.")
    customers = choose_customers(context, _logs(context))
    choices = audit_choices_of(context.person, customers.slugs)
    filters = choose_filters(context, choices, everybody=everybody or customers.are_all)
    limit = st.session_state.get(_LOADED, PAGE)
    lines, total = audit_log_of(context.person, customers.slugs, filters, limit=limit)
    if not lines:
        widgets.empty("No activity", "No entry matches these filters.", icon="history")
        return
    _table(context, lines, choices.people, with_customer=customers.are_all)
    with st.container(horizontal=True, vertical_alignment="center"):
        st.caption(f"{len(lines):,} of {counted(total, 'entry')}", width="content")
        if len(lines) < total:
            st.button("Load more", icon=":material/expand_more:", key="audit_more", on_click=_more)
        st.space("stretch")
        if everybody:
            _exports(context, customers, filters, choices.people)


def _exports(
    context: Context, customers: CustomerChoice, filters: AuditFilter, names: Mapping[str, str]
) -> None:
    """Draw the downloads of this customer's log: a file has the head of one log."""
    if customers.slugs != (context.tenant.slug,):
        st.caption("To export, choose the customer in the sidebar.", width="content")
        return
    downloads.draw_downloads(
        ("csv", "xlsx", "json"),
        "Export {kind}",
        lambda download_context, kind: export_audit(download_context, filters, kind, names),
        "audit_log",
        key="audit",
    )


def _table(
    context: Context, lines: Sequence[CustomerEntry], names: Mapping[str, str], *, with_customer: bool
) -> None:
    text, number = st.column_config.TextColumn, st.column_config.NumberColumn
    columns = {
        "When": text(width=140),
        "Customer": text(width=120),
        "Person": text(width=110),
        "Action": text(width=150),
        "Details": text(width=180),
        "Data": text(width=95),
        "Purpose": text(width=185),
        "Role": text(width=85),
        "Object": text(width=85),
        "Legal basis": text(width=110),
        "Retention": number(width=90, format="%d days", help="How long the data is kept"),
        "Reason": text(width=180),
        "Object ID": text(width=120),
        "Line": number(width=70),
    }
    if not with_customer:
        del columns["Customer"]
    widgets.table(
        [_row(context, line, names) for line in lines],
        columns,
        alt="Audit log, newest first",
        most=14,
    )


def _row(context: Context, line: CustomerEntry, names: Mapping[str, str]) -> dict[str, object]:
    entry = line.entry
    processing = entry.processing
    return {
        "When": formats.moment(context, entry.created_at),
        "Customer": line.customer,
        "Person": names.get(entry.person_id, entry.person_id),
        "Role": formats.words(entry.role),
        "Action": action_label(entry.action),
        "Object": object_label(entry.object_type),
        "Details": entry.details,
        "Data": ", ".join(processing.data_categories) if processing else "",
        "Purpose": processing.purpose if processing else "",
        "Legal basis": processing.legal_basis if processing else "",
        "Retention": processing.retention_days if processing else None,
        "Reason": entry.reason or "",
        "Object ID": entry.object_id,
        "Line": entry.seq,
    }


def _logs(context: Context) -> list[TenantAccess]:
    """List the customers with a log to show, and the operator, whose log has what was done with people."""
    operator = operator_of(context.person)
    return [*tenants_of(context.person), *([operator] if operator else [])]


def _more() -> None:
    st.session_state[_LOADED] = st.session_state.get(_LOADED, PAGE) + PAGE
