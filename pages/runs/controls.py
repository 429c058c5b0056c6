"""Show the parts that screens about runs share: the buttons of a run, row outcomes per entity, held rows."""

from __future__ import annotations

import streamlit as st

from core.context import Context
from core.engine.progress.permissions import refusal as refusal_of
from core.engine.runs import actions
from core.engine.runs.records import held_rows, held_rows_file
from core.engine.runs.rules import FATES
from core.engine.runs.views import RunView
from core.schema import entity_label
from pages.runs import card
from pages.ui import widgets as ui
from pages.ui.frame import act

FATE_LABELS = {
    "migrated": "Imported",
    "merged": "Merged",
    "skipped_by_rule": "Skipped by rule",
    "excluded_by_consent": "Excluded (no consent)",
    "quarantined": "Held for correction",
    "failed": "Failed",
}


def controls(run: RunView) -> None:
    """Pause, resume and cancel, where they are possible now; each says what it will do."""
    dry = run.kind == "dry_run"
    if "pause" in run.can:
        st.button(
            "Pause",
            icon=":material/pause:",
            key=f"pause_{run.id}",
            help="Pauses after the current chunk; a dry run starts over when it is resumed."
            if dry
            else "Pauses after the current chunk; nothing more is written until you resume.",
            on_click=_paused,
            args=(run.id,),
        )
    if "resume" in run.can:
        st.button(
            "Resume",
            icon=":material/play_arrow:",
            key=f"resume_{run.id}",
            help="Starts the dry run over." if dry else "Continues with the next chunk.",
            on_click=act,
            args=(lambda own: actions.resume(own, run.id), "Resumed: waiting for a worker"),
        )
    if "cancel" in run.can and st.button("Cancel run", icon=":material/stop_circle:", key=f"cancel_{run.id}"):
        ui.confirm(
            "Cancel this run?",
            ["It cannot be resumed."]
            + ([] if dry else ["Records already imported stay, until you roll the import back."]),
            "Cancel run",
            lambda: _cancelled(run.id),
        )


def _paused(run_id: str) -> None:
    act(lambda own: actions.pause(own, run_id), "Paused after the current chunk")


def _cancelled(run_id: str) -> None:
    act(lambda own: actions.cancel(own, run_id), "Run cancelled")


def approve_button(run: RunView) -> None:
    """The main button of an import that awaits approval; disabled with the reason for whoever may not approve."""
    if run.state != "awaiting_approval":
        return
    allowed = "approve" in run.can
    if st.button(
        "Review and approve",
        icon=":material/verified:",
        type="primary",
        key=f"approve_{run.id}",
        disabled=not allowed,
        help=None if allowed else refusal_of("run.approve"),
    ):
        _approve(run)


@st.dialog("Approve this import?", icon=":material/verified:")
def _approve(run: RunView) -> None:
    if run.errors:
        st.markdown(f"- {ui.counted(run.errors, 'row')} held: they can be corrected and uploaded again.")
    st.markdown("- Open differences stay on record under your name.")
    st.markdown("- The import can still be rolled back afterwards.")
    reason = st.text_input("Why is it acceptable?", key=f"approve_reason_{run.id}")
    with st.container(horizontal=True, horizontal_alignment="right"):
        if st.button("Cancel"):
            st.rerun()
        if st.button("Approve import", type="primary", disabled=not reason.strip()):
            act(lambda own: actions.approve(own, run.id, reason), "Import approved")
            st.rerun()


def fates_table(context: Context, run: RunView) -> None:
    """Rows read and their outcomes per entity, with the check that they are balanced."""
    counts = {count.entity: count for count in run.entities}
    rows = [
        {
            "Entity": entity_label(count.entity),
            "Rows read": count.read,
            **{FATE_LABELS[fate]: getattr(count, fate) for fate in FATES},
            "Balanced": ["Yes" if count.booked == count.read else "No"],
            "Records changed": count.changed,
        }
        for count in (counts[name] for name in ui.in_load_order(context, counts))
    ]
    if not rows:
        ui.empty(
            "No rows recorded yet",
            "Each row gets its outcome as soon as its chunk is written.",
            icon="hourglass_empty",
        )
        return
    number = st.column_config.NumberColumn(format="localized")
    ui.table(
        rows,
        {
            "Entity": None,
            "Rows read": number,
            **dict.fromkeys(FATE_LABELS.values(), number),
            "Balanced": ui.badge_column("Balanced", {"Yes": "green", "No": "red"}),
            "Records changed": number,
        },
        alt="Outcomes of rows per entity",
    )


def held_rows_part(context: Context, run: RunView) -> None:
    """The held rows with the source's own columns, the problem and how to fix it, to correct and upload again."""
    held = sum(count.quarantined + count.failed for count in run.entities)
    if not held:
        return
    st.header("Held rows", anchor=False)
    st.caption(
        "Held for correction: correct them in the file, then upload it again. Rows already imported stay as they are."
    )
    if not context.may("personal.read"):
        st.caption(
            ":material/visibility_off: Your role cannot see guests' values, so the rows are not shown."
        )
        return
    names = [count.entity for count in run.entities if count.quarantined + count.failed]
    with st.container(horizontal=True, vertical_alignment="bottom"):
        if (wanted := st.session_state.pop(card.HELD_ENTITY, None)) in names:
            st.session_state[f"held_{run.id}"] = wanted
        entity = st.selectbox("Entity", names, format_func=entity_label, key=f"held_{run.id}")
        st.space("stretch")
        for kind in ("csv", "xlsx"):
            ui.download(
                f"All held rows, {kind.upper()}",
                lambda own, kind=kind: held_rows_file(own, run.id, kind),  # type: ignore[misc]
                f"held_rows.{kind}",
                key=f"held_{kind}_{run.id}",
            )
    frame = held_rows(context, run.id, entity)
    last = [name for name in ("Problem", "How to fix") if name in frame.columns]
    shown = frame.select(*last, *(name for name in frame.columns if name not in last)).head(500)
    ui.table(shown.to_pandas(), dict.fromkeys(shown.columns), alt="Held rows")
