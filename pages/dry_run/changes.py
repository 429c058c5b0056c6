"""What a dry run would change, field by field, and its effect on amounts."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import streamlit as st

from core.context import Context
from core.engine.runs.preview import DiffRow, diff, diff_counts, money_changes
from core.engine.runs.views import RunView
from core.errors import InvalidInputError
from core.kit import money
from core.schema import entity_label, target_schema
from pages.ui import formats, widgets

MAX_RECORDS = 500
KINDS: Mapping[str, str] = {"New": "new", "Changed": "changed"}
NO_CHANGES = "No field changes"
HIDDEN = "Hidden"


def changes(context: Context, run: RunView) -> None:
    """Draw the records that would be new or changed, a line per field."""
    widgets.section("Changes by field")
    entities = {
        entity_label(entity): entity
        for entity in formats.in_load_order(context, diff_counts(context, run.id))
    }
    with st.container(horizontal=True, vertical_alignment="center"):
        kind = st.segmented_control(
            "Show",
            list(KINDS),
            default="Changed",
            key="change",
            bind="query-params",
            required=True,
            label_visibility="collapsed",
        )
        table = st.selectbox(
            "Table",
            list(entities),
            index=None,
            key="record",
            bind="query-params",
            placeholder="All tables",
            label_visibility="collapsed",
            width=260,
        )
    records = diff(
        context, run.id, entity=entities.get(table or ""), kind=KINDS[str(kind)], limit=MAX_RECORDS
    )
    if not records:
        widgets.empty("No records", f"No record would be {str(kind).lower()}.", icon="check_circle")
        return
    rows = [line for record in records for line in _lines(record)]
    widgets.table(
        rows,
        {
            "Table": st.column_config.TextColumn(width=130),
            "ID": st.column_config.TextColumn(width=150),
            "Field": st.column_config.TextColumn(width=170),
            "Before": st.column_config.TextColumn(width=200),
            "After": st.column_config.TextColumn(width=200),
        },
        alt="Changes field by field",
        most=14,
    )
    st.caption(_summary(records))


def _lines(record: DiffRow) -> Iterator[dict[str, str]]:
    shared = {"Table": entity_label(record.entity), "ID": record.external_id}
    if not record.fields:
        yield shared | {
            "Field": NO_CHANGES,
            "Before": "",
            "After": "Only the link to its row in the file is updated",
        }
    for name, (before, after) in record.fields.items():
        if name in record.hidden:
            yield shared | {
                "Field": f"{_field_label(record.entity, name)} changed (hidden)",
                "Before": HIDDEN,
                "After": HIDDEN,
            }
        else:
            yield shared | {
                "Field": _field_label(record.entity, name),
                "Before": _value(before),
                "After": _value(after),
            }


def _summary(records: Sequence[DiffRow]) -> str:
    """Count records and fields: '1 record, no field changes', '12 records, 15 field changes; the first 500'."""
    fields = sum(len(record.fields) for record in records)
    changes = formats.counted(fields, "field change") if fields else "no field changes"
    more = f"; the first {MAX_RECORDS:,} are shown" if len(records) == MAX_RECORDS else ""
    return f"{formats.counted(len(records), 'record')}, {changes}{more}"


def _field_label(entity: str, name: str) -> str:
    try:
        return target_schema().field(f"{entity}.{name}").label
    except InvalidInputError:  # a field of an earlier schema
        return formats.words(name)


def _value(value: object) -> str:
    return "" if value is None else str(value)


def money_effect(context: Context, run: RunView) -> None:
    """Draw the change of amounts in existing records; nothing without a change."""
    amounts = money_changes(context, run.id)
    if not amounts:
        return
    widgets.section("Effect on amounts of existing records")
    widgets.table(
        [
            {
                "Table": entity_label(line.entity),
                "Field": _field_label(line.entity, line.field),
                "Records": line.records,
                "Change in total": money.show(line.change, context.tenant.currency),
            }
            for line in amounts
        ],
        {
            "Table": None,
            "Field": None,
            "Records": st.column_config.NumberColumn(format="localized"),
            "Change in total": st.column_config.TextColumn(alignment="right"),
        },
        alt="Change of amounts per field",
    )
