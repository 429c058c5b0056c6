"""The record type of each table: what it was taken for and how surely, and the dialog that changes it."""

from __future__ import annotations

from dataclasses import dataclass

import streamlit as st

from adapters import SOURCES
from core.context import Context
from core.engine.mapping import actions, views
from core.engine.mapping.bands import band, whole_percent
from core.engine.mapping.views import TableType
from core.engine.mapping.views.record_types import NONE_LABEL, record_type_label
from core.kit.wording import agree, counted
from core.schema import entity_label, target_schema
from pages.mapping.bulk.menu import ASK
from pages.mapping.state.keys import note, reload
from pages.ui import formats, widgets
from pages.ui.frame import act, live

_SHOWN = 4
"""Tables that are listed at once; the others stand in a popover."""


@dataclass(frozen=True, slots=True)
class RecordTypeRequest:
    """The table whose record type is being changed."""

    stream: str


def record_types(context: Context, migration_id: str) -> None:
    """Draw each table with its record type, the least certain first."""
    types = sorted(views.record_types(context, migration_id), key=_certainty)
    if not types:
        return
    with st.container(border=True, gap="xsmall"):
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            st.markdown("**Record types**", width="content")
            if unsure := sum(_certainty(table) <= 0.9 for table in types):
                widgets.badge(f"{unsure} to check", "orange", icon=":material/help:")
        for table in types[:_SHOWN]:
            _line(context, table)
        if len(types) > _SHOWN:
            with st.popover(counted(len(types) - _SHOWN, "more table"), type="tertiary"):
                for table in types[_SHOWN:]:
                    _line(context, table)


def _certainty(table: TableType) -> float:
    return 1.0 if table.is_chosen or table.is_documented or table.chance is None else table.chance


def _line(context: Context, table: TableType) -> None:
    """Draw a table's record type as a button that opens the dialog, with its chance beside it."""
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.button(
            formats.plain(f"{table.stream}: {record_type_label(table.entity)}"),
            key=f"record_type_{table.stream}",
            type="tertiary",
            icon=":material/table:",
            help=formats.plain(_details(table)),
            disabled=not context.may("mapping.edit"),
            on_click=_ask,
            args=(table.stream,),
        )
        if table.is_chosen:
            widgets.badge("Chosen", "blue")
        elif table.is_documented:
            widgets.badge("Documented", "gray")
        elif table.chance is not None:
            widgets.badge(f"{whole_percent(table.chance)}%", band(table.chance).color)


def _details(table: TableType) -> str:
    if table.runner_up is None:
        return "Change the record type"
    entity, chance = table.runner_up
    return f"Next likeliest: {record_type_label(entity)}, {whole_percent(chance)}%"


def _ask(stream: str) -> None:
    st.session_state[ASK] = RecordTypeRequest(stream)


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
        chances = {entity or "": f"{whole_percent(chance)}%" for entity, chance in table.ranked}
        others = sorted(target_schema().domain(context.tenant.domain), key=entity_label)
        options = list(dict.fromkeys([*chances, *others, ""]))
        entity = st.selectbox(
            f"Each row of {formats.plain(stream)} is",
            options,
            index=options.index(table.entity or ""),
            key=f"record_type_of_{stream}",
            format_func=lambda name: " · ".join(
                filter(None, (entity_label(name) if name else NONE_LABEL, chances.get(name)))
            ),
        )
        replaces = st.checkbox("Replace decisions already made", key="record_type_replace")
        is_same = (entity or None) == table.entity and not replaces
        st.markdown(_effect_text(context, migration_id, stream, entity or None, keep=not replaces))
        with st.container(horizontal=True, horizontal_alignment="right"):
            if table.is_chosen and st.button("Undo", key="record_type_undo", icon=":material/undo:"):
                act(lambda write: actions.undo_record_type(write, migration_id, stream, SOURCES))
                _done("Record type restored.")
            if st.button("Cancel", key="record_type_cancel"):
                _close()
                st.rerun()
            if st.button("Apply", key="record_type_do", type="primary", disabled=is_same):
                act(
                    lambda write: actions.set_record_type(
                        write, migration_id, stream, entity or None, SOURCES, keep_decisions=not replaces
                    )
                )
                _done("Record type changed. Undo in the same dialog.")


def _effect_text(context: Context, migration_id: str, stream: str, entity: str | None, *, keep: bool) -> str:
    effect = actions.record_type_effect(context, migration_id, stream, entity, SOURCES, keep_decisions=keep)
    verb = agree(effect.changes, "change") if entity else "excluded"
    parts = [f"**{counted(effect.changes, 'field')}** {verb}"]
    if effect.kept:
        parts.append(f"{counted(effect.kept, 'decision')} kept")
    if effect.replaced:
        parts.append(f"{counted(effect.replaced, 'decision')} replaced")
    return "; ".join(parts) + "."


def _done(text: str) -> None:
    _close()
    reload(samples=True)
    note(text)
    st.rerun()
