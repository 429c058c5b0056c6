"""The drop zone of Connect: files of any size the console takes, uploaded by the browser in parts, with progress.

Streamlit's own uploader holds a whole file in memory and stops at 50 MB; this one sends parts to the console's
streaming route, goes on after a lost connection, and can be cancelled. The page shows each file when it has been read.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import partial
from pathlib import Path

import streamlit as st

from core.context import Context
from core.entry.web.tickets import issue_ticket
from core.settings import settings
from pages.ui.address import choose
from pages.ui.frame import act
from pages.ui.links import MIGRATION

ADDRESS = "/api/upload"
PART = 8 * 1024 * 1024  # bytes a request: a lost connection costs at most this much
_TICKET, _RENEW_AFTER = "connect_upload_ticket", timedelta(minutes=30)  # half a ticket's life
_FOLDER = Path(__file__).parent

_zone = st.components.v2.component(
    "aura_uploader",
    html=_FOLDER.joinpath("uploader.html").read_text(encoding="utf-8"),
    css=_FOLDER.joinpath("uploader.css").read_text(encoding="utf-8"),
    js=_FOLDER.joinpath("uploader.js").read_text(encoding="utf-8"),
)


def uploader(context: Context, migration_id: str, *, creates: bool = False) -> None:
    """Draw the drop zone for one migration; with `creates` the first file creates it under this id."""
    limit = settings().upload_limit_mb
    key = f"connect_upload_{migration_id}"
    _zone(
        key=key,
        data={
            "address": ADDRESS,
            "ticket": _ticket(context, migration_id, creates=creates),
            "migration": migration_id,
            "limit": limit * 1024 * 1024,
            "limitText": limit_text(),
            "part": PART,
        },
        on_added_change=partial(_added, migration_id),
        on_renew_change=_renew,
    )


def limit_text() -> str:
    """Format the largest file that can be uploaded: '2 GB', '500 MB'."""
    limit = settings().upload_limit_mb
    return f"{limit / 1024:g} GB" if limit >= 1024 and limit % 512 == 0 else f"{limit:,} MB"


def _ticket(context: Context, migration_id: str, *, creates: bool) -> str:
    """Return a ticket for this person and migration that is valid for at least half of its lifetime."""
    scope = (context.tenant.id, context.person, migration_id)
    held: tuple[tuple[str, str, str], str, datetime] | None = st.session_state.get(_TICKET)
    if held is None or held[0] != scope or context.now - held[2] > _RENEW_AFTER:
        held = (scope, issue_ticket(context, migration_id, creates=creates), context.now)
        st.session_state[_TICKET] = held
    return held[1]


def _added(migration_id: str) -> None:
    act(lambda _context: None, "File uploaded, mappings suggested")
    if st.session_state.get(MIGRATION) != migration_id:
        choose(MIGRATION, migration_id)


def _renew() -> None:
    st.session_state.pop(_TICKET, None)
