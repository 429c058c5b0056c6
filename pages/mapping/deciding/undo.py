"""Undo of the person's newest batch of decisions."""

from __future__ import annotations

from dataclasses import dataclass

import streamlit as st

from adapters import SOURCES
from core.context import Context
from core.engine.mapping import actions, views
from pages.mapping.deciding.deck import REVIEWED
from pages.mapping.state.keys import FOCUS, note, reload
from pages.ui.formats import plain
from pages.ui.frame import act, session_context

_UNDO, ASK_UNDO, _SINGLES = "map_last_batch", "map_undo_ask", "map_single_batches"


@dataclass(frozen=True, slots=True)
class LastBatch:
    """A batch of decisions and its description, which contains names of columns."""

    batch: str
    label: str


def remember_undo(migration_id: str, batch: str, label: str, *, fields: int = 1) -> None:
    """Make the batch the one that Undo reverts; without a question if it decided a single field."""
    if fields == 1:
        st.session_state[_SINGLES] = {*st.session_state.get(_SINGLES, ()), batch}
    st.session_state[_UNDO] = (migration_id, LastBatch(batch, label))


def forget_undo() -> None:
    """Have the batch for Undo read from the database again."""
    st.session_state.pop(_UNDO, None)


def last_batch(context: Context, migration_id: str) -> LastBatch | None:
    """Return the person's newest batch that can be undone; read again after a reload."""
    cached: tuple[str, LastBatch | None] | None = st.session_state.get(_UNDO)
    if cached is None or cached[0] != migration_id:
        batches = views.batches(context, migration_id)
        newest = next((batch for batch in batches if batch.can_undo and batch.by == context.name), None)
        cached = (migration_id, LastBatch(newest.id, newest.label) if newest else None)
        st.session_state[_UNDO] = cached
    return cached[1]


def undo_last(migration_id: str) -> None:
    """Undo this session's decision about a single field; ask first about any other batch."""
    with session_context() as context:
        if not context.may("mapping.edit"):
            return
        last = last_batch(context, migration_id)
    if last is not None and last.batch not in st.session_state.get(_SINGLES, ()):
        st.session_state[ASK_UNDO] = last
        return
    undo_now(migration_id)


def undo_now(migration_id: str) -> None:
    """Undo the person's last decision or bulk action; a single restored field becomes the current one."""
    outcome = act(lambda context: _undo(context, migration_id))
    if outcome is None:
        return
    label, ids = outcome
    note(f"Undone: {plain(label)}" if label else "Nothing to undo.")
    st.session_state.get(REVIEWED, set()).difference_update(ids)
    if len(ids) == 1:
        st.session_state[FOCUS] = ids[0]
    reload()


def _undo(context: Context, migration_id: str) -> tuple[str, list[str]]:
    last = last_batch(context, migration_id)
    forget_undo()
    if last is None:
        return "", []
    return last.label, actions.undo_batch(context, migration_id, last.batch, SOURCES)
