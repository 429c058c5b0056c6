"""Preview: the first rows of every stream, exactly as they were read. Guests' values are masked for who may not see them."""

from __future__ import annotations

import streamlit as st

from core.context import Context
from core.engine.batch import ROW
from core.engine.sources import views
from pages.ui import show as ui
from pages.ui.coach import coach
from pages.ui.frame import chosen_migration
from pages.ui.links import address_choice, link
from pages.ui.road import Step, wizard


def show(context: Context) -> None:
    ui.heading(
        context,
        "Preview",
        "The first 200 rows of each stream, as they stand in the file: every value is still text.",
    )
    migration_id = chosen_migration()
    wizard(context, migration_id, Step.PREVIEW)
    coach(context, migration_id, Step.PREVIEW)
    streams = [stream for stream in views.streams(context, migration_id) if stream.columns]
    if not streams:
        ui.empty("Nothing to preview", "Upload an export on Connect first.")
        link("connect", "Go to Connect", icon=":material/upload_file:")
        return
    names = {stream.id: f"{stream.name} ({ui.counted(stream.rows, 'row')})" for stream in streams}
    chosen = address_choice("Stream", "stream", names, noun="stream")
    stream = next(stream for stream in streams if stream.id == chosen)
    ui.figures(
        [
            ("Rows", ui.number(stream.rows)),
            ("Columns", ui.number(len(stream.columns))),
            ("Becomes", ui.words(stream.entity) if stream.entity else "Decided by the mapping"),
            ("Date order", (stream.date_order or "–").upper()),
        ]
    )
    for reason in stream.why:
        st.text(f"• {reason}")
    if not context.may("personal.read"):
        st.caption(":material/visibility_off: Values that may be a guest's own are masked for your role.")
    sample = views.sample(context, stream.id)
    st.dataframe(
        sample.to_pandas(),
        hide_index=True,
        height=min(40 + 30 * max(sample.height, 1), 560),
        row_height=30,
        column_config={ROW: st.column_config.NumberColumn("Row", pinned=True, width="small", format="%d")},
        alt="First rows of the stream",
    )
    st.caption(
        f"{min(stream.rows, sample.height):,} of {stream.rows:,} rows. Row numbers are those of the file."
    )
