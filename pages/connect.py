"""Connect: make a migration, bring in its exports, see what each was recognised as, and correct how it is read."""

from __future__ import annotations

import shlex
import tempfile
from collections.abc import Sequence
from pathlib import Path
from urllib.parse import quote, urlsplit

import streamlit as st
from streamlit.runtime.uploaded_file_manager import UploadedFile

from adapters import SOURCES
from core.context import Context
from core.engine.sources import actions, views
from core.entry.web.tickets import issue_ticket
from core.settings import ROOT, settings
from pages.ui import show as ui
from pages.ui.coach import coach
from pages.ui.files import file_card
from pages.ui.frame import act
from pages.ui.links import MIGRATION, choose
from pages.ui.road import Step, wizard

SAMPLES = {"Toast sample": "toast/toast_sample.json", "Square sample": "square/square_sample.json"}
ROUND = "connect_round"  # counts uploads: a new uploader is an empty one


def show(context: Context) -> None:
    ui.heading(
        context, "Connect", "Bring in the exports of the system you are leaving. Nothing is imported yet."
    )
    migration_id: str | None = st.session_state.get(MIGRATION)
    wizard(context, migration_id, Step.CONNECT)
    coach(context, migration_id, Step.CONNECT)
    if migration_id is None:
        ui.empty("No migration yet", "Name the first one: whose data moves, and from where.", icon="sync_alt")
    may_write = context.may("migration.write")
    if migration_id is None:
        if may_write:
            _new_migration()
        return
    if may_write:
        _upload(context, migration_id)
    _files(context, migration_id, may_write=may_write)


def _new_migration() -> None:
    with st.form("connect_new", border=False, clear_on_submit=True):
        st.text_input("Name", key="connect_name", placeholder="Toast to AuraConnect", max_chars=120)
        st.form_submit_button("Create migration", type="primary", on_click=_create)


def _create() -> None:
    made = act(
        lambda context: actions.create_migration(context, st.session_state["connect_name"]),
        "Migration created",
    )
    if made is not None:
        choose(MIGRATION, made.id)


def _upload(context: Context, migration_id: str) -> None:
    turn = st.session_state.setdefault(ROUND, 0)
    chosen = st.file_uploader(
        "Exports, up to 50 MB each",
        accept_multiple_files=True,
        key=f"connect_files_{turn}",
        help="CSV, TSV, Excel, JSON or a zip of these.",
    )
    with st.container(horizontal=True):
        with st.popover("Files over 50 MB", icon=":material/cloud_upload:"):
            _large(migration_id)
        if context.tenant.is_demo:
            st.menu_button(
                "Add a sample export",
                list(SAMPLES),
                icon=":material/science:",
                key="connect_sample",
                on_click=_add_sample,
            )
        with st.popover("New migration", icon=":material/add:"):
            _new_migration()
    if chosen:
        _take_in(migration_id, chosen)
        st.session_state[ROUND] = turn + 1
        st.rerun()


def _take_in(migration_id: str, chosen: Sequence[UploadedFile]) -> None:
    with st.status(f"Reading {len(chosen)} file(s)", expanded=True), tempfile.TemporaryDirectory() as folder:
        for upload in chosen:
            st.text(upload.name)
            path = Path(folder) / f"{upload.file_id}{Path(upload.name).suffix}"
            path.write_bytes(upload.getbuffer())
            _add(migration_id, path, upload.name)


def _add_sample() -> None:
    path = ROOT / "mock_data" / SAMPLES[st.session_state["connect_sample"]]
    _add(st.session_state[MIGRATION], path, path.name)


def _add(migration_id: str, path: Path, name: str) -> None:
    act(lambda context: actions.add_file(context, migration_id, path, SOURCES, name=name), "File read")


def _large(migration_id: str) -> None:
    st.markdown(
        f"Files up to {settings().upload_limit_mb:,} MB go straight to disk, in flat memory. "
        "Get an address (good for an hour) and send the file with any HTTP client."
    )
    ticket = st.session_state.get("connect_ticket")
    st.button("Get an address", key="connect_get_ticket", on_click=_ticket, args=(migration_id,))
    if ticket and ticket[0] == migration_id:
        parts = urlsplit(st.context.url or "")
        address = f"{parts.scheme}://{parts.netloc}/api/upload?ticket={quote(ticket[1])}&name=export.csv"
        st.code(f"curl --upload-file export.csv {shlex.quote(address)}", language="bash", wrap_lines=True)
        st.caption(
            "Change export.csv to your file's name, in both places. The file appears here when it is read."
        )


def _ticket(migration_id: str) -> None:
    st.session_state["connect_ticket"] = (
        migration_id,
        act(lambda context: issue_ticket(context, migration_id), "Address made"),
    )


def _files(context: Context, migration_id: str, *, may_write: bool) -> None:
    files = views.files(context, migration_id)
    if not files:
        ui.empty("No files yet", "Upload an export above; it is recognised by its content, not by its name.")
        return
    streams = views.streams(context, migration_id)
    rows = views.row_totals(context, migration_id).total
    ui.figures(
        [
            ("Files", ui.number(len(files))),
            ("Streams", ui.number(len(streams))),
            ("Rows", ui.number(rows)),
        ]
    )
    for file in files:
        file_card(
            context, file, [stream for stream in streams if stream.file_id == file.id], may_write=may_write
        )
