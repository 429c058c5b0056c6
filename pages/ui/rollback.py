"""The way back: a confirmation that names what will happen, and afterwards the proof by equal digests."""

from __future__ import annotations

import streamlit as st

from core.context import Context
from core.engine.runs import actions, views
from core.engine.runs.views import RollbackReport, RunView
from core.errors import NotFoundError
from pages.ui import show as ui
from pages.ui.frame import act


def rollback_part(context: Context, run: RunView) -> None:
    if run.kind == "dry_run":
        return
    report = _report(context, run)
    if report is not None:
        _proof(report)
    if "rollback" not in run.can:
        return
    kept = {item[2]: f"{ui.words(item[0])} {item[1]}" for item in report.kept} if report else {}
    label = "Roll back the rest" if kept else "Roll back"
    if st.button(label, icon=":material/undo:", key=f"rollback_{run.id}"):
        _ask(run, sum(count.changed for count in run.entities), kept)


def _report(context: Context, run: RunView) -> RollbackReport | None:
    try:
        return views.rollback_report(context, run.id)
    except NotFoundError:
        return None


@st.dialog("Roll this import back?", icon=":material/undo:", width="medium")
def _ask(run: RunView, records: int, kept: dict[str, str]) -> None:
    names = [count.entity for count in run.entities]
    st.markdown(
        f"- Up to **{records:,}** records are put back as they were before this import, newest first."
    )
    st.markdown("- New records are removed; changed ones get their old values.")
    st.markdown("- Records that somebody edited since are **kept** and listed, unless you choose them below.")
    st.markdown("- The proof is a digest of each table, before and after.")
    entities = st.multiselect("Only these entities", names, format_func=ui.words, placeholder="All entities")
    also = (
        st.multiselect(
            "Also put back, though edited since", list(kept), format_func=lambda record: kept[record]
        )
        if kept
        else []
    )
    with st.container(horizontal=True, horizontal_alignment="right"):
        if st.button("Keep the import"):
            st.rerun()
        if st.button("Roll back", type="primary", icon=":material/undo:"):
            act(
                lambda own: actions.rollback(own, run.id, entities=entities or None, also_edited=also),
                "Rollback queued",
            )
            st.rerun()


def _proof(report: RollbackReport) -> None:
    st.subheader("Rollback", anchor=False)
    if report.equal:
        st.badge("Every table is exactly as it was before", icon=":material/verified:", color="green")
    else:
        st.badge(
            "Some tables differ from before; see the kept records", icon=":material/warning:", color="orange"
        )
    ui.table(
        [
            {
                "Entity": ui.words(entity),
                "Records put back": report.undone.get(entity, 0),
                "Digest before": report.before.get(entity, "")[:16],
                "Digest after": report.after.get(entity, "")[:16],
                "Equal": ["Yes" if report.before.get(entity) == report.after.get(entity) else "No"],
            }
            for entity in report.entities
        ],
        {
            "Entity": None,
            "Records put back": st.column_config.NumberColumn(format="localized"),
            "Digest before": None,
            "Digest after": None,
            "Equal": ui.badge_column("Equal", {"Yes": "green", "No": "orange"}),
        },
        alt="Digests before the import and after its rollback",
    )
    if report.kept:
        st.caption("Kept, because somebody edited them after the import:")
        ui.table(
            [{"Entity": ui.words(item[0]), "Id": item[1], "Why": item[3]} for item in report.kept],
            {"Entity": None, "Id": None, "Why": None},
            alt="Records kept",
        )
