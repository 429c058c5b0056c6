"""Who works for a customer: assignments that last, are to come or are over, and the form for another one."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import streamlit as st

from core.context import Context
from core.errors import InvalidInputError
from core.kit.wording import day
from core.platform.access.customers.actions import assign, end_assignment
from core.platform.access.customers.rules import ASSIGNED_ROLES
from core.platform.access.customers.views import Customer, TeamMember, staff, team
from pages.ui import dialogs, formats, widgets
from pages.ui.frame import act
from pages.ui.refusals import keep_fault

STATE = st.session_state
_BADGES = {"now": ("Now", "green"), "later": ("Later", "blue"), "over": ("Ended", "gray")}
_MAX_ENDED = 5


def draw_team(context: Context, customer: Customer) -> None:
    """Draw the assignments of a customer, each with its button to end it, and the form for another."""
    dialogs.section("Team")
    members = team(context, customer.id)
    zone = ZoneInfo(customer.details.zone)
    over = [member for member in members if member.state == "over"]
    for member in [member for member in members if member.state != "over"] + over[:_MAX_ENDED]:
        _member(context, customer, member, zone)
    if not members:
        st.caption(
            "Nobody is assigned yet. Specialists and partners see a customer while they are assigned to it."
        )
    if context.may("customer.assign") and customer.archived_at is None:
        _form(context, customer, zone)


def _member(context: Context, customer: Customer, member: TeamMember, zone: ZoneInfo) -> None:
    label, colour = _BADGES[member.state]
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.text(member.name, width="content")
        widgets.badge(label, colour)
        st.caption(_period(context, member, zone), width="content")
        st.space("stretch")
        if member.state != "over" and context.may("customer.assign") and customer.archived_at is None:
            st.button(
                "End",
                key=f"end_{member.id}",
                help="Ends the assignment now",
                on_click=_end,
                args=(customer.id, member.id),
            )


def _period(context: Context, member: TeamMember, zone: ZoneInfo) -> str:
    """Format an assignment's days: 'since 26 Nov', '1 Dec to 5 Dec'."""
    today = context.now.astimezone(zone).date()
    begins = day(member.starts_at.astimezone(zone).date(), today)
    if member.ends_at is None:
        return f"{'since' if member.state == 'now' else 'from'} {begins}"
    last = (member.ends_at - timedelta(microseconds=1)).astimezone(zone).date()
    return f"{begins} to {day(last, today)}"


def _form(context: Context, customer: Customer, zone: ZoneInfo) -> None:
    people = {
        person.person_id: f"{person.name} ({formats.words(person.role)})"
        for person in staff(context)
        if person.role in ASSIGNED_ROLES
    }
    if not people:
        st.caption("To assign somebody, invite a specialist or partner on People first.")
        return
    labels = formats.unique_labels(people)
    today = context.now.astimezone(zone).date()
    st.selectbox(
        "Assign",
        list(labels),
        index=None,
        format_func=labels.__getitem__,
        placeholder="Choose a person",
        key="assign_person",
    )
    with st.container(horizontal=True, vertical_alignment="bottom"):
        st.date_input("From", today, min_value=today, format="YYYY-MM-DD", key="assign_from")
        st.date_input("Until (optional)", None, min_value=today, format="YYYY-MM-DD", key="assign_until")
        st.button(
            "Assign",
            type="primary",
            key="assign",
            disabled=not STATE.get("assign_person"),
            help=None if STATE.get("assign_person") else "Choose a person",
            on_click=_assign,
            args=(customer.id, zone),
        )


def _assign(customer_id: str, zone: ZoneInfo) -> None:
    person, first, last = STATE["assign_person"], STATE["assign_from"], STATE["assign_until"]
    if first is None:
        keep_fault(InvalidInputError("The first day is missing.", hint="Choose a day."))
        return
    done = act(
        lambda context: assign(
            context, customer_id, person, _start(context, first, zone), _end_of(last, zone)
        ),
        "Assigned",
    )
    if done:
        for key in ("assign_person", "assign_from", "assign_until"):
            STATE.pop(key, None)


def _start(context: Context, first: date, zone: ZoneInfo) -> datetime:
    """Return the beginning of the day in the customer's zone; today begins now."""
    return max(datetime.combine(first, time(), zone), context.now)


def _end_of(last: date | None, zone: ZoneInfo) -> datetime | None:
    return None if last is None else datetime.combine(last + timedelta(days=1), time(), zone)


def _end(customer_id: str, assignment_id: str) -> None:
    act(lambda context: end_assignment(context, customer_id, assignment_id), "Assignment ended")
