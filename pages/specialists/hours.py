"""Zone, languages, skills and weekly hours of a specialist: read by colleagues, changed by the person or a manager."""

from __future__ import annotations

from datetime import date

import streamlit as st

from core.business.specialists.roster.actions import edit_specialist, end_specialist, set_photo
from core.business.specialists.roster.rules import LANGUAGES, WEEKDAYS, RosterFields, parse_spans, spans_text
from core.business.specialists.roster.views import SpecialistView
from core.context import Context
from core.kit.times import zones
from pages.specialists.partner import draw_partner
from pages.specialists.words import languages_text
from pages.ui import widgets
from pages.ui.frame import act

STATE = st.session_state


def show_hours(context: Context, entry: SpecialistView) -> None:
    if not entry.may_edit:
        _read(entry)
        return
    key = f"specialist_{entry.row.id}_{entry.version}"
    with st.form(key, border=True, enter_to_submit=False):
        left_half, right_half = st.columns(2, gap="medium")
        with left_half:
            st.selectbox("Time zone", zones(), key=f"{key}_zone", index=zones().index(entry.row.zone))
            st.multiselect(
                "Languages",
                list(LANGUAGES),
                default=[code for code in entry.row.languages if code in LANGUAGES],
                key=f"{key}_languages",
                format_func=LANGUAGES.__getitem__,
            )
            st.text_area("Skills, one a line", "\n".join(entry.row.skills), key=f"{key}_skills", height=150)
        with right_half:
            for weekday, label in WEEKDAYS.items():
                st.text_input(
                    label,
                    spans_text(entry.hours.get(weekday, ())),
                    key=f"{key}_{weekday}",
                    placeholder="Free, or 09:00-12:00, 13:00-17:00",
                )
        st.form_submit_button("Save", type="primary", on_click=_save, args=(entry, key))
    _photo(entry)
    draw_partner(context, entry)
    if context.may("specialist.manage") and entry.row.ended_on is None:
        _end(context, entry)


def _read(entry: SpecialistView) -> None:
    widgets.table(
        [{"Day": label, "Hours": spans_text(spans) or "Free"} for label, spans in entry.days],
        {"Day": st.column_config.TextColumn(width=140), "Hours": st.column_config.TextColumn(width=300)},
        alt="Hours of each weekday, in the specialist's zone",
    )
    st.text(f"Languages: {languages_text(list(entry.row.languages)) or '–'}")
    st.text(f"Skills: {', '.join(entry.row.skills) or '–'}")


def _save(entry: SpecialistView, key: str) -> None:
    def save(context: Context) -> None:
        hours = {weekday: parse_spans(STATE[f"{key}_{weekday}"]) for weekday in WEEKDAYS}
        skills = str(STATE[f"{key}_skills"]).splitlines()
        fields = RosterFields(STATE[f"{key}_zone"], STATE[f"{key}_languages"], skills, hours)
        edit_specialist(context, entry.row.id, fields, entry.version)

    act(save, "Saved")


def _photo(entry: SpecialistView) -> None:
    key = f"specialist_photo_{entry.version}"
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        upload = st.file_uploader(
            "Photo, PNG or JPEG, at most 200 kB",
            ["png", "jpg", "jpeg"],
            key=key,
            width=420,
            max_upload_size=1,
        )
        data = upload.getvalue() if upload else None
        st.button(
            "Use photo",
            key=f"{key}_set",
            disabled=data is None,
            help="Choose a file first" if data is None else None,
            on_click=act,
            args=(lambda context: set_photo(context, entry.row.id, data), "Photo changed"),
        )
        if entry.row.photo:
            st.button(
                "Remove photo",
                key=f"{key}_remove",
                on_click=act,
                args=(lambda context: set_photo(context, entry.row.id, None), "Photo removed"),
            )


def _end(context: Context, entry: SpecialistView) -> None:
    with st.expander("End the work of this specialist", icon=":material/person_off:"):
        on = st.date_input("Last day", context.today, key="specialist_last_day", width=200)
        st.caption("Certificates and history stay. From the day after, nobody can assign this person.")

        def end(inner: Context) -> None:
            end_specialist(inner, entry.row.id, on if isinstance(on, date) else context.today)

        st.button("End work", key="specialist_end", on_click=act, args=(end, "The last day is set"))
