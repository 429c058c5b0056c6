"""Draw the sections of the playbook that are tables: comparison, calendar, collateral, metrics."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import streamlit as st

from core.business.sales.figures.rules import Figure
from core.business.sales.playbook.calendar import as_icalendar, next_dates
from core.business.sales.playbook.evidence import Verdict
from core.business.sales.playbook.models import Collateral, ComparisonRow, Kpi, Meeting, claims_of
from core.business.sales.playbook.views import PlaybookEntry, playbook
from core.context import Context
from pages.playbook.claims import draw_claims, proofs
from pages.playbook.state import DIALOGS, EDIT, HISTORY, dialog_name
from pages.ui import widgets
from pages.ui.downloads import draw_download
from pages.ui.formats import plain

STATE = st.session_state
TABLES = frozenset({"comparison", "enablement", "collateral", "kpis"})
"""Sections that are drawn as tables."""
_WIDTHS = (
    {"Feature": 175, "AuraConnect": 215, "By hand": 130, "Consultants": 190}
    | {"Meeting": 140, "Next": 115, "Then": 115, "About": 340}
    | {"Material": 165, "Address": 185, "In the console": 370}
    | {"Group": 120, "Metric": 165, "Definition": 435}
)
"""Pixels of the columns, which fit a screen of 1280."""


def draw_table(
    context: Context, section: str, entries: Sequence[PlaybookEntry], figures: Mapping[str, Figure]
) -> None:
    """Draw a section as a table whose rows open their form, or their history for who does not edit."""
    rows = [_row(context, entry, figures) for entry in entries]
    columns: dict[str, Any] = {
        name: st.column_config.TextColumn(width=_WIDTHS.get(name, "medium")) for name in rows[0]
    }
    verbs = {"Edit": EDIT, "History": HISTORY} if context.may("playbook.edit") else {"History": HISTORY}
    for label, verb in verbs.items():
        columns[label] = _open_column(section, label, verb, entries)
    widgets.table(
        [row | {label: label for label in verbs} for row in rows],
        columns,
        alt=f"Entries of the section {section} of the playbook",
    )
    if section == "comparison":
        _evidence(entries, figures)
    if section == "enablement":
        draw_download("Download calendar", _calendar, "sales-calendar.ics", key="playbook_calendar")


def _open_column(section: str, label: str, verb: str, entries: Sequence[PlaybookEntry]) -> Any:
    """Configure a column of buttons that open the dialog of their row."""
    key = f"playbook_{section}_{verb}"

    def open_row() -> None:
        DIALOGS.open(dialog_name(verb, entries[STATE[key].row]))

    return st.column_config.ButtonColumn(label, key=key, on_click=open_row, width=72)


def _row(context: Context, entry: PlaybookEntry, figures: Mapping[str, Figure]) -> dict[str, str]:
    match entry.content:
        case ComparisonRow() as row:
            contradicted = any(
                proof.verdict is Verdict.CONTRADICTED for proof in proofs(claims_of(row), figures)
            )
            ours = f"Do not say: {row.ours}" if contradicted else row.ours
            return {
                "Feature": row.title,
                "AuraConnect": ours,
                "By hand": row.manual,
                "Consultants": row.consultants,
            }
        case Meeting() as meeting:
            today = context.today
            first, second = next_dates(meeting, today, 2)
            return {
                "Meeting": meeting.title,
                "Next": f"{first:%a} {first.day} {first:%b %Y}",
                "Then": f"{second:%a} {second.day} {second:%b %Y}",
                "About": meeting.text,
            }
        case Collateral() as material:
            return {"Material": material.title, "Address": material.address, "In the console": material.text}
        case Kpi() as kpi:
            return {"Group": kpi.group, "Metric": kpi.title, "Definition": kpi.text}
        case other:
            return {"Title": other.title}


def _evidence(entries: Sequence[PlaybookEntry], figures: Mapping[str, Figure]) -> None:
    """Draw what the column of AuraConnect stands on, row by row."""
    widgets.section("What our column stands on")
    with st.grid(2, min_column_width=360):
        for entry in entries:
            if claims := claims_of(entry.content):
                with st.container(border=True, gap="xsmall", height="stretch"):
                    st.markdown(f"**{plain(entry.content.title)}**")
                    draw_claims(claims, figures)


def _calendar(context: Context) -> bytes:
    meetings = [
        (entry.key, entry.content)
        for entry in playbook(context)["enablement"]
        if isinstance(entry.content, Meeting)
    ]
    today = context.today
    return as_icalendar(meetings, today, context.now)
