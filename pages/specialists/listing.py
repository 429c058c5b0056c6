"""The roster: who works for us, certified for what and until when, and how much of the week is booked."""

from __future__ import annotations

from base64 import b64encode

import streamlit as st

from core.business.specialists.program import program
from core.business.specialists.roster.views import RosterRow, roster
from core.context import Context
from core.kit.wording import day
from pages.specialists.add import DIALOGS, add_dialog
from pages.specialists.words import PATH, SPECIALIST
from pages.ui import formats, widgets
from pages.ui.delivery.certificate_words import badge_colours, badge_text, coloured, ends_in
from pages.ui.delivery.utilisation import draw_utilisation
from pages.ui.delivery.who_for import draw_who_for
from pages.ui.links import turn_to

STATE = st.session_state
_OPEN_ROW, _SEARCH, _SPECIALITY, _FORMER = (
    "specialists_open",
    "specialists_search",
    "specialists_speciality",
    "specialists_ended",
)
ADD = "add"


def show_list(context: Context) -> None:
    widgets.heading(context, "Specialists", "Who works on migrations, certified for what, and when.")
    if context.may("specialist.manage"):
        with widgets.row_end():
            st.button(
                "Add specialist",
                type="primary",
                icon=":material/person_add:",
                key="specialists_add",
                on_click=DIALOGS.open,
                args=(ADD,),
            )
    search, speciality, with_ended = _filters(context)
    rows = roster(context, search=search, speciality=speciality, with_ended=with_ended)
    if rows:
        _table(context, rows)
    elif search or speciality:
        widgets.empty("Nobody found", "Nobody in the roster matches these filters.", icon="search_off")
    else:
        widgets.empty(
            "The roster is empty", "A manager adds people who work for the operator.", icon="engineering"
        )
    if rows and not with_ended:
        draw_utilisation(context)
        draw_who_for(context)
    if DIALOGS.opened == ADD:
        add_dialog()


def _filters(context: Context) -> tuple[str, str, bool]:
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        search = st.text_input(
            "Search", key=_SEARCH, placeholder="Name, skill or zone", label_visibility="collapsed", width=220
        )
        specialities = program().specialities
        speciality = st.pills(
            "Certified for",
            list(specialities),
            key=_SPECIALITY,
            format_func=lambda key: specialities[key].title,
            label_visibility="collapsed",
        )
        with_ended = context.may("specialist.manage") and st.toggle("Show who has left", key=_FORMER)
    return search, speciality or "", with_ended


def _table(context: Context, rows: list[RosterRow]) -> None:
    today = context.today
    ends = [ends_in(row.next_expiry, today) for row in rows]
    states = [_state(context, row) for row in rows]

    def open_row() -> None:
        turn_to(PATH, **{SPECIALIST: rows[STATE[_OPEN_ROW].row].id})

    widgets.table(
        [
            {
                "Photo": _photo(row),
                "Name": row.name,
                "Certificates": [badge_text(held) for held in row.certificates],
                "Ends": [end[0]] if end else [],
                "Booked": float(row.booked_hours / row.weekly_hours * 100) if row.weekly_hours else 0.0,
                "Hours": float(row.weekly_hours),
                "Zone": row.zone,
                "State": [state[0]],
                "Open": "Open",
            }
            for row, end, state in zip(rows, ends, states, strict=True)
        ],
        {
            "Photo": st.column_config.ImageColumn("Photo", width=50),
            "Name": st.column_config.TextColumn(width=112),
            "Certificates": widgets.badge_column("Certificates", badge_colours(), width=218),
            "Ends": widgets.badge_column("Next end", coloured(ends), width=98),
            "Booked": st.column_config.ProgressColumn(
                "Booked, 7 d",
                help="Guided sessions of the next seven days, in percent of the weekly hours",
                format="%.0f%%",
                min_value=0,
                max_value=100,
                width=84,
            ),
            "Hours": st.column_config.NumberColumn("h/week", format="localized", width=50),
            "Zone": st.column_config.TextColumn(width=118),
            "State": widgets.badge_column("State", coloured(states), width=80),
            "Open": st.column_config.ButtonColumn("Open", key=_OPEN_ROW, on_click=open_row, width=64),
        },
        alt="Specialists with certificates, the day on which the next one ends, the share of the week in sessions, hours and zone",
        most=20,
    )
    st.caption(
        f"{formats.counted(len(rows), 'specialist')}. Violet: Master, blue: Professional, gray: Associate."
    )


def _photo(row: RosterRow) -> str:
    """Return the photo, or a picture of the initials in its place, as an address."""
    if row.photo:
        kind = "png" if row.photo.startswith(b"\x89PNG") else "jpeg"
        return f"data:image/{kind};base64,{b64encode(row.photo).decode()}"
    letters = "".join(letter for letter in row.initials if letter.isalnum())
    picture = (
        '<svg xmlns="http://www.w3.org/2000/svg" width="48" height="48"><rect width="48" height="48" rx="24"'
        f' fill="#2451d6"/><text x="24" y="31" font-family="sans-serif" font-size="19" fill="#fff"'
        f' text-anchor="middle">{letters}</text></svg>'
    )
    return f"data:image/svg+xml;base64,{b64encode(picture.encode()).decode()}"


def _state(context: Context, row: RosterRow) -> tuple[str, str]:
    today = context.today
    if row.ended_on is not None and row.ended_on < today:
        return "Left", "gray"
    if row.away_until is not None:
        return f"Away, {day(row.away_until.date(), today)}", "orange"
    return ("Partner", "blue") if row.partner else ("At work", "green")
