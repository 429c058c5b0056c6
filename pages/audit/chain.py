"""The state of the log's chain: when it was verified, by whom, with which outcome; a button to verify it now."""

from __future__ import annotations

import streamlit as st

from core.context import Context
from core.kit.wording import counted
from core.platform.access.audit_files import Verification, last_verification, verify_log
from core.platform.audit.verifying import Verdict
from pages.ui import formats, widgets
from pages.ui.frame import act

_VERDICT = "audit_verdict"


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
        st.button("Verify log", icon=":material/verified_user:", key="audit_verify", on_click=_verify)
    tenant, faults = st.session_state.get(_VERDICT, ("", []))
    if tenant == context.tenant.id:
        for fault in faults:
            st.markdown(f":red[:material/error:] {formats.plain(fault)}")


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
