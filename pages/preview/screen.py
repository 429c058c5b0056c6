"""Preview: the first rows of every table of the files, as they were read. Personal values are masked by role."""

from __future__ import annotations

import streamlit as st

from core.context import Context
from core.engine.batch import ROW
from core.engine.sources import views
from core.engine.sources.non_data.facts import rows_of_data
from core.engine.sources.reshape.wide import NUMBERING
from core.kit.wording import agree
from core.schema import entity_label
from pages.ui import formats, widgets
from pages.ui.address import address_choice
from pages.ui.coach import coach
from pages.ui.frame import chosen_migration
from pages.ui.links import link
from pages.ui.steps import Step
from pages.ui.wizard import wizard


def show(context: Context) -> None:
    widgets.heading(
        context,
        "Preview",
        "The first 200 rows of each table or sheet, as read from the file. All values are still text.",
    )
    migration_id = chosen_migration()
    wizard(context, migration_id, Step.PREVIEW)
    coach(context, migration_id, Step.PREVIEW)
    streams = [stream for stream in views.streams(context, migration_id) if stream.columns]
    if not streams:
        widgets.empty("Nothing to preview", "Upload an export first.")
        link("connect", "Upload an export", icon=":material/upload_file:")
        return
    names = {stream.id: f"{stream.name} ({formats.counted(stream.rows, 'row')})" for stream in streams}
    stream_id = address_choice("Table", "stream", names, noun="table")
    stream = next(stream for stream in streams if stream.id == stream_id)
    widgets.figures(
        [
            ("Rows", formats.number(stream.rows)),
            ("Columns", formats.number(len(stream.columns))),
            ("Imports as", entity_label(stream.entity) if stream.entity else "Set in mapping"),
            ("Date order", (stream.date_order or "–").upper()),
        ]
    )
    for reason in stream.why:
        st.text(f"• {reason}")
    if not context.may("personal.read"):
        st.caption(":material/visibility_off: Personal values are hidden for your role.")
    sample = views.sample(context, stream.id)
    st.dataframe(
        sample.to_pandas(),
        hide_index=True,
        height=min(40 + 30 * max(sample.height, 1), 560),
        row_height=30,
        column_config={ROW: st.column_config.NumberColumn("Row", pinned=True, width="small", format="%d")},
        alt="First rows of the table",
    )
    records = rows_of_data(stream.rows, stream.facts)
    numbering = next(
        (reason for reason in stream.why if NUMBERING in reason), "row numbers are those of the file"
    )
    shown = f"{min(records, sample.height):,} of {formats.counted(records, 'row')} shown"
    st.caption(formats.plain(f"{shown}. {numbering[:1].upper()}{numbering[1:]}."))
    if others := stream.rows - records:
        st.caption(f"{formats.counted(others, 'other row')} of the table {agree(others, 'are')} no data.")
        link("rules", "See them on Rules", icon=":material/filter_list:")
