"""Roll back an import: a confirmation that names what will happen, and afterwards the proof by equal checksums."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from core.context import Context
from core.engine.runs import actions, views
from core.engine.runs import rollback_requests as requests
from core.engine.runs.rules import LOADED, RunState
from core.engine.runs.views import RollbackReport, RunView
from core.errors import NotFoundError
from core.platform.access.colleagues import ALONE
from core.platform.access.refusals import refusal
from core.schema import entity_label
from pages.runs.second_person import request
from pages.ui import formats, widgets
from pages.ui.frame import act
from pages.ui.links import turn_to

RESUMING = "Two people agreed to this rollback; it failed and continues from there."
ENDED_STATES = LOADED | {RunState.CANCELLED, RunState.FAILED}
"""States of an import that is not at work and was not rolled back."""


def rollback_button(context: Context, run: RunView) -> None:
    """Draw the button where a rollback is possible now, or can be asked for; it asks first."""
    if run.kind == "import" and run.state in ENDED_STATES and not context.may(run.undo_permission):
        reason = refusal(run.undo_permission)
        st.button("Roll back", icon=":material/undo:", key=f"rollback_{run.id}", disabled=True, help=reason)
    if run.kind == "dry_run" or not run.can & {"rollback", "ask_rollback"}:
        return
    asks = "rollback" not in run.can
    if asks and requests.open_request(context, run.id) is not None:
        return
    if asks and (confirmed := requests.resumable_rollback(context, run.id)) is not None:
        if st.button("Resume rollback", icon=":material/undo:", key=f"rollback_{run.id}", help=RESUMING):
            _roll_back(run, confirmed.entities or (), confirmed.discard_edits_of)
        return
    report = _report(context, run)
    unrestored = {item[2]: f"{entity_label(item[0])} {item[1]}" for item in report.kept} if report else {}
    direct = "Roll back the remaining records" if unrestored else "Roll back"
    label = "Ask for rollback" if asks else direct
    if st.button(label, icon=":material/undo:", key=f"rollback_{run.id}"):
        _ask(run, sum(count.changed for count in run.entities), unrestored)


def _report(context: Context, run: RunView) -> RollbackReport | None:
    try:
        return views.rollback_report(context, run.id)
    except NotFoundError:
        return None


@st.dialog("Roll back this import?", icon=":material/undo:", width="medium")
def _ask(run: RunView, records: int, unrestored: dict[str, str]) -> None:
    names = [count.entity for count in run.entities]
    st.markdown(
        f"- Up to **{formats.counted(records, 'record')}** are restored as they were before this import."
    )
    st.markdown("- New records are removed; changed records get their previous values.")
    st.markdown("- Records edited since are **not touched** and listed, unless you choose them below.")
    st.markdown("- The proof is a checksum of each table, before and after.")
    entities = st.multiselect(
        "Only these entities", names, format_func=entity_label, placeholder="All entities"
    )
    also = (
        st.multiselect(
            "Also restore, though edited since",
            list(unrestored),
            format_func=lambda record: unrestored[record],
        )
        if unrestored
        else []
    )
    asks = "rollback" not in run.can
    reason = ""
    if asks:
        st.markdown("- A second person confirms it within 24 hours; until then nothing changes.")
        reason = st.text_input("Why should it be rolled back?", key=f"rollback_reason_{run.id}")
    elif run.one_person == ALONE and run.two_people:
        st.markdown("- Nobody else may confirm it: this is noted in the audit log.")
    with st.container(horizontal=True, horizontal_alignment="right"):
        if st.button("Cancel"):
            st.rerun()
        if asks:
            if st.button("Ask for rollback", type="primary", disabled=not reason.strip()):
                request(run.id, reason, entities, also)
        elif st.button("Roll back", type="primary", icon=":material/undo:"):
            _roll_back(run, entities, also)


def _roll_back(run: RunView, entities: Sequence[str], also: Sequence[str]) -> None:
    queued = act(
        lambda context: actions.rollback(context, run.id, entities=entities or None, discard_edits_of=also),
        "Rollback queued",
    )
    if queued is not None:
        turn_to("runs", run=run.id)
    st.rerun()


def proof(context: Context, run: RunView) -> None:
    """Draw the checksums of each table before the import and after its rollback; nothing without a rollback."""
    report = _report(context, run) if run.kind == "import" else None
    if report is None:
        return
    st.header("Rollback", anchor=False)
    if report.equal:
        st.badge("Every table is exactly as it was before", icon=":material/verified:", color="green")
    else:
        st.badge(_difference(context, run, report), icon=":material/warning:", color="orange")
    widgets.table(
        [
            {
                "Entity": entity_label(entity),
                "Records restored": report.undone.get(entity, 0),
                "Checksum before": report.before.get(entity, "")[:16],
                "Checksum after": report.after.get(entity, "")[:16],
                "Equal": ["Yes" if report.before.get(entity) == report.after.get(entity) else "No"],
            }
            for entity in report.entities
        ],
        {
            "Entity": None,
            "Records restored": st.column_config.NumberColumn(format="localized"),
            "Checksum before": None,
            "Checksum after": None,
            "Equal": widgets.badge_column("Equal", {"Yes": "green", "No": "orange"}),
        },
        alt="Checksums before the import and after its rollback",
    )
    if report.kept:
        st.caption("Not restored, because somebody edited them after the import:")
        widgets.table(
            [{"Entity": entity_label(item[0]), "ID": item[1], "Why": item[3]} for item in report.kept],
            {"Entity": None, "ID": None, "Why": None},
            alt="Records not restored",
        )


def _difference(context: Context, run: RunView, report: RollbackReport) -> str:
    """Say why tables are not as they were before the import: records that were kept, or imports that ran since."""
    if report.kept:
        return "Some tables differ from before: see the records not restored"
    if any(other.kind == "import" and other.created_at > run.created_at for other in views.runs(context)):
        return "Some tables differ from before: other imports have run since"
    return "Some tables differ from before"
