"""Mapping: every source column, where it goes and how sure that is; each decision saved at once."""

from __future__ import annotations

import streamlit as st

from adapters import SOURCES
from core.context import Context
from core.engine.mapping import actions
from core.engine.mapping import views as mapping
from core.engine.sources import views as sources
from core.errors import NotFoundError
from pages.mapping.bulk.dialogs import dialogs
from pages.mapping.card.drawer import drawer
from pages.mapping.card.side import current_card
from pages.mapping.deciding.conflicts import edit_conflict
from pages.mapping.finish import ask_finish, finish_dialog
from pages.mapping.record_type_dialog import record_type_dialog
from pages.mapping.state.keys import FOCUS, OPEN, notes
from pages.mapping.state.reads import awaiting, conflicts, required_targets
from pages.mapping.work_area import work_area
from pages.ui import widgets
from pages.ui.address import opened_from_link
from pages.ui.coach import advice_of, coach
from pages.ui.frame import act, chosen_migration, live
from pages.ui.links import MIGRATION
from pages.ui.steps import Step, facts_of, progress_of
from pages.ui.wizard import wizard


def show(context: Context) -> None:
    if not st.session_state.get(MIGRATION):
        widgets.heading(context, "Mapping")
    migration_id = chosen_migration()
    if not progress_of(context, migration_id).total:
        widgets.heading(context, "Mapping")
        wizard(context, migration_id, Step.MAP)
        _suggest(context, migration_id)
        return
    if field := opened_from_link("field", lambda field_id: _is_of(context, migration_id, field_id), "field"):
        st.session_state[OPEN] = st.session_state[FOCUS] = field
    if FOCUS not in st.session_state:  # a reload keeps the field the person was at
        st.session_state[FOCUS] = st.query_params.get("at")
    _fields(migration_id)


def _is_of(context: Context, migration_id: str, field: str) -> bool:
    try:
        return mapping.mapping_field(context, field).migration_id == migration_id
    except NotFoundError:
        return False


def _suggest(context: Context, migration_id: str) -> None:
    if not sources.files(context, migration_id):
        widgets.empty("Nothing to map yet", "Upload an export on Connect first.")
        return
    widgets.empty(
        "Not analysed yet",
        "The columns are compared with the target by name, values and table.",
        icon="auto_awesome",
    )
    if context.may("mapping.edit") and st.button(
        "Suggest mappings", type="primary", icon=":material/auto_awesome:"
    ):
        with st.spinner("Profiling every column and scoring it against every target"):
            act(
                lambda callback_context: actions.suggest_mapping(callback_context, migration_id, SOURCES),
                "Mappings suggested",
            )
        st.rerun()


@st.fragment
def _fields(migration_id: str) -> None:
    """Draw everything that reacts to an edit; a fragment, so an edit redraws this part only."""
    with live() as context:
        progress = progress_of(context, migration_id)
        _read_ahead(context, migration_id)
        fact = f"**{progress.reviewed:,} of {progress.total:,}** reviewed"
        widgets.heading(context, "Mapping", fact=fact)
        wizard(
            context,
            migration_id,
            Step.MAP,
            extra=lambda: coach(context, migration_id, Step.MAP, expanded=True),
            on_next=ask_finish if _is_unfinished(context, migration_id) else None,
        )
        notes()
        edit_conflict(context)
        work_area(context, migration_id)
        if field := st.session_state.pop(OPEN, None):
            drawer(field)
        else:
            dialogs(migration_id)
            finish_dialog(migration_id)
            record_type_dialog(migration_id)


def _read_ahead(context: Context, migration_id: str) -> None:
    """Read what several parts show before the first is drawn: the browser then draws them together, not one by one."""
    facts_of(context, migration_id)
    awaiting(context, migration_id)
    conflicts(context, migration_id)
    required_targets(context, migration_id)
    advice_of(context, migration_id, Step.MAP)
    current_card(context)


def _is_unfinished(context: Context, migration_id: str) -> bool:
    """Return whether Next can decide a part of the fields to review by itself, when asked."""
    progress = progress_of(context, migration_id)
    unmatched = progress.by_band["none"] - progress.asked["none"]
    return context.may("mapping.edit") and bool(progress.acceptable + unmatched)
