"""Finish the mapping from Next: what can be decided together is asked in one dialog, with counts and amounts."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from core.context import Context
from core.engine.mapping import actions, views
from core.engine.mapping.actions import Decision
from core.engine.mapping.review import is_asked
from core.engine.mapping.views import FieldRow
from core.kit.wording import agree, counted, listed
from pages.mapping.bulk.dialogs import effect_text
from pages.mapping.bulk.menu import ASK
from pages.mapping.state.keys import note, reload
from pages.ui import formats
from pages.ui.frame import act, live
from pages.ui.links import turn_to

FINISH = "finish"


def ask_finish() -> None:
    """Open the dialog; for callbacks."""
    st.session_state[ASK] = FINISH


def finish_dialog(migration_id: str) -> None:
    """Show the dialog while it is open."""
    if st.session_state.get(ASK) == FINISH:
        st.dialog("Finish the mapping?", icon=":material/rule:", on_dismiss=_close)(_finish)(migration_id)


def _close() -> None:
    st.session_state.pop(ASK, None)


def _finish(migration_id: str) -> None:
    with live() as context:
        rows = views.field_rows(context, migration_id, views.UNDECIDED)
        high = [row for row in rows if row.target and row.band == "green" and not is_asked(row)]
        unmatched = [row for row in rows if row.target is None and not is_asked(row)]
        questions = [row for row in rows if is_asked(row)]
        to_review = len(rows) - len(high) - len(unmatched)
        accepts = _offer(
            context, "accepted", high, f"Accept {counted(len(high), 'high-confidence suggestion')}"
        )
        excludes = _offer(
            context,
            "ignored",
            unmatched,
            f"Exclude {counted(len(unmatched), 'column')} with no matching field",
        )
        if uncertain := to_review - len(questions):
            st.markdown(
                f"{counted(uncertain, 'field')} at 90% or below {agree(uncertain, 'need')} your review."
            )
        if questions:
            names = formats.plain(listed([row.source_field for row in questions]))
            st.markdown(
                f":orange[:material/help:] {counted(len(questions), 'question')} to answer: {names}. "
                "A column with an open question is not imported."
            )
        st.caption("You can undo this later in Bulk history.")
        complete = not to_review and accepts >= bool(high) and excludes >= bool(unmatched)
        with st.container(horizontal=True, horizontal_alignment="right"):
            if st.button("Cancel", key="map_finish_cancel"):
                _close()
                st.rerun()
            if st.button(
                "Apply and continue"
                if complete
                else f"Apply and review {counted(to_review, 'field')}"
                if to_review
                else "Apply",
                key="map_finish_do",
                type="primary",
                disabled=not (accepts or excludes),
            ):
                _apply(high if accepts else (), unmatched if excludes else (), leave=complete)
                st.rerun()


def _offer(context: Context, status: str, rows: Sequence[FieldRow], label: str) -> bool:
    """Ask whether to decide the fields so; False where there is none."""
    if not rows:
        return False
    is_selected = st.checkbox(label, value=True, key=f"map_finish_{status}")
    st.caption(
        effect_text(context, views.bulk_effect(context, [row.id for row in rows], status), include_high=False)
    )
    return is_selected


def _apply(accepted: Sequence[FieldRow], excluded: Sequence[FieldRow], *, leave: bool) -> None:
    done = act(lambda context: _decide(context, accepted, excluded))
    _close()
    reload()
    if done is None:
        return
    if leave:
        turn_to("rules")
    else:
        note("Mapping saved. Undo in Bulk history.")


def _decide(context: Context, accepted: Sequence[FieldRow], excluded: Sequence[FieldRow]) -> list[str]:
    """Decide both groups, each as a batch that can be undone; return their ids. A refused second keeps the first."""
    batches = []
    if accepted:
        decisions = [Decision(row.id, row.version, row.target, row.transform, "accepted") for row in accepted]
        label = f"Accepted {counted(len(accepted), 'high-confidence suggestion')}"
        batches.append(actions.decide_many(context, decisions, label=label))
    if excluded:
        decisions = [
            Decision(row.id, row.version, None, None, "ignored", "No matching field") for row in excluded
        ]
        batches.append(
            actions.decide_many(
                context, decisions, label=lambda n: f"Excluded {counted(n, 'column')} with no matching field"
            )
        )
    return batches
