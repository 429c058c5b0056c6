"""Two kinds of contest: several source fields that claim one target, and two people who changed one row."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import streamlit as st

from core.context import Context
from core.engine.mapping import actions, views
from core.engine.mapping.actions import Decision
from core.engine.mapping.tables import MappingField
from pages.ui import show as ui
from pages.ui.frame import act
from pages.ui.grid import DECISIONS, badge, wish
from pages.ui.mapping_grid import CONTEST, RIVALS, VIEW, Contest, View, kept, reload


def rival_sources(context: Context, migration_id: str) -> None:
    """Lists targets that several fields of one stream claim; one click keeps one and leaves the others out."""
    found = kept(RIVALS, migration_id, lambda: _rivals(context, migration_id))
    if not found:
        return
    with st.expander(_title(len(found)), icon=":material/call_merge:"):
        st.caption("Keep the one that feeds the target, unless a transform joins them on purpose.")
        for stream, target, rivals in found[:20]:
            with st.container(border=True, horizontal=True, vertical_alignment="center"):
                st.text(f"{stream} → {target}")
                st.space("stretch")
                for rival in rivals:
                    st.button(
                        f"Keep {ui.plain(rival.source_field)} ({badge(rival.confidence)})",
                        key=f"keep_{rival.id}",
                        disabled=not context.may("mapping.edit"),
                        on_click=_keep,
                        args=(rival, [other for other in rivals if other.id != rival.id]),
                    )


def _rivals(context: Context, migration_id: str) -> list[tuple[str, str, list[MappingField]]]:
    claimed = views.contested(context, migration_id)
    if not claimed:
        return []
    fields = {
        (field.stream, field.source_field, field.target): field
        for field in views.mapping_fields(context, migration_id)
    }
    return [
        (stream, target, [fields[stream, name, target] for name in names if (stream, name, target) in fields])
        for stream, target, names in claimed
    ]


def _keep(chosen: MappingField, others: list[MappingField]) -> None:
    reason = f"{chosen.source_field} feeds {chosen.target}"
    decisions = [Decision(chosen.id, chosen.version, chosen.target, chosen.transform, "accepted", reason)]
    decisions += [Decision(other.id, other.version, None, None, "ignored", reason) for other in others]
    act(lambda context: actions.decide_many(context, decisions), "Saved")
    reload()


def contested() -> None:
    """Shows both versions of a row two people changed; the person decides which one stands."""
    contest: Contest | None = st.session_state.get(CONTEST)
    if contest is None:
        return
    theirs: Mapping[str, Any] = contest.facts.get("theirs", {})
    with st.container(border=True):
        st.markdown(":orange[:material/group:] **Somebody changed this field while you looked at it**")
        ui.table(
            [
                {
                    "Version": "Theirs, saved",
                    "Target": theirs.get("target") or "–",
                    "Transform": theirs.get("transform") or "",
                    "Decision": DECISIONS.get(str(theirs.get("status")), ""),
                },
                {
                    "Version": "Yours, not saved",
                    "Target": contest.yours.target or "–",
                    "Transform": contest.yours.transform,
                    "Decision": contest.yours.decision,
                },
            ],
            {"Version": None, "Target": None, "Transform": None, "Decision": None},
            alt="Both versions of the contested field",
        )
        with st.container(horizontal=True):
            st.button("Keep theirs", on_click=_settle, args=(False,))
            st.button("Save mine over it", on_click=_settle, args=(True,))


def _settle(mine: bool) -> None:  # noqa: FBT001  (the argument of a button)
    contest: Contest = st.session_state.pop(CONTEST)
    if mine:
        view: View = st.session_state[VIEW]
        chosen = wish(view.base[contest.field_id], contest.yours)
        version = int(contest.facts.get("theirs", {}).get("version", contest.yours.version))
        act(
            lambda context: actions.decide(
                context,
                contest.field_id,
                version=version,
                target=chosen.target,
                transform=chosen.transform,
                status=chosen.status,
            ),
            "Saved",
        )
    reload()


def _title(count: int) -> str:
    return (
        f"{count:,} targets are claimed by several fields"
        if count > 1
        else "1 target is claimed by several fields"
    )
