"""Decisions about many fields with one click, each batch undone with one more."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import streamlit as st

from core.context import Context
from core.engine.mapping import actions
from core.engine.mapping.actions import Decision
from core.engine.mapping.views import Progress
from pages.ui.frame import act
from pages.ui.grid import Row
from pages.ui.mapping_grid import View, reload, undecided

BATCH = "map_batch"


def bulk(context: Context, migration_id: str, view: View, progress: Progress) -> None:
    if not context.may("mapping.edit"):
        return
    open_rows = undecided(view)
    mapped = [row for row in open_rows if row.target]
    sure = progress.by_band["green"]
    with st.container(horizontal=True, vertical_alignment="center"):
        _button(
            f"Accept {sure:,} over 90%", "done_all", _accept_above, migration_id, count=sure, type="primary"
        )
        _button(f"Accept {len(mapped):,} shown", "check", _accept, mapped, count=len(mapped))
        _button(f"Leave {len(open_rows):,} shown out", "block", _leave_out, open_rows, count=len(open_rows))
        undo_button()
        st.button(
            "Reload", icon=":material/refresh:", type="tertiary", on_click=reload, kwargs={"samples": True}
        )


def undo_button() -> None:
    """Takes the last batch back, while there is one."""
    if st.session_state.get(BATCH):
        st.button("Undo the last bulk", icon=":material/undo:", on_click=_undo, key="map_undo")


def _button(
    label: str, icon: str, deed: Callable[..., None], argument: object, *, count: int, **more: Any
) -> None:
    st.button(
        label,
        icon=f":material/{icon}:",
        key=f"map_{icon}",
        disabled=not count,
        on_click=deed,
        args=(argument,),
        **more,
    )


def _accept_above(migration_id: str) -> None:
    bulk_done(act(lambda context: actions.accept_above(context, migration_id, 0.9), "Accepted"))


def _accept(rows: Sequence[Row]) -> None:
    chosen = [
        Decision(row.id, row.version, row.target, row.transform or None, "accepted", "") for row in rows
    ]
    bulk_done(act(lambda context: actions.decide_many(context, chosen), f"{len(chosen):,} fields accepted"))


def _leave_out(rows: Sequence[Row]) -> None:
    chosen = [Decision(row.id, row.version, None, None, "ignored", "") for row in rows]
    bulk_done(act(lambda context: actions.decide_many(context, chosen), f"{len(chosen):,} fields left out"))


def bulk_done(batch: str | None) -> None:
    """After a batch: it can be taken back, and the fields are shown as they stand now."""
    if batch:
        st.session_state[BATCH] = batch
    reload()


def _undo() -> None:
    act(lambda context: actions.undo(context, st.session_state.pop(BATCH)), "Taken back")
    reload()
