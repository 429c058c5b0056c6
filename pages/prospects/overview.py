"""The overview of a prospect: what is known of it, its contact, and what happened last."""

from __future__ import annotations

import streamlit as st

from core.business.catalog.packages import MEASURES
from core.business.sales.prospects.views import ProspectDetails, history
from core.business.sales.prospects.views import prospect as read_prospect
from core.context import Context
from core.platform.access.customers.countries import countries
from pages.prospects.history import draw_entries
from pages.ui import formats, widgets

STATE = st.session_state
_REVEALED = "prospect_contact_shown"
_LATEST = 6


def show(context: Context, prospect: ProspectDetails) -> None:
    left, right = st.columns(2, gap="medium")
    with left:
        widgets.section("Company")
        _company(prospect)
        widgets.section("Contact")
        _contact(context, prospect)
    with right:
        widgets.section("Latest activity")
        draw_entries(context, history(context, prospect.id, limit=_LATEST))


def _company(prospect: ProspectDetails) -> None:
    is_school = prospect.domain == "school"
    rows = [
        ("Line of business", formats.words(prospect.domain), ""),
        ("Student information system" if is_school else "POS system", prospect.source_label or None, ""),
        ("Schools" if is_school else "Locations", formats.number(prospect.locations), ""),
        ("Country", countries()[prospect.country].name, ""),
        ("Currency", prospect.currency, ""),
    ] + [
        (MEASURES.get(measure, measure), formats.number(entry["value"]), _evidence(entry))
        for measure, entry in prospect.volumes.items()
    ]
    widgets.table(
        [{"What": label, "Value": value, "From": origin or None} for label, value, origin in rows],
        {
            "What": st.column_config.TextColumn(width=130),
            "Value": st.column_config.TextColumn(width=100),
            "From": st.column_config.TextColumn(width=180, help="Where the number comes from"),
        },
        alt="What is known of the company",
        placeholder="–",
    )


def _evidence(entry: dict[str, str]) -> str:
    origin = {"typed": "Entered", "file": "File"}.get(str(entry.get("source")), str(entry.get("source")))
    return f"{origin}: {entry['evidence']}" if entry.get("evidence") else origin


def _contact(context: Context, prospect: ProspectDetails) -> None:
    """Draw the contact after it was asked for; each look is noted in the audit log."""
    if not prospect.has_contact:
        st.caption("No contact yet. Add one with Edit.")
        return
    if STATE.get(_REVEALED) != prospect.id:
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            st.button(
                "Show contact",
                key="prospect_contact",
                icon=":material/visibility:",
                on_click=_reveal,
                args=(prospect.id,),
            )
            st.caption("Personal data: the look is recorded in the audit log.", width="content")
        return
    contact = read_prospect(context, prospect.id).contact
    for text in (contact.name, contact.email, contact.phone) if contact else ():
        if text:
            st.text(text)


def _reveal(prospect_id: str) -> None:
    STATE[_REVEALED] = prospect_id
