"""The buttons of a run: pause, resume, cancel, review and approve."""

from __future__ import annotations

import streamlit as st

from core.engine.runs import actions
from core.engine.runs.rules import RunState
from core.engine.runs.views import RunView
from core.platform.access.colleagues import ALONE, DEMO
from core.platform.access.refusals import refusal
from pages.ui import formats, widgets
from pages.ui.frame import act


def controls(run: RunView) -> None:
    """Draw pause, resume and cancel where they are possible now; each describes its effect."""
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
            args=(lambda context: actions.resume(context, run.id), "Resumed: waiting for a worker"),
        )
    if "cancel" in run.can and st.button("Cancel run", icon=":material/stop_circle:", key=f"cancel_{run.id}"):
        widgets.confirm(
            "Cancel this run?",
            ["It cannot be resumed."]
            + ([] if dry else ["Records already imported stay, until you roll the import back."]),
            "Cancel run",
            lambda: _cancelled(run.id),
        )


def _paused(run_id: str) -> None:
    act(lambda context: actions.pause(context, run_id), "Paused after the current chunk")


def _cancelled(run_id: str) -> None:
    act(lambda context: actions.cancel(context, run_id), "Run cancelled")


def _why_not(*, may: bool) -> str:
    return "You started this import; another person approves it." if may else refusal("run.approve")


def approve_button(run: RunView, *, may: bool) -> None:
    """Draw the main button of an import that awaits approval; disabled with the reason for other roles."""
    if run.state != RunState.AWAITING_APPROVAL:
        return
    allowed = "approve" in run.can
    if st.button(
        "Review and approve",
        icon=":material/verified:",
        type="primary",
        key=f"approve_{run.id}",
        disabled=not allowed,
        help=None if allowed else _why_not(may=may),
    ):
        _approve(run)


@st.dialog("Approve this import?", icon=":material/verified:")
def _approve(run: RunView) -> None:
    if run.errors:
        st.markdown(f"- {formats.counted(run.errors, 'row')} held: they can be corrected and uploaded again.")
    st.markdown("- Open differences stay on record under your name.")
    two = "" if run.one_person == DEMO else "; that takes two people"
    st.markdown(f"- The import can still be rolled back afterwards{two}.")
    if run.one_person == ALONE:
        st.markdown("- Nobody else may approve it. If you started it, that is noted in the audit log.")
    reason = st.text_input("Why is it acceptable?", key=f"approve_reason_{run.id}")
    with st.container(horizontal=True, horizontal_alignment="right"):
        if st.button("Cancel"):
            st.rerun()
        if st.button("Approve import", type="primary", disabled=not reason.strip()):
            act(lambda context: actions.approve(context, run.id, reason), "Import approved")
            st.rerun()
