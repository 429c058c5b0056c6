"""The request for a rollback that waits for a second person: who asked and why, to be confirmed or withdrawn."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from core.context import Context
from core.engine.runs import rollback_requests as requests
from core.engine.runs.views import RunView
from core.kit.wording import listed
from core.schema import entity_label
from pages.ui import formats, widgets
from pages.ui.frame import act


def pending_rollback(context: Context, run: RunView) -> None:
    """Draw the request that waits for a second person, with what this person may do about it."""
    request = requests.open_request(context, run.id) if run.kind == "import" else None
    if request is None:
        return
    with st.container(border=True, gap="xsmall"):
        st.markdown(":orange[:material/group:] **Rollback needs second approval**")
        who = "You" if request.mine else request.name
        st.text(
            f"{who} asked for the rollback of this import at {formats.moment(context, request.created_at)}: "
            f"{request.reason}"
        )
        if request.entities is not None:
            st.text(f"Only {listed([entity_label(entity) for entity in request.entities])}.")
        if request.discarded:
            st.text(f"Including {formats.counted(request.discarded, 'record')} edited since.")
        st.caption(
            f"{request.second} Expires at {formats.moment(context, request.expires_at)}.".strip()
            if not request.can_confirm
            else f"Expires at {formats.moment(context, request.expires_at)}."
        )
        with st.container(horizontal=True):
            if request.can_confirm and st.button(
                "Confirm rollback", type="primary", icon=":material/undo:", key=f"confirm_{run.id}"
            ):
                _confirm(run)
            if request.can_withdraw:
                st.button(
                    "Withdraw request",
                    key=f"withdraw_{run.id}",
                    on_click=act,
                    args=(lambda work: requests.withdraw_rollback(work, run.id), "Request withdrawn"),
                )


def _confirm(run: RunView) -> None:
    records = formats.counted(sum(count.changed for count in run.entities), "record")
    widgets.confirm(
        "Confirm this rollback?",
        [f"Up to {records} are restored as they were before this import.", "Your name is kept with it."],
        "Confirm rollback",
        lambda: _confirmed(run.id),
    )


def _confirmed(run_id: str) -> None:
    act(lambda context: requests.confirm_rollback(context, run_id), "Rollback queued")


def request(run_id: str, reason: str, entities: Sequence[str], also: Sequence[str]) -> None:
    """Ask for the rollback of a run: of all entities where none is named; `also`: records edited since that go too."""
    act(
        lambda context: requests.ask_rollback(
            context, run_id, reason=reason, entities=entities or None, discard_edits_of=also
        ),
        "Rollback needs second approval",
    )
    st.rerun()
