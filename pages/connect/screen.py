"""Connect: create a migration, upload its exports, see what each was recognised as, and correct how it is read."""

from __future__ import annotations

import shlex
from urllib.parse import quote, urlsplit

import streamlit as st

from adapters import SOURCES
from core.context import Context
from core.engine.mapping.actions import add_export
from core.engine.sources import actions, views
from core.entry.web.tickets import issue_ticket
from core.kit.ids import new_id
from core.settings import ROOT
from pages.connect.file_card import file_card
from pages.connect.uploader import ADDRESS, limit_text, uploader
from pages.ui import formats, widgets
from pages.ui.address import choose
from pages.ui.coach import coach
from pages.ui.frame import act
from pages.ui.links import MIGRATION
from pages.ui.steps import Step
from pages.ui.wizard import wizard

_COMING = "connect_coming"
"""Key of the session: the id under which the first upload creates the migration."""

SAMPLES = {"Toast sample": "toast/toast_sample.json", "Square sample": "square/square_sample.json"}


def show(context: Context) -> None:
    widgets.heading(context, "Connect", "Upload the exports of the old system. Nothing is imported yet.")
    migration_id: str | None = st.session_state.get(MIGRATION)
    wizard(context, migration_id, Step.CONNECT)
    coach(context, migration_id, Step.CONNECT)
    if migration_id is None:
        widgets.empty(
            "No migration yet",
            "Upload an export of the old system: the migration is created with it.",
            icon="sync_alt",
        )
    may_write = context.may("migration.write")
    if migration_id is None:
        if may_write:
            uploader(context, st.session_state.setdefault(_COMING, new_id()), creates=True)
        if context.may("migration.create"):
            with st.popover("New migration", icon=":material/add:"):
                _new_migration()
        return
    st.session_state.pop(_COMING, None)
    if may_write:
        _upload(context, migration_id)
    _files(context, migration_id, may_write=may_write)


def _new_migration() -> None:
    with st.form("connect_new", border=False, clear_on_submit=True):
        st.text_input("Name", key="connect_name", placeholder="Toast to AuraConnect", max_chars=120)
        st.form_submit_button("Create migration", type="primary", on_click=_create)


def _create() -> None:
    migration = act(
        lambda context: actions.create_migration(context, st.session_state["connect_name"]),
        "Migration created",
    )
    if migration is not None:
        choose(MIGRATION, migration.id)


def _upload(context: Context, migration_id: str) -> None:
    uploader(context, migration_id)
    with st.container(horizontal=True):
        if context.tenant.is_demo:
            st.menu_button(
                "Add a sample export",
                list(SAMPLES),
                icon=":material/science:",
                key="connect_sample",
                on_click=_add_sample,
            )
        with st.popover("Upload from a server", icon=":material/terminal:"):
            _link(migration_id)
        with st.popover("New migration", icon=":material/add:"):
            _new_migration()


def _add_sample() -> None:
    path = ROOT / "mock_data" / SAMPLES[st.session_state["connect_sample"]]
    migration_id = st.session_state[MIGRATION]
    act(lambda context: add_export(context, migration_id, path, SOURCES), "File uploaded, mappings suggested")


def _link(migration_id: str) -> None:
    st.markdown(f"For scripts and servers: a link that takes one file, up to {limit_text()}, for one hour.")
    ticket = st.session_state.get("connect_ticket")
    st.button("Create upload link", key="connect_get_ticket", on_click=_create_link, args=(migration_id,))
    if ticket and ticket[0] == migration_id:
        parts = urlsplit(st.context.url or "")
        address = f"{parts.scheme}://{parts.netloc}{ADDRESS}?ticket={quote(ticket[1])}&name=export.csv"
        st.code(f"curl --upload-file export.csv {shlex.quote(address)}", language="bash", wrap_lines=True)
        st.caption("Change export.csv to the name of your file, in both places.")


def _create_link(migration_id: str) -> None:
    ticket = act(lambda context: issue_ticket(context, migration_id), "Upload link created")
    st.session_state["connect_ticket"] = (migration_id, ticket) if ticket else None


def _files(context: Context, migration_id: str, *, may_write: bool) -> None:
    files = views.file_details(context, migration_id)
    if not files:
        widgets.empty(
            "No files yet", "Upload an export above. It is recognised by its content, not its name."
        )
        return
    widgets.figures(
        [
            ("Files", formats.number(len(files))),
            ("Tables", formats.number(sum(len(file.streams) for file in files))),
            ("Rows", formats.number(views.row_totals(context, migration_id).total)),
        ]
    )
    for file in files:
        file_card(context, file, may_write=may_write)
