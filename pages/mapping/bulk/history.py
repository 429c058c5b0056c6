"""The bulk actions of a migration, the newest first, each with its undo."""

from __future__ import annotations

import streamlit as st

from adapters import SOURCES
from core.context import Context
from core.engine.mapping import actions, views
from core.engine.mapping.views import Batch
from core.kit import money
from pages.mapping.deciding.undo import forget_undo
from pages.mapping.state.keys import note, reload
from pages.ui import formats
from pages.ui.frame import act, live

_MAX_BATCHES = 30


def history(migration_id: str) -> None:
    with live() as context:
        batches = views.batches(context, migration_id, bulk_only=True)
        if not batches:
            st.caption("No bulk action yet.")
        for batch in batches[:_MAX_BATCHES]:
            _entry(context, migration_id, batch)
        if len(batches) > _MAX_BATCHES:
            st.caption(f"{len(batches) - _MAX_BATCHES:,} older ones are in the audit log.")


def _entry(context: Context, migration_id: str, batch: Batch) -> None:
    with st.container(border=True, horizontal=True, vertical_alignment="center"):
        with st.container(gap=None):
            st.text(batch.label)
            amount = f" · {money.show(batch.amount, context.tenant.currency)}" if batch.amount else ""
            st.caption(formats.plain(f"{batch.by} · {formats.moment(context, batch.at)}{amount}"))
            if batch.why_not:
                by = (
                    f" by {batch.undone_by}, {formats.moment(context, batch.undone_at)}"
                    if batch.is_undone
                    else ""
                )
                st.caption(formats.plain(f"{batch.why_not}{by}"))
        if st.button(
            "Undo",
            key=f"undo_{batch.id}",
            icon=":material/undo:",
            disabled=not (batch.can_undo and context.may("mapping.edit")),
        ):
            act(lambda write: actions.undo_batch(write, migration_id, batch.id, SOURCES))
            note(f"Undone: {formats.plain(batch.label)}")
            forget_undo()
            reload()
            st.rerun()
