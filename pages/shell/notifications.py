"""The bell: notifications of the person at every customer they reach, with a count, links, and marks for what is read.

It looks again every 15 seconds on screens on which nobody types; on the others with each click.
"""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from core.context import Context
from core.errors import AppError
from core.platform.delivery.notifications import Notice, mark_read, notifications, unread_count
from core.platform.events.kinds import KINDS
from pages.ui import formats
from pages.ui.frame import act, session_context, working_tenant
from pages.ui.links import MIGRATION, TENANT, current, turn_to

READING_SCREENS = frozenset(
    {
        "ai_costs",
        "confidence",
        "dry_run",
        "operations",
        "outbox",
        "reconciliation",
        "runs",
        "sources",
        "today",
        "validation",
    }
)
"""Screens that are read: what a person types anywhere else is not disturbed."""

NEWEST = 15


def bell() -> None:
    """Draw the bell for who is signed in and has a tenant."""
    if not working_tenant():
        return
    interval = "15s" if current() in READING_SCREENS else None
    st.fragment(_bell, run_every=interval)()


def _bell() -> None:
    try:
        with session_context() as context:
            if not context.may("notification.own"):
                return
            unread = unread_count(context)
            notices = notifications(context, limit=NEWEST)
            count = f" :red-badge[{unread if unread < 100 else '99+'}]" if unread else ""
            icon = ":material/notifications_unread:" if unread else ":material/notifications:"
            with st.popover(f"Notifications{count}", icon=icon, width="stretch", key="bell"):
                _list(context, notices, unread)
    except AppError:
        st.caption("Notifications cannot be shown now.")


def _list(context: Context, notices: Sequence[Notice], unread: int) -> None:
    if not notices:
        st.caption("No notifications yet")
        return
    st.button(
        "Mark all as read",
        icon=":material/done_all:",
        key="bell_all",
        disabled=not unread,
        help=None if unread else "All are read.",
        on_click=act,
        args=(mark_read,),
    )
    for notice in notices:
        _entry(context, notice)


def _entry(context: Context, notice: Notice) -> None:
    """Draw one notification; what it says is data."""
    with st.container(border=True, gap="xxsmall", key=f"bell_{notice.id}"):
        mark = "" if notice.is_read else ":blue[:material/circle:] "
        st.markdown(f"{mark}**{KINDS[notice.kind].label}**")
        st.text(notice.text)
        st.caption(
            f"{formats.plain(notice.customer)} · {formats.plain(formats.moment(context, notice.created_at))}"
        )
        with st.container(horizontal=True, gap="small"):
            if notice.path:
                st.button(
                    "Open",
                    key=f"bell_open_{notice.id}",
                    icon=":material/arrow_forward:",
                    on_click=_open,
                    args=(notice,),
                )
            if not notice.is_read:
                st.button(
                    "Mark as read",
                    key=f"bell_read_{notice.id}",
                    type="tertiary",
                    on_click=_read,
                    args=(notice.id,),
                )


def _read(notification_id: str) -> None:
    act(lambda context: mark_read(context, [notification_id]))


def _open(notice: Notice) -> None:
    """Go to the notification's screen, on its customer and migration."""
    _read(notice.id)
    if not notice.is_operator:  # a screen of the operator has no customer chosen
        st.session_state[TENANT] = notice.slug
        st.session_state[MIGRATION] = notice.migration_id
    opened = {"quote": notice.quote_id, "order": notice.order_id}
    turn_to(notice.path, **{key: value for key, value in opened.items() if value})
