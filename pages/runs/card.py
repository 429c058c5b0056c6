"""The card of a run: its state, how far it is, how long it took, since when and by whom."""

from __future__ import annotations

from zoneinfo import ZoneInfo

import streamlit as st

from core.context import Context
from core.engine.runs.snapshot import Snapshot
from pages.ui import formats, widgets


def card(context: Context, shown: Snapshot) -> None:
    """Draw the state of a run, its progress, duration, start and who started it."""
    run = shown.run
    with st.container(border=True, gap="xsmall"):
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            widgets.badge(shown.label, shown.colour)
            st.markdown(f"**{formats.plain(_rows(shown))}**{_percent(shown)}", width="content")
            st.space("stretch")
            st.text(" · ".join(filter(None, _times(context, shown))), width="content")
        if shown.percent is not None:
            st.progress(shown.percent / 100)
        if shown.step:
            st.caption(shown.step if not run.current else f"{shown.step}. Written last:")
        if run.current and shown.step:
            st.text(run.current[0])
        if run.standstill:
            st.warning(formats.plain(run.standstill), icon=":material/warning:")
        if run.error and run.state == "failed":
            st.badge("The run failed", icon=":material/error:", color="red")
            st.text(run.error)


def _rows(shown: Snapshot) -> str:
    """Count the rows read of all rows of the files; for a finished run, their outcome."""
    run = shown.run
    if run.state == "rolled_back":
        return f"{shown.name} is rolled back"
    if run.headline and run.state in {"completed", "awaiting_approval"}:
        return run.headline
    if shown.percent is None:
        return formats.counted(run.file_rows, "row")
    out = f", {run.rows_out:,} excluded or not mapped" if run.rows_out else ""
    return f"{run.rows_done:,} of {formats.counted(run.file_rows, 'row')} read{out}"


def _percent(shown: Snapshot) -> str:
    finished = shown.run.state in {"completed", "awaiting_approval"}
    return "" if shown.percent is None or finished else f" · {shown.percent}%"


def _times(context: Context, shown: Snapshot) -> list[str]:
    run = shown.run
    remaining = shown.remaining
    if shown.ends_at is not None:
        remaining = f"{remaining}, ends {shown.ends_at.astimezone(ZoneInfo(context.tenant.zone)):%H:%M %Z}"
    verb = "started" if run.started_at else "created"
    begun = f"{verb} {formats.moment(context, run.started_at or run.created_at)}"
    begun += f" by {shown.started_by}" if shown.started_by else ""
    took = f"took {formats.duration(run.elapsed)}" if run.finished_at and run.elapsed else ""
    return [remaining, shown.rate, took, begun]
