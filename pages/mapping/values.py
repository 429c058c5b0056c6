"""Value mapping: the words of the source beside the options of the target, the unknown ones first."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pandas as pd
import streamlit as st

from core.context import Context
from core.engine.mapping import actions, views
from core.engine.mapping.views import FieldRow, ValueCount, ValueField
from core.engine.mapping.views.values import MOST
from core.schema import target_title
from pages.mapping.edits import DECISIONS
from pages.mapping.state import kept_until_reload, reload
from pages.ui import widgets as ui
from pages.ui.frame import act
from pages.ui.links import once

VALUES, UNREAD = "map_values", "map_unread"
NOWHERE, EMPTY = "Not read", "(leave empty)"


def value_mapping(context: Context, migration_id: str) -> None:
    fields = views.value_fields(context, migration_id)
    if not fields:
        ui.empty(
            "No field with options",
            "Fields that go to a choice or a yes or no are shown here.",
            icon="checklist",
        )
        return
    by_id = {mapped.field.id: mapped for mapped in fields}
    unread_by_field = unread_values(context, migration_id)
    if asked := once("values", by_id.__contains__, "field with options"):
        st.session_state["values_of"] = asked
    chosen = st.selectbox(
        "Field",
        list(by_id),
        key="values_of",
        bind="query-params",
        format_func=lambda field_id: _title(by_id[field_id].field, unread_by_field.get(field_id, 0)),
    )
    mapped = by_id[chosen]
    field = mapped.field
    with st.spinner("Counting the values of every row"):
        counts = kept_until_reload(
            VALUES, f"{field.id} {field.version}", lambda: views.value_counts(context, field.id)
        )
    if not counts:
        ui.empty("No value", "No row has a value in this column.", icon="checklist")
        return
    unknown = [one for one in counts if one.option is None]
    with st.container(horizontal=True, vertical_alignment="center"):
        ui.badge(f"{ui.counted(len(counts) - len(unknown), 'value')} mapped", "green")
        if unknown:
            ui.badge(f"{len(unknown):,} not read, in {sum(one.rows for one in unknown):,} rows", "red")
        ui.badge(DECISIONS[field.status], "gray")
        if len(counts) == MOST:
            st.caption(f"The {MOST} commonest values are shown.")
    wanted = _table(context, mapped, counts)
    _save(context, field, counts, wanted)


def unread_values(context: Context, migration_id: str) -> dict[str, int]:
    """Field id -> values without an option; counted anew when a field with options changes."""
    versions = tuple(
        (mapped.field.id, mapped.field.version) for mapped in views.value_fields(context, migration_id)
    )
    with st.spinner("Counting the values that are not read"):
        return kept_until_reload(UNREAD, versions, lambda: views.unread_counts(context, migration_id))


def _title(field: FieldRow, unread: int) -> str:
    count = f"  ({unread:,} not read)" if unread else ""
    return f"{field.stream} / {field.source_field}  →  {target_title(field.target)}{count}"


def _table(context: Context, mapped: ValueField, counts: Sequence[ValueCount]) -> dict[str, str | None]:
    """The editor; value -> option as the person wants it, None to leave it empty. What is not read stays out."""
    frame = pd.DataFrame(
        {
            "In the source": [one.value for one in counts],
            "Rows": [one.rows for one in counts],
            "Now": [one.option or NOWHERE for one in counts],
            "Imports as": [_offered(one) for one in counts],
            "Explanation": [_why(one) for one in counts],
        }
    )
    edited: Any = st.data_editor(
        frame,
        key=f"values_{mapped.field.id}_{mapped.field.version}",
        hide_index=True,
        row_height=ui.ROW_HEIGHT,
        height=ui.table_height(len(frame)),
        disabled=["In the source", "Rows", "Now", "Explanation"] if context.may("mapping.edit") else True,
        column_config={
            "Rows": st.column_config.NumberColumn(format="localized", width=90),
            "Imports as": st.column_config.SelectboxColumn(options=[*mapped.options, EMPTY], width=180),
            "Explanation": st.column_config.TextColumn(width=260),
        },
        alt="Values of the source and the option each becomes",
    )
    return {
        value: None if option == EMPTY else option
        for value, option in zip(edited["In the source"], edited["Imports as"], strict=True)
        if isinstance(option, str)
    }


def _offered(one: ValueCount) -> str | None:
    """What it goes to, else what was chosen for it before."""
    if one.option is None and one.remembered is not None:
        return one.remembered or EMPTY
    return one.option


def _why(one: ValueCount) -> str:
    if one.option is None and one.remembered is not None:
        return f"Remembered: chosen {ui.counted(one.times, 'time')} before"
    return "Choose what it means" if one.option is None else "Matched by name or set by you"


def _save(
    context: Context, field: FieldRow, counts: Sequence[ValueCount], wanted: dict[str, str | None]
) -> None:
    now = {one.value: one.option for one in counts}
    changed = {value: option for value, option in wanted.items() if now[value] != option or option is None}
    left = sum(one.option is None and one.value not in wanted for one in counts)
    with st.container(horizontal=True, vertical_alignment="center"):
        st.button(
            f"Save {ui.counted(len(changed), 'value')}",
            key="values_save",
            type="primary",
            icon=":material/check:",
            disabled=not changed or not context.may("mapping.edit"),
            on_click=_saved,
            args=(field, wanted),
        )
        if left:
            st.caption(
                f"{ui.counted(left, 'value')} still without an option: those rows are held for correction."
            )


def _saved(field: FieldRow, wanted: dict[str, str | None]) -> None:
    act(
        lambda context: actions.decide_values(
            context, field.id, version=field.version, choices=wanted, reason="Values mapped by hand"
        ),
        "Saved and remembered",
    )
    st.session_state.pop(VALUES, None)
    reload()
