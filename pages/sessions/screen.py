"""Sessions: a week or a list of the sessions of all customers that the person reaches, in the person's own time zone."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import streamlit as st

from core.business.engagements.sessions.listing import SessionFilter, SessionRow, sessions_between
from core.business.specialists.availability.feeds import own_zone
from core.business.specialists.availability.intervals import Interval
from core.context import Context
from core.platform.access.portfolio import enter_portfolio
from pages.sessions import filters
from pages.sessions.dialogs import session_dialog
from pages.sessions.feed import draw_feed_button, feed_dialog
from pages.sessions.listing import draw_list
from pages.sessions.week import draw_week
from pages.ui import widgets
from pages.ui.delivery.session_state import DETAILS, DIALOG, open_dialog

STATE = st.session_state
SESSION = "session"
_LINKED = "sessions_linked"
_LIST_DAYS = (30, 90)
"""Days before and after today that the list shows."""


def show(context: Context) -> None:
    zone = (own_zone(context) if context.may("guided_session.feed") else None) or context.tenant.zone
    today = context.now.astimezone(ZoneInfo(zone)).date()
    widgets.heading(
        context,
        "Sessions",
        "Guided sessions of all customers that you can see.",
        fact=f"Times in {zone}",
        of_all_customers=True,
    )
    with widgets.row_end():
        draw_feed_button(context)
    layout, monday, selection = filters.draw(context, today)
    if layout == filters.WEEK:
        period = _days(zone, monday, monday + timedelta(days=7))
    else:
        period = _days(zone, today - timedelta(days=_LIST_DAYS[0]), today + timedelta(days=_LIST_DAYS[1]))
    rows = _rows(context, period, selection)
    _open_linked(context)
    if layout == filters.WEEK:
        draw_week(rows, monday, today, zone)
    else:
        draw_list(rows, zone, context.now)
    session_dialog()
    feed_dialog()


def _rows(context: Context, period: Interval, selection: SessionFilter) -> list[SessionRow]:
    with enter_portfolio(context.person, sign_in=context.sign_in) as portfolio:
        rows = sessions_between(portfolio, period, selection)
    return [row for row in rows if row.is_demo == context.tenant.is_demo]


def _open_linked(context: Context) -> None:
    """Open the session that the address of a mail names, once."""
    session_id = st.query_params.get(SESSION, "")
    if not session_id or STATE.get(_LINKED) == session_id:
        return
    STATE[_LINKED] = session_id
    far = Interval(context.now - timedelta(days=190), context.now + timedelta(days=190))
    for row in _rows(context, far, SessionFilter()):
        if row.id == session_id and not DIALOG.opened:
            open_dialog(DETAILS, row.slug, row.id)


def _days(zone: str, first: date, until: date) -> Interval:
    """Return the moments of days in a zone, the last one not among them."""
    clock = ZoneInfo(zone)
    return Interval(datetime.combine(first, time(0), clock), datetime.combine(until, time(0), clock))
