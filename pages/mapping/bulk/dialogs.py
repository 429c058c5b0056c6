"""The questions before a bulk action and before an undo, with counts and amounts."""

from __future__ import annotations

import streamlit as st

from core.context import Context
from core.engine.mapping import actions, views
from core.engine.mapping.actions import Decision
from core.engine.mapping.views import Batch, BulkEffect
from core.kit import money
from core.kit.wording import agree, counted, listed, plural
from core.schema import entity_label
from pages.mapping.bulk.history import history
from pages.mapping.bulk.menu import ASK, HISTORY, BulkRequest
from pages.mapping.deciding.undo import ASK_UNDO, LastBatch, forget_undo, last_batch, undo_now
from pages.mapping.state.keys import note, reload
from pages.mapping.state.view import BANDS
from pages.ui import formats
from pages.ui.frame import act, live, session_context


def dialogs(migration_id: str) -> None:
    """Show the question or the history that a callback opened."""
    request = st.session_state.get(ASK)
    if last := st.session_state.get(ASK_UNDO):
        st.dialog("Undo?", icon=":material/undo:", on_dismiss=_close)(_undo_question)(migration_id, last)
    elif request == HISTORY:
        st.dialog(
            "Bulk history", width="large", position="right", icon=":material/history:", on_dismiss=_close
        )(history)(migration_id)
    elif isinstance(request, BulkRequest):
        st.dialog(f"{request.verb} fields?", icon=":material/help:", on_dismiss=_close)(_question)(request)


def _close() -> None:
    st.session_state.pop(ASK, None)
    st.session_state.pop(ASK_UNDO, None)


def _undo_question(migration_id: str, last: LastBatch) -> None:
    """Ask before an undo, with the fields and the money that return to review."""
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
    """Describe an undo: '**30 fields** return to review; $15,950.00.', and what returns to an earlier decision."""
    earlier = batch.undoable_count - batch.to_review
    parts = []
    if batch.to_review:
        verb = agree(batch.to_review, "return")
        parts.append(f"**{counted(batch.to_review, 'field')}** {verb} to review")
    if earlier:
        verb = agree(earlier, "return")
        parts.append(f"**{counted(earlier, 'field')}** {verb} to the decision before")
    if batch.decided_since:
        parts.append(f"{counted(batch.decided_since, 'field')} decided since will stay")
    amount = money.show(batch.at_stake, context.tenant.currency) if batch.at_stake else "no amounts"
    return f"{'; '.join(parts)}; {formats.plain(amount)}."


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
    """Describe a bulk action: '**30 fields**: 0 with high confidence; 12,400 rows; $15,950.00 of order lines.'."""
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
    return f"**{counted(effect.fields, 'field')}**: {formats.plain('; '.join(parts))}."


def _run(request: BulkRequest, *, include_high: bool) -> None:
    batch = act(lambda context: _decide(context, request, include_high=include_high))
    _close()
    if batch is None:
        return
    forget_undo()
    with session_context() as context:
        last = last_batch(context, request.migration_id)
    if last is not None:
        note(f"{formats.plain(last.label)}. Undo with U.")
    reload()


def _decide(context: Context, request: BulkRequest, *, include_high: bool) -> str:
    """Decide those of the fields that nobody decided while the question was open."""
    ids = set(request.ids)
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
        for row in views.field_rows(context, request.migration_id, views.UNDECIDED)
        if row.id in ids
    ]
    return actions.decide_many(context, decisions, include_high=include_high)
