"""Value mapping: the words of the source beside the options of the target, the unknown ones first."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from core.context import Context
from core.engine.mapping import actions, views
from core.engine.mapping.views import FieldRow, ValueCount
from core.engine.mapping.views.values import MOST
from core.schema import target_title
from pages.mapping.options_table import options_table
from pages.mapping.state.edits import DECISIONS
from pages.mapping.state.keys import reload
from pages.mapping.state.reads import cached_until_reload
from pages.ui import formats, widgets
from pages.ui.address import opened_from_link
from pages.ui.frame import act

VALUES, UNREAD = "map_values", "map_unread"


def value_mapping(context: Context, migration_id: str) -> None:
    fields = views.value_fields(context, migration_id)
    if not fields:
        widgets.empty(
            "No field with options",
            "Fields that go to a choice or a yes or no are shown here.",
            icon="checklist",
        )
        return
    by_id = {mapped.field.id: mapped for mapped in fields}
    unread_by_field = unread_values(context, migration_id)
    if requested := opened_from_link("values", by_id.__contains__, "field with options"):
        st.session_state["values_of"] = requested
    field_id = st.selectbox(
        "Field",
        list(by_id),
        key="values_of",
        bind="query-params",
        format_func=lambda field_id: _title(by_id[field_id].field, unread_by_field.get(field_id, 0)),
    )
    mapped = by_id[field_id]
    field = mapped.field
    with st.spinner("Counting the values of every row"):
        counts = cached_until_reload(
            VALUES, f"{field.id} {field.version}", lambda: views.value_counts(context, field.id)
        )
    if not counts:
        widgets.empty("No value", "No row has a value in this column.", icon="checklist")
        return
    unknown = [count for count in counts if count.option is None]
    with st.container(horizontal=True, vertical_alignment="center"):
        widgets.badge(f"{formats.counted(len(counts) - len(unknown), 'value')} mapped", "green")
        if unknown:
            widgets.badge(
                f"{len(unknown):,} not read, in {sum(count.rows for count in unknown):,} rows", "red"
            )
        widgets.badge(DECISIONS[field.status], "gray")
        if len(counts) == MOST:
            st.caption(f"The {MOST} commonest values are shown.")
    options = options_table(context, mapped, counts)
    _save(context, field, counts, options)


def unread_values(context: Context, migration_id: str) -> dict[str, int]:
    """Map field id -> values without an option; counted again when a field with options changes."""
    versions = tuple(
        (mapped.field.id, mapped.field.version) for mapped in views.value_fields(context, migration_id)
    )
    with st.spinner("Counting the values that are not read"):
        return cached_until_reload(UNREAD, versions, lambda: views.unread_counts(context, migration_id))


def _title(field: FieldRow, unread: int) -> str:
    count = f"  ({unread:,} not read)" if unread else ""
    return f"{field.stream} / {field.source_field}  →  {target_title(field.target)}{count}"


def _save(
    context: Context, field: FieldRow, counts: Sequence[ValueCount], options: dict[str, str | None]
) -> None:
    now = {count.value: count.option for count in counts}
    changes = {value: option for value, option in options.items() if now[value] != option or option is None}
    remaining = sum(count.option is None and count.value not in options for count in counts)
    with st.container(horizontal=True, vertical_alignment="center"):
        st.button(
            f"Save {formats.counted(len(changes), 'value')}",
            key="values_save",
            type="primary",
            icon=":material/check:",
            disabled=not changes or not context.may("mapping.edit"),
            on_click=_saved,
            args=(field, options),
        )
        if remaining:
            st.caption(
                f"{formats.counted(remaining, 'value')} still without an option: those rows are held for correction."
            )


def _saved(field: FieldRow, options: dict[str, str | None]) -> None:
    act(
        lambda context: actions.decide_values(
            context, field.id, version=field.version, choices=options, reason="Values mapped by hand"
        ),
        "Saved and remembered",
    )
    st.session_state.pop(VALUES, None)
    reload()
