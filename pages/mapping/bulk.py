"""Bulk actions: each asks first with counts and amounts, and each batch stays in a history from which it is undone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import streamlit as st

from core.context import Context
from core.engine.mapping import actions, views
from core.engine.mapping.actions import Decision
from core.engine.mapping.views import Batch, BulkEffect
from core.kit import money
from core.kit.wording import counted, listed, plural
from core.schema import entity_label
from pages.mapping.deciding import ASK_UNDO, LastBatch, forget_undo, last_batch, undo_now
from pages.mapping.state import BANDS, View, note, reload
from pages.ui import widgets as ui
from pages.ui.frame import act, here, live

ASK = "map_bulk"
ACCEPT, EXCLUDE, HISTORY = "accept", "exclude", "history"
_SHOWN = 30


@dataclass(frozen=True, slots=True)
class BulkRequest:
    """What the dialog asks about: fields by id, and whether they are 'accepted' or 'ignored'; `reason` is kept with each."""

    migration_id: str
    status: str
    ids: tuple[str, ...]
    reason: str = ""

    @property
    def verb(self) -> str:
        return "Exclude" if self.status == "ignored" else "Accept"


def ask(migration_id: str, status: str, ids: Sequence[str], reason: str = "") -> None:
    """For callbacks: opens the question about the fields."""
    st.session_state[ASK] = BulkRequest(migration_id, status, tuple(ids), reason)


def bulk_menu(context: Context, migration_id: str, view: View | None) -> None:
    """The menu of bulk actions on what needs review in the view; the history needs no view."""
    open_rows = [row for row in view.saved.values() if row.decision == "Needs review"] if view else []
    mapped = [row.id for row in open_rows if row.target]
    entries = {
        ACCEPT: f"Accept {len(mapped):,} in view…",
        EXCLUDE: f"Exclude {len(open_rows):,} in view…",
        HISTORY: "Bulk history…",
    }
    offered = [
        name for name, ids in ((ACCEPT, mapped), (EXCLUDE, open_rows)) if ids and context.may("mapping.edit")
    ]
    st.menu_button(
        "Bulk",
        [*offered, HISTORY],
        key="map_bulk_menu",
        icon=":material/more_horiz:",
        format_func=lambda name: entries.get(name, name),
        on_click=_chosen,
        args=(migration_id, mapped, [row.id for row in open_rows]),
    )


def _chosen(migration_id: str, mapped: Sequence[str], open_rows: Sequence[str]) -> None:
    entry = st.session_state["map_bulk_menu"]
    if entry == HISTORY:
        st.session_state[ASK] = HISTORY
    elif entry == ACCEPT:
        ask(migration_id, "accepted", mapped)
    elif entry == EXCLUDE:
        ask(migration_id, "ignored", open_rows)


def accept_high(context: Context, migration_id: str, high: int) -> None:
    """The primary button: asks about every unreviewed suggestion above 90%."""
    st.button(
        f"Accept {high:,} high",
        key="map_accept_high",
        type="primary",
        icon=":material/done_all:",
        disabled=not high or not context.may("mapping.edit"),
        help=None if high else "No unreviewed suggestion is above 90%",
        on_click=_ask_high,
        args=(migration_id,),
    )


def _ask_high(migration_id: str) -> None:
    with here() as context:
        rows = views.field_rows(context, migration_id, undecided=True, band="green")
    ids = [row.id for row in rows if row.target]
    ask(migration_id, "accepted", ids)


def dialogs(migration_id: str) -> None:
    """Shows the question or the history that a callback opened."""
    request = st.session_state.get(ASK)
    if last := st.session_state.get(ASK_UNDO):
        st.dialog("Undo?", icon=":material/undo:", on_dismiss=_close)(_undo_question)(migration_id, last)
    elif request == HISTORY:
        st.dialog(
            "Bulk history", width="large", position="right", icon=":material/history:", on_dismiss=_close
        )(_history)(migration_id)
    elif isinstance(request, BulkRequest):
        st.dialog(f"{request.verb} fields?", icon=":material/help:", on_dismiss=_close)(_question)(request)


def _close() -> None:
    st.session_state.pop(ASK, None)
    st.session_state.pop(ASK_UNDO, None)


def _undo_question(migration_id: str, last: LastBatch) -> None:
    """Says what undoing the batch returns to review, in fields and money, before it does so."""
    with live() as context:
        batches = views.batches(context, migration_id)
        batch = next((batch for batch in batches if batch.id == last.batch and batch.can_undo), None)
        st.text(f"Undo “{last.label}”?")
        st.markdown(undo_text(context, batch) if batch else "Nothing of it is left to undo.")
        with st.container(horizontal=True, horizontal_alignment="right"):
            if st.button("Cancel", key="map_undo_cancel"):
                _close()
                st.rerun()
            if st.button("Undo", key="map_undo_do", type="primary", disabled=batch is None):
                _close()
                undo_now(migration_id)
                st.rerun()


def undo_text(context: Context, batch: Batch) -> str:
    """'**30 fields** return to review; $15,950.00.', with the fields that return to an earlier decision or stay."""
    earlier = batch.standing - batch.to_review
    parts = []
    if batch.to_review:
        verb = "returns" if batch.to_review == 1 else "return"
        parts.append(f"**{counted(batch.to_review, 'field')}** {verb} to review")
    if earlier:
        verb = "returns" if earlier == 1 else "return"
        parts.append(f"**{counted(earlier, 'field')}** {verb} to the decision before")
    if batch.decided_since:
        parts.append(f"{counted(batch.decided_since, 'field')} decided since will stay")
    amount = money.show(batch.at_stake, context.tenant.currency) if batch.at_stake else "no amounts"
    return f"{'; '.join(parts)}; {ui.plain(amount)}."


def _question(request: BulkRequest) -> None:
    with live() as context:
        include = False
        effect = views.bulk_effect(context, request.ids, request.status)
        if effect.high:
            include = st.checkbox(
                f"Also exclude {counted(effect.high, 'field')} with high confidence", key="map_bulk_high"
            )
            if include:
                effect = views.bulk_effect(context, request.ids, request.status, include_high=True)
        st.markdown(effect_text(context, effect, include_high=include))
        st.caption("You can undo this later in Bulk history.")
        with st.container(horizontal=True, horizontal_alignment="right"):
            if st.button("Cancel", key="map_bulk_cancel"):
                _close()
                st.rerun()
            if st.button(
                f"{request.verb} {counted(effect.fields, 'field')}",
                key="map_bulk_do",
                type="primary",
                disabled=not effect.fields,
            ):
                _run(request, include_high=include)
                st.rerun()


def effect_text(context: Context, effect: BulkEffect, *, include_high: bool) -> str:
    """'**30 fields**: 0 with high confidence; 12,400 rows; $15,950.00 of order lines.', in our words."""
    if effect.status == "ignored":
        bands = f"{effect.high if include_high else 0:,} with high confidence"
    else:
        counts = [(label.lower(), effect.bands.get(band, 0)) for band, label in BANDS.items()]
        bands = listed([f"{count:,} {label}" for label, count in counts if count])
    amounts = [
        f"{money.show(amount, context.tenant.currency)} of {plural(entity_label(entity).lower())}"
        for entity, amount in effect.money.items()
        if entity
    ]
    parts = [bands, counted(effect.rows, "row"), listed(amounts) if amounts else "no amounts"]
    return f"**{counted(effect.fields, 'field')}**: {ui.plain('; '.join(parts))}."


def _run(request: BulkRequest, *, include_high: bool) -> None:
    batch = act(lambda context: _decide(context, request, include_high=include_high))
    _close()
    if batch is None:
        return
    forget_undo()
    with here() as context:
        last = last_batch(context, request.migration_id)
    if last is not None:
        note(f"{ui.plain(last.label)}. Undo with U.")
    reload()


def _decide(context: Context, request: BulkRequest, *, include_high: bool) -> str:
    """Decides those of the fields that nobody decided while the question stood."""
    wanted = set(request.ids)
    accepted = request.status == "accepted"
    decisions = [
        Decision(
            row.id,
            row.version,
            row.target if accepted else None,
            row.transform if accepted else None,
            request.status,
            request.reason,
        )
        for row in views.field_rows(context, request.migration_id, undecided=True)
        if row.id in wanted
    ]
    return actions.decide_many(context, decisions, include_high=include_high)


# --- history --------------------------------------------------------------------------------------------------------


def _history(migration_id: str) -> None:
    with live() as context:
        batches = views.batches(context, migration_id, bulk_only=True)
        if not batches:
            st.caption("No bulk action yet.")
        for batch in batches[:_SHOWN]:
            _entry(context, batch)
        if len(batches) > _SHOWN:
            st.caption(f"{len(batches) - _SHOWN:,} older ones are in the audit log.")


def _entry(context: Context, batch: Batch) -> None:
    with st.container(border=True, horizontal=True, vertical_alignment="center"):
        with st.container(gap=None):
            st.text(batch.label)
            amount = f" · {money.show(batch.amount, context.tenant.currency)}" if batch.amount else ""
            st.caption(ui.plain(f"{batch.by} · {ui.moment(context, batch.at)}{amount}"))
            if batch.why_not:
                by = (
                    f" by {batch.undone_by}, {ui.moment(context, batch.undone_at)}" if batch.is_undone else ""
                )
                st.caption(ui.plain(f"{batch.why_not}{by}"))
        if st.button(
            "Undo",
            key=f"undo_{batch.id}",
            icon=":material/undo:",
            disabled=not (batch.can_undo and context.may("mapping.edit")),
        ):
            act(lambda own: actions.undo(own, batch.id, only_unchanged=True))
            note(f"Undone: {ui.plain(batch.label)}")
            forget_undo()
            reload()
            st.rerun()
