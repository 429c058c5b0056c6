"""Show the migrations of the chosen customer: status, progress, next action, and what can be done with each."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from core.context import Context
from core.engine.progress.needs import MigrationProgress
from core.engine.sources import naming
from pages.today.needs import open_migration
from pages.ui import formats, widgets
from pages.ui.frame import act
from pages.ui.links import MIGRATION, link

_RENAME, _DELETE = "Rename…", "Delete…"


def migrations(context: Context, progress_of_all: Sequence[MigrationProgress]) -> None:
    st.header(
        f"Migrations of {formats.plain(context.tenant.name)} :gray-badge[{len(progress_of_all):,}]",
        anchor=False,
    )
    if not progress_of_all:
        widgets.empty(
            "No migrations yet",
            "Create the first one on Connect: name it and upload an export.",
            icon="sync_alt",
        )
        link("connect", "Open Connect", icon=":material/upload_file:")
    for migration in progress_of_all:
        _migration(context, migration)


def _migration(context: Context, migration: MigrationProgress) -> None:
    facts, journey = migration.facts, migration.journey
    with st.container(border=True, gap="xsmall"):
        with st.container(horizontal=True, vertical_alignment="center"):
            st.text(migration.name, width="content")
            widgets.badge(journey.status.label, journey.status.colour)
            st.space("stretch")
            st.button(
                journey.action.label,
                icon=":material/arrow_forward:",
                icon_position="right",
                key=f"open_{migration.id}",
                disabled=not journey.action.enabled,
                help=journey.action.reason or None,
                on_click=open_migration,
                args=(context.tenant.slug, migration.id, journey.action.screen),
            )
            _more(context, migration)
        if facts.fields and facts.to_review:
            st.progress(
                facts.reviewed / facts.fields,
                text=f"{facts.reviewed:,} of {formats.counted(facts.fields, 'field')} reviewed",
            )
        for note in notes(migration):
            st.caption(note)


def notes(migration: MigrationProgress) -> list[str]:
    """Describe what the migration waits for, and what was missing from its import."""
    journey = migration.journey
    skipped = [step.reason for step in journey.steps if step.state == "skipped"]
    return [text for text in (journey.step(journey.current).reason, *skipped) if text]


def _more(context: Context, migration: MigrationProgress) -> None:
    """Draw the menu: rename, and delete while nothing was added."""
    if not context.may("migration.write"):
        return
    options = [_RENAME] if migration.facts.files else [_RENAME, _DELETE]
    choice = st.menu_button(
        "More", options, icon=":material/more_horiz:", type="tertiary", key=f"more_{migration.id}"
    )
    if choice == _RENAME:
        _rename(migration.id, migration.name)
    if choice == _DELETE:
        widgets.confirm(
            "Delete this migration?",
            ["It has no files.", "It cannot be restored."],
            "Delete migration",
            lambda: _delete(migration.id),
        )


@st.dialog("Rename migration", icon=":material/edit:")
def _rename(migration_id: str, name: str) -> None:
    new = st.text_input("Name", name, key=f"rename_{migration_id}")
    with st.container(horizontal=True, horizontal_alignment="right"):
        if st.button("Cancel"):
            st.rerun()
        if st.button("Rename", type="primary", disabled=not new.strip()):
            act(lambda context: naming.rename_migration(context, migration_id, new), "Renamed")
            st.rerun()


def _delete(migration_id: str) -> None:
    act(lambda context: naming.delete_migration(context, migration_id), "Migration deleted")
    if st.session_state.get(MIGRATION) == migration_id:
        st.session_state[MIGRATION] = None
