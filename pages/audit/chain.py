"""The state of the log's chain: when it was verified, by whom, with which outcome; a button to verify it now."""

from __future__ import annotations

import streamlit as st

from core.context import Context
from core.kit.wording import counted
from core.platform.access.audit_files import Verification, check_file, last_verification, verify_log
from core.platform.audit.labels import action_label
from core.platform.audit.reports import ReportCheck
from core.platform.audit.verifying import Verdict
from pages.ui import formats, widgets
from pages.ui.frame import act

_VERDICT, _CHECK = "audit_verdict", "audit_file_checks"


def chain_state(context: Context) -> None:
    """Draw when the customer's log was last verified, the faults just found, and the button to verify it."""
    state = last_verification(context)
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        _badge(state)
        if state is not None:
            by = formats.plain(state.name)
            at = formats.plain(formats.moment(context, state.at))
            st.markdown(f":gray[{counted(state.lines, 'line')} verified {at} by {by}]", width="content")
    with widgets.row_end():
        with st.popover("Check file", icon=":material/fact_check:"):
            _file_check(context)
        st.button("Verify log", icon=":material/verified_user:", key="audit_verify", on_click=_verify)
    tenant, faults = st.session_state.get(_VERDICT, ("", []))
    if tenant == context.tenant.id:
        for fault in faults:
            st.markdown(f":red[:material/error:] {formats.plain(fault)}")


def _file_check(context: Context) -> None:
    """Draw the choice of an exported file, and what the log says about it."""
    upload = st.file_uploader("Exported file", key="audit_file", max_upload_size=50)
    if upload is None:
        st.caption("Choose a file that was exported from this customer.")
        return
    checks = st.session_state.setdefault(_CHECK, {})
    key = (context.tenant.id, upload.file_id)
    if key not in checks:
        checks.clear()
        checks[key] = check_file(context, upload.getvalue())
    check: ReportCheck = checks[key]
    for fault in check.faults:
        st.markdown(f":red[:material/error:] {formats.plain(fault)}")
    if check.export is not None and not check.faults:
        at = formats.plain(formats.moment(context, check.export.at))
        label = action_label(check.export.action)
        st.markdown(
            f":green[:material/check_circle:] {label} {at}, line {check.export.seq:,}. The log agrees."
        )


def _badge(state: Verification | None) -> None:
    if state is None:
        widgets.badge("Never verified", "gray", icon=":material/help:")
    elif state.faults:
        widgets.badge(counted(state.faults, "fault"), "red", icon=":material/gpp_bad:")
    else:
        widgets.badge("Log verified", "green", icon=":material/verified_user:")


def _verify() -> None:
    verdict = act(verify_log, _notice)
    if verdict is not None:
        st.session_state[_VERDICT] = (verdict.tenant, verdict.faults)


def _notice(verdict: Verdict) -> str:
    if verdict.is_sound:
        return f"{counted(verdict.lines, 'line')} verified: no line was changed or removed."
    return f"{counted(len(verdict.faults), 'fault')} in the audit log."
