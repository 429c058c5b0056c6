"""Draw the sessions of an order: what is used of the consultation, a row a session, and Book."""

from __future__ import annotations

from zoneinfo import ZoneInfo

import streamlit as st

from core.business.engagements.sessions.allowance import Meter, duration
from core.business.engagements.sessions.kinds import session_kind
from core.business.engagements.sessions.views import OrderSessions, order_sessions
from core.context import Context
from pages.sessions.book import book_dialog
from pages.sessions.dialogs import session_dialog
from pages.ui import widgets
from pages.ui.delivery.customer_hours import draw_customer_hours
from pages.ui.delivery.session_state import BOOK, COLOURS, DETAILS, open_dialog

_OPEN_ROW = "order_sessions_open"


def show_sessions(context: Context, order_id: str) -> None:
    """Draw the section for an order of the context's customer."""
    sessions = order_sessions(context, order_id)
    _head(context, sessions)
    if sessions.sessions:
        _table(context, sessions)
    else:
        names = ", ".join(session_kind(kind).title for kind in sessions.missing)
        widgets.empty("No sessions yet", f"To book: {names}.", icon="event")
    draw_customer_hours(context, "Hours of the customer")
    session_dialog()
    book_dialog()


def _head(context: Context, sessions: OrderSessions) -> None:
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        _meter(sessions.meter)
        st.space("stretch")
        if not context.may("guided_session.edit"):
            return
        missing_team = not sessions.team
        reason = "Assign a specialist first" if missing_team else "The order is not worked on"
        st.button(
            "Book session",
            type="primary",
            icon=":material/add:",
            key="order_sessions_book",
            disabled=missing_team or not sessions.can_book,
            help=reason if missing_team or not sessions.can_book else None,
            on_click=open_dialog,
            args=(BOOK, context.tenant.slug, sessions.order_id),
        )


def _meter(meter: Meter) -> None:
    """Draw how much of the consultation is used, as words and as a bar."""
    if meter.included is None:
        st.caption(meter.words, width="content")
        return
    share = 1.0 if meter.used >= meter.included else meter.used / meter.included
    st.progress(share, text=f"Consultation: {meter.words}", width=320)
    if meter.charged:
        widgets.badge(f"{duration(meter.charged)} beyond", "orange")


def _table(context: Context, sessions: OrderSessions) -> None:
    rows = sessions.sessions

    def open_row() -> None:
        open_dialog(DETAILS, context.tenant.slug, rows[st.session_state[_OPEN_ROW].row].id)

    widgets.table(
        [
            {
                "Session": row.title,
                "State": [row.state_text],
                "When": row.when.partition(" / ")[0],
                "Specialist": row.specialist,
                "Their time": f"{row.starts_at.astimezone(ZoneInfo(row.specialist_zone)):%H:%M %Z}",
                "Agenda": len(row.agenda),
                "Minutes": "Written" if row.has_minutes else "",
                "Open": "Open",
            }
            for row in rows
        ],
        {
            "Session": st.column_config.TextColumn(width=90),
            "State": widgets.badge_column("State", COLOURS, width=95),
            "When": st.column_config.TextColumn(width=220),
            "Specialist": st.column_config.TextColumn(width=130),
            "Their time": st.column_config.TextColumn(width=90, help="Begin by the specialist's clock"),
            "Agenda": st.column_config.NumberColumn(width=65, help="Lines of the agenda"),
            "Minutes": st.column_config.TextColumn(width=75),
            "Open": st.column_config.ButtonColumn("Open", key=_OPEN_ROW, on_click=open_row, width=60),
        },
        alt="Sessions of the order with state, time, specialist, agenda and minutes",
    )
