"""The audit log on the screen: filters by person, action and period, details in words, more on demand, and files."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

import streamlit as st

from core.context import Context
from core.kit.wording import counted
from core.platform.access import views as access
from core.platform.access.audit_log import (
    AuditEntry,
    AuditFilter,
    audit_choices,
    audit_count,
    audit_log,
    export_audit,
)
from core.platform.audit.labels import action_label, details, object_label
from pages.ui import downloads, formats, widgets

PAGE = 500
"""Lines that each 'Load more' adds."""

PERIODS: Mapping[str, int | None] = {"Today": 1, "Last 7 days": 7, "Last 30 days": 30, "All time": None}
"""Label -> days back to, today included."""

_LOADED = "audit_loaded"


def audit_log_part(context: Context) -> None:
    widgets.section("Audit log")
    everybody = context.may("audit.read")
    if not everybody:
        st.caption("You can see only your own activity.")
    names = dict(access.demo_cast())
    filters = _filters(context, names, everybody=everybody)
    limit = st.session_state.get(_LOADED, PAGE)
    lines, total = audit_log(context, filters, limit=limit), audit_count(context, filters)
    if not lines:
        widgets.empty("No activity", "No entry matches these filters.", icon="history")
        return
    _table(context, lines, names)
    with st.container(horizontal=True, vertical_alignment="center"):
        st.caption(f"{len(lines):,} of {counted(total, 'entry')}", width="content")
        if len(lines) < total:
            st.button("Load more", icon=":material/expand_more:", key="audit_more", on_click=_more)
        st.space("stretch")
        if everybody:
            downloads.draw_downloads(
                ("csv", "xlsx"),
                "Export {kind}",
                lambda download_context, kind: export_audit(download_context, filters, kind, names),
                "audit_log",
                key="audit",
            )


def _filters(context: Context, names: Mapping[str, str], *, everybody: bool) -> AuditFilter:
    people, actions = audit_choices(context)
    labels = formats.unique_labels({person: names.get(person, person) for person in people})
    by_label = {label: person for person, label in labels.items()}
    by_action = {action_label(action): action for action in actions}
    with st.container(horizontal=True, vertical_alignment="center"):
        period = st.segmented_control(
            "Period",
            list(PERIODS),
            default="All time",
            required=True,
            key="audit_period",
            bind="query-params",
            label_visibility="collapsed",
        )
        person = _choice("Person", "Everybody", sorted(by_label)) if everybody else None
        action = _choice("Action", "All actions", list(by_action))
    return AuditFilter(
        person=by_label.get(person or ""),
        action=by_action.get(action or ""),
        since=_since(context, PERIODS[str(period)]),
    )


def _choice(label: str, placeholder: str, options: Sequence[str]) -> str | None:
    return st.selectbox(
        label,
        options,
        index=None,
        key=f"audit_{label.lower()}",
        bind="query-params",
        placeholder=placeholder,
        label_visibility="collapsed",
        width=240,
    )


def _since(context: Context, days: int | None) -> datetime | None:
    """Return the first moment of the last days, in the customer's time zone."""
    if days is None:
        return None
    zone = ZoneInfo(context.tenant.zone)
    first = context.now.astimezone(zone).date() - timedelta(days=days - 1)
    return datetime.combine(first, time(), zone)


def _table(context: Context, lines: Sequence[AuditEntry], names: Mapping[str, str]) -> None:
    widgets.table(
        [
            {
                "When": formats.moment(context, line.created_at),
                "Person": names.get(line.person_id, line.person_id),
                "Role": formats.words(line.role),
                "Action": action_label(line.action),
                "Object": object_label(line.object_type),
                "Details": details(line.facts),
                "Reason": line.reason or "",
            }
            for line in lines
        ],
        {
            "When": st.column_config.TextColumn(width=145),
            "Person": st.column_config.TextColumn(width=120),
            "Role": st.column_config.TextColumn(width=85),
            "Action": st.column_config.TextColumn(width=180),
            "Object": st.column_config.TextColumn(width=85),
            "Details": st.column_config.TextColumn(width=300),
            "Reason": st.column_config.TextColumn(width=200),
        },
        alt="Audit log, newest first",
        most=14,
    )


def _more() -> None:
    st.session_state[_LOADED] = st.session_state.get(_LOADED, PAGE) + PAGE
