"""The dialog that sets the record type of a table and takes it back."""

from __future__ import annotations

from dataclasses import dataclass

import streamlit as st

from adapters import SOURCES
from core.context import Context
from core.engine.mapping import actions, views
from core.engine.mapping.bands import whole_percent
from core.engine.mapping.views import TableType
from core.kit.wording import agree, counted
from core.schema import entity_label, target_schema
from pages.mapping.bulk.menu import ASK
from pages.mapping.state.keys import note, reload
from pages.ui import formats
from pages.ui.frame import act, live

NONE_OF_THESE = "None of these"


@dataclass(frozen=True, slots=True)
class RecordTypeRequest:
    """The table whose record type is being changed."""

    stream: str


def record_type_dialog(migration_id: str) -> None:
    """Show the dialog while it is open."""
    if isinstance(request := st.session_state.get(ASK), RecordTypeRequest):
        st.dialog("Record type", icon=":material/table:", on_dismiss=_close)(_change)(
            migration_id, request.stream
        )


def _close() -> None:
    st.session_state.pop(ASK, None)


def _change(migration_id: str, stream: str) -> None:
    with live() as context:
        table = next(item for item in views.record_types(context, migration_id) if item.stream == stream)
        entity = _chosen_type(context, table)
        replaces = table.undecided < table.fields and st.checkbox(
            "Replace decisions already made", key="record_type_replace"
        )
        is_same = entity == table.entity
        changes = replaces or not is_same or not (table.is_chosen or table.is_documented)
        if changes:
            with st.spinner("Counting changes"):
                effect = _effect_text(context, migration_id, stream, entity, keep=not replaces)
            st.markdown(effect)
        with st.container(horizontal=True, horizontal_alignment="right"):
            if table.is_chosen and st.button("Undo", key="record_type_undo", icon=":material/undo:"):
                act(lambda write: actions.undo_record_type(write, migration_id, stream, SOURCES))
                _done("Record type restored.")
            if st.button("Cancel", key="record_type_cancel"):
                _close()
                st.rerun()
            if st.button(
                "Confirm" if is_same else "Apply", key="record_type_do", type="primary", disabled=not changes
            ):
                act(
                    lambda write: actions.set_record_type(
                        write, migration_id, stream, entity, SOURCES, keep_decisions=not replaces
                    )
                )
                _done("Record type set. Undo in the same dialog.")


def _chosen_type(context: Context, table: TableType) -> str | None:
    """Draw the choice of a record type, the likeliest first with their chances; None for none of them."""
    chances = {
        entity or "": f"{whole_percent(chance)}%" for entity, chance in table.ranked if whole_percent(chance)
    }
    entities = sorted(target_schema().domain(context.tenant.domain), key=entity_label)
    options = list(dict.fromkeys([*chances, "", *entities]))
    entity = st.selectbox(
        f"Each row of **{formats.plain(table.stream)}** is",
        options,
        index=options.index(table.entity or ""),
        key=f"record_type_of_{table.stream}",
        format_func=lambda name: " · ".join(
            filter(None, (entity_label(name) if name else NONE_OF_THESE, chances.get(name)))
        ),
    )
    return entity or None


def _effect_text(context: Context, migration_id: str, stream: str, entity: str | None, *, keep: bool) -> str:
    effect = actions.record_type_effect(context, migration_id, stream, entity, SOURCES, keep_decisions=keep)
    verb = agree(effect.changes, "change") if entity else "excluded"
    parts = [f"**{counted(effect.changes, 'field')}** {verb}"]
    if effect.kept_decisions:
        parts.append(f"{counted(effect.kept_decisions, 'decision')} kept")
    if effect.replaced_decisions:
        parts.append(f"{counted(effect.replaced_decisions, 'decision')} replaced")
    return "; ".join(parts) + "."


def _done(text: str) -> None:
    _close()
    reload(samples=True)
    note(text)
    st.rerun()
