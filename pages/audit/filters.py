"""Filters of the audit log: customer, period, person, action, object, words; each kept in the address."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import streamlit as st

from core.context import Context
from core.platform.access.audit_log import AuditChoices, AuditFilter
from core.platform.access.views import TenantAccess
from core.platform.audit.labels import action_label, object_label
from pages.ui import formats

CUSTOM = "Custom"
PERIODS: Mapping[str, int | None] = {
    "Today": 1,
    "Last 7 days": 7,
    "Last 30 days": 30,
    "All time": None,
    CUSTOM: None,
}
"""Label -> days back to, today included."""

ALL = "All customers"


@dataclass(frozen=True, slots=True)
class CustomerChoice:
    """The customers (slugs) whose logs are shown, and whether they are all that the person reaches."""

    slugs: tuple[str, ...]
    are_all: bool


def choose_customers(context: Context, tenants: Sequence[TenantAccess]) -> CustomerChoice:
    """Draw the choice of customers where there are several: this one by default."""
    if len(tenants) < 2:
        return CustomerChoice((context.tenant.slug,), are_all=False)
    labels = formats.unique_labels({tenant.slug: tenant.name for tenant in tenants})
    by_label = {label: slug for slug, label in labels.items()}
    choice = _choice("Customer", labels.get(context.tenant.slug, ""), [ALL, *sorted(by_label)])
    if choice == ALL:
        return CustomerChoice(tuple(by_label.values()), are_all=True)
    return CustomerChoice((by_label.get(choice or "", context.tenant.slug),), are_all=False)


def choose_filters(context: Context, choices: AuditChoices, *, everybody: bool) -> AuditFilter:
    """Draw the filters; `everybody`: the person may see others' lines too."""
    people = {label: person for person, label in formats.unique_labels(choices.people).items()}
    actions = {action_label(action): action for action in choices.actions}
    labels = formats.unique_labels({kind: object_label(kind) for kind in choices.object_types})
    objects = {label: kind for kind, label in labels.items()}
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
        first, last = _days() if period == CUSTOM else (_first_day(context, PERIODS[str(period)]), None)
    with st.container(horizontal=True, vertical_alignment="center"):
        text = st.text_input(
            "Search",
            key="audit_text",
            bind="query-params",
            placeholder="Search",
            icon=":material/search:",
            label_visibility="collapsed",
            max_chars=200,
            width=200,
        )
        person = _choice("Person", "Everybody", sorted(people)) if everybody else None
        action = _choice("Action", "All actions", list(actions))
        kind = _choice("Object", "All objects", list(objects))
    return AuditFilter(
        person=people.get(person or ""),
        action=actions.get(action or ""),
        since=_start_of(context, first),
        until=_start_of(context, last and last + timedelta(days=1)),
        object_type=objects.get(kind or ""),
        text=text or "",
    )


def _choice(label: str, placeholder: str, options: Sequence[str], **more: Any) -> str | None:
    return st.selectbox(
        label,
        options,
        index=None,
        key=f"audit_{label.lower()}",
        bind="query-params",
        placeholder=placeholder,
        label_visibility="collapsed",
        width=190,
        **more,
    )


def _days() -> tuple[date | None, date | None]:
    """Draw the first and the last day of a period."""
    days = [
        st.date_input(
            label, value=None, key=f"audit_{label.lower()}", label_visibility="collapsed", width=150
        )
        for label in ("From", "Until")
    ]
    return days[0], days[1]


def _first_day(context: Context, days: int | None) -> date | None:
    """Return the first of the last days, in the customer's time zone."""
    today = context.today
    return None if days is None else today - timedelta(days=days - 1)


def _start_of(context: Context, day: date | None) -> datetime | None:
    """Return the first moment of the day, in the customer's time zone."""
    return None if day is None else datetime.combine(day, time(), ZoneInfo(context.tenant.zone))
