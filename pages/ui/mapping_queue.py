"""One field at a time, by keyboard: the undecided fields in the order of what a mistake would cost.

The queue is drawn up once and walked through; a field that somebody decides meanwhile is shown as it then stands.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import streamlit as st

from core.context import Context
from core.engine.mapping import actions, views
from core.engine.mapping.tables import MappingField
from core.engine.sources import views as sources
from pages.ui import mapping_card as card
from pages.ui import show as ui
from pages.ui.frame import act
from pages.ui.grid import Wish
from pages.ui.mapping_card import Choice
from pages.ui.mapping_grid import FILTERS, decide, reload
from pages.ui.mapping_second import second_person

QUEUE = "map_queue"
_UNDECIDED = ("To decide", "Low", "Medium", "High", "No suggestion")


@dataclass(slots=True)
class Queue:
    """Ids in their order, where the person stands, and the batches that can be taken back."""

    of: tuple[str, str]
    ids: list[str]
    at: int = 0
    done: list[tuple[int, str]] = field(default_factory=list)


def one_by_one(context: Context, migration_id: str) -> None:
    with st.container(horizontal=True, vertical_alignment="center"):
        band = st.segmented_control(
            "Band", list(_UNDECIDED), default="To decide", required=True, key="queue_band", bind="query-params",
            label_visibility="collapsed",
        )  # fmt: skip
        st.space("stretch")
        st.button("Reload", icon=":material/refresh:", type="tertiary", on_click=_drop, key="queue_reload")
    queue = _queue(context, migration_id, band)
    if queue.at >= len(queue.ids):
        ui.empty(
            "Nothing left to decide here", "Choose another band, or go on to the rules.", icon="check_circle"
        )
        _undo_button(queue, context)
        return
    found = views.mapping_field(context, queue.ids[queue.at])
    with st.container(border=True):
        st.progress(
            queue.at / len(queue.ids), text=f"**{queue.at + 1:,} of {len(queue.ids):,}**, most at stake first"
        )
        card.about(context, found, sources.migration(context, migration_id).source)
        second_person(context, found)
        chosen = card.choose(context, found, views.field_samples(context, found.id), shortcuts=True)
        _buttons(context, queue, found, chosen)
    card.evidence(found)
    card.past(context, found)


def _queue(context: Context, migration_id: str, band: str) -> Queue:
    queue: Queue | None = st.session_state.get(QUEUE)
    if queue is None or queue.of != (migration_id, band):
        rows = views.field_rows(context, migration_id, **{**FILTERS[band], "undecided": True})
        rows.sort(key=lambda row: -row.loss)
        queue = Queue((migration_id, band), [row.id for row in rows])
        st.session_state[QUEUE] = queue
    return queue


def _buttons(context: Context, queue: Queue, found: MappingField, chosen: Choice) -> None:
    may = context.may("mapping.edit")
    with st.container(horizontal=True, vertical_alignment="center"):
        st.button(
            "Accept" if chosen.is_of(found) else "Save this choice",
            key="queue_accept",
            type="primary",
            icon=":material/check:",
            shortcut="A",
            disabled=not may or not chosen.target,
            on_click=_decide,
            args=(queue, found, chosen),
        )
        st.button(
            "Leave out",
            key="queue_out",
            icon=":material/block:",
            shortcut="X",
            disabled=not may,
            on_click=_decide,
            args=(queue, found, Choice(None, "", chosen.reason)),
        )
        st.button(
            "Later",
            key="queue_next",
            icon=":material/skip_next:",
            shortcut="N",
            on_click=_move,
            args=(queue, 1),
        )
        st.button(
            "Back",
            key="queue_back",
            icon=":material/skip_previous:",
            shortcut="B",
            disabled=not queue.at,
            on_click=_move,
            args=(queue, -1),
        )
        _undo_button(queue, context)


def _undo_button(queue: Queue, context: Context) -> None:
    if context.may("mapping.edit"):
        st.button(
            "Undo",
            key="queue_undo",
            icon=":material/undo:",
            shortcut="U",
            disabled=not queue.done,
            on_click=_undo,
            args=(queue,),
        )


def _decide(queue: Queue, found: MappingField, chosen: Choice) -> None:
    status = "ignored" if chosen.target is None else "accepted" if chosen.is_of(found) else "edited"
    yours = Wish(found.id, chosen.target, chosen.transform or None, status)
    batch = decide(found, yours, chosen.reason)
    if batch:
        queue.done.append((queue.at, batch))
        queue.at += 1
        reload()


def _move(queue: Queue, by: int) -> None:
    queue.at = max(0, queue.at + by)


def _undo(queue: Queue) -> None:
    at, batch = queue.done.pop()
    act(lambda context: actions.undo(context, batch), "Taken back")
    queue.at = at
    reload()


def _drop() -> None:
    st.session_state.pop(QUEUE, None)
