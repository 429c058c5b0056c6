"""The card of a run: its state, how far it is, how long it took, since when and by whom."""

from __future__ import annotations

from zoneinfo import ZoneInfo

import streamlit as st

from core.context import Context
from core.engine.runs.rules import LOADED, RunState
from core.engine.runs.snapshot import Snapshot
from pages.ui import formats, widgets


def card(context: Context, snapshot: Snapshot) -> None:
    """Draw the state of a run, its progress, duration, start and who started it."""
    run = snapshot.run
    with st.container(border=True, gap="xsmall"):
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            widgets.badge(snapshot.label, snapshot.colour)
            st.markdown(f"**{formats.plain(_rows(snapshot))}**{_percent(snapshot)}", width="content")
            st.space("stretch")
            st.text(" · ".join(filter(None, _times(context, snapshot))), width="content")
        if snapshot.percent is not None:
            st.progress(snapshot.percent / 100)
        if snapshot.step:
            st.caption(snapshot.step if not run.current else f"{snapshot.step}. Written last:")
        if run.current and snapshot.step:
            st.text(run.current[0])
        if run.standstill:
            st.warning(formats.plain(run.standstill), icon=":material/warning:")
        if run.error and run.state == RunState.FAILED:
            st.badge("The run failed", icon=":material/error:", color="red")
            st.text(run.error)


def _rows(snapshot: Snapshot) -> str:
    """Count the rows read of all rows of the files; for a finished run, their outcome."""
    run = snapshot.run
    if run.state == RunState.ROLLED_BACK:
        return f"{snapshot.name} is rolled back"
    if run.headline and run.state in LOADED:
        return run.headline
    if snapshot.percent is None:
        return formats.counted(run.file_rows, "row")
    out = f", {run.rows_out:,} excluded or not mapped" if run.rows_out else ""
    return f"{run.rows_done:,} of {formats.counted(run.file_rows, 'row')} read{out}"


def _percent(snapshot: Snapshot) -> str:
    finished = snapshot.run.state in LOADED
    return "" if snapshot.percent is None or finished else f" · {snapshot.percent}%"


def _times(context: Context, snapshot: Snapshot) -> list[str]:
    run = snapshot.run
    remaining = snapshot.remaining
    if snapshot.ends_at is not None:
        remaining = f"{remaining}, ends {snapshot.ends_at.astimezone(ZoneInfo(context.tenant.zone)):%H:%M %Z}"
    verb = "started" if run.started_at else "created"
    start = f"{verb} {formats.moment(context, run.started_at or run.created_at)}"
    start += f" by {snapshot.started_by}" if snapshot.started_by else ""
    took = f"took {formats.duration(run.elapsed)}" if run.finished_at and run.elapsed else ""
    return [remaining, snapshot.rate, took, start]
