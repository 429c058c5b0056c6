"""Absences of a specialist: those to come, and the form that adds one."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import streamlit as st

from core.business.specialists.roster.actions import add_absence, cancel_absence
from core.business.specialists.roster.rules import ABSENCES, MAX_NOTE
from core.business.specialists.roster.views import AbsenceView, SpecialistView
from core.context import Context
from core.kit.wording import day
from pages.ui import widgets
from pages.ui.frame import act

STATE = st.session_state
_KIND, _DAYS, _NOTE, _CANCEL = "absence_kind", "absence_days", "absence_note", "absence_cancel"


def show_absences(context: Context, entry: SpecialistView) -> None:
    rows = list(entry.absences or ())
    if rows:
        _table(context, entry, rows)
    else:
        widgets.empty(
            "No absences", "Leave, illness and training that are entered show here.", icon="event_busy"
        )
    if entry.may_edit:
        _form(context, entry)


def _table(context: Context, entry: SpecialistView, rows: list[AbsenceView]) -> None:
    zone = ZoneInfo(entry.row.zone)
    today = context.now.astimezone(zone).date()

    def cancel() -> None:
        absence = rows[STATE[_CANCEL].row]
        act(lambda inner: cancel_absence(inner, absence.id), "Absence cancelled")

    columns = {
        "Kind": widgets.badge_column("Kind", dict.fromkeys(ABSENCES.values(), "gray"), width=110),
        "First day": st.column_config.TextColumn(width=120),
        "Last day": st.column_config.TextColumn(width=120),
        "Note": st.column_config.TextColumn(width=320),
    }
    if entry.may_edit:
        columns["Cancel"] = st.column_config.ButtonColumn("Cancel", key=_CANCEL, on_click=cancel, width=90)
    widgets.table(
        [
            {
                "Kind": [ABSENCES[row.kind]],
                "First day": day(row.starts_at.astimezone(zone).date(), today),
                "Last day": day((row.ends_at.astimezone(zone) - timedelta(microseconds=1)).date(), today),
                "Note": row.note or None,
                "Cancel": "Cancel",
            }
            for row in rows
        ],
        columns,
        alt="Absences with kind, first and last day and note",
    )


def _form(context: Context, entry: SpecialistView) -> None:
    today = context.now.astimezone(ZoneInfo(entry.row.zone)).date()
    with st.form("absence", border=True, enter_to_submit=False):
        with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
            st.selectbox("Kind", list(ABSENCES), key=_KIND, format_func=ABSENCES.__getitem__, width=150)
            st.date_input("First and last day", (today, today), key=_DAYS, width=240)
            st.text_input("Note", key=_NOTE, max_chars=MAX_NOTE, help="Seen by you and by managers")
        st.form_submit_button("Add absence", type="primary", on_click=_add, args=(entry,))


def _add(entry: SpecialistView) -> None:
    zone = ZoneInfo(entry.row.zone)
    days: tuple[date, ...] = tuple(STATE[_DAYS])

    def add(context: Context) -> None:
        begins = datetime.combine(days[0], time(0), zone)
        ends = datetime.combine(days[-1] + timedelta(days=1), time(0), zone)
        add_absence(context, entry.row.id, STATE[_KIND], begins, ends, STATE[_NOTE] or "")

    act(add, "Absence added")
