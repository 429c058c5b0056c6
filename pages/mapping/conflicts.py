"""Two kinds of conflict: several columns that claim one target, and two people who changed one row."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import streamlit as st

from core.context import Context
from core.engine.mapping import actions, views
from core.engine.mapping.actions import Decision
from core.engine.mapping.views import FieldRow, Rivals
from core.schema import target_schema, target_title
from pages.mapping.deciding import remember_undo
from pages.mapping.edits import BADGES, DECISIONS, badge
from pages.mapping.state import CONFLICT, EditConflict, note, refresh, reload
from pages.ui import widgets as ui
from pages.ui.frame import act

SHOWN = 20


def rival_sources(context: Context, migration_id: str) -> None:
    """Lists targets that several columns of one table claim, to keep one, join them, or exclude them all."""
    conflicts = views.contested_rows(context, migration_id)
    if not conflicts:
        ui.empty("No duplicate mapping", "Every target has one column, or joins several.", icon="call_merge")
        return
    st.caption(
        "Keep the column that feeds the target, or join them. Until then only one of them is sure to be imported."
    )
    samples = views.samples_for(context, migration_id)
    for rivals in conflicts[:SHOWN]:
        _rivals(context, migration_id, rivals, samples)
    if len(conflicts) > SHOWN:
        st.caption(f"{len(conflicts) - SHOWN:,} more follow when these are resolved.")


def _rivals(
    context: Context, migration_id: str, rivals: Rivals, samples: Mapping[tuple[str, str], Sequence[str]]
) -> None:
    may = context.may("mapping.edit")
    with st.container(border=True, gap="small"):
        st.text(f"{rivals.stream} → {target_title(rivals.target)}")
        ui.table(
            [
                {
                    "Source column": row.source_field,
                    "Confidence": [badge(row.confidence)],
                    "Samples": ", ".join(samples.get((row.stream, row.source_field), ())),
                    "Transform": row.transform or "",
                }
                for row in rivals.fields
            ],
            {
                "Source column": None,
                "Confidence": ui.badge_column("Confidence", BADGES, width=110),
                "Samples": None,
                "Transform": None,
            },
            alt="Columns that claim the target",
        )
        with st.container(horizontal=True, gap="small"):
            for row in rivals.fields:
                st.button(
                    f"Keep {ui.plain(row.source_field)}",
                    key=f"keep_{row.id}",
                    disabled=not may,
                    on_click=_keep,
                    args=(migration_id, rivals, row),
                )
            for label, transform in joins_for(rivals):
                st.button(
                    f"Join: {label}",
                    key=f"join_{transform}_{rivals.fields[0].id}",
                    icon=":material/join:",
                    disabled=not may,
                    on_click=_join,
                    args=(migration_id, rivals, transform),
                )
            st.button(
                "Exclude both" if len(rivals.fields) == 2 else "Exclude all",
                key=f"none_{rivals.fields[0].id}",
                type="tertiary",
                disabled=not may,
                on_click=_keep,
                args=(migration_id, rivals, None),
            )


def joins_for(rivals: Rivals) -> list[tuple[str, str]]:
    """(what it does, transform) that make one value of the rivals; a conversion they share follows the sum.

    Words are converted each before they follow each other.
    """
    kind = target_schema().field(rivals.target).kind
    shared = {field.transform for field in rivals.fields}
    conversion = next(iter(shared)) if len(shared) == 1 else None
    after = f" | {conversion}" if conversion else ""
    joins: list[tuple[str, str]] = []
    if kind in {"money", "int", "decimal"}:
        joins.append(("add them up", f"sum{after}"))
    if kind == "text":
        joins.append(("one after the other", f"{conversion} | concat(' ')" if conversion else "concat(' ')"))
    if kind == "datetime" and len(rivals.fields) == 2:
        joins.append(("a day and its time", "combine_date_time"))
    if kind not in {"money", "int", "decimal"} or after or shared == {None}:
        joins.append(("the first that is filled", f"coalesce{after}"))
    return joins


def _keep(migration_id: str, rivals: Rivals, chosen: FieldRow | None) -> None:
    title = target_title(rivals.target)
    reason = f"{chosen.source_field} feeds {title}" if chosen else f"None of them is {title}"
    decisions = [
        Decision(row.id, row.version, row.target, row.transform, "accepted", reason)
        if row is chosen
        else Decision(row.id, row.version, None, None, "ignored", reason)
        for row in rivals.fields
    ]
    _resolve(migration_id, decisions, f"Resolved {title}")


def _join(migration_id: str, rivals: Rivals, transform: str) -> None:
    """The first carries the transform that joins; the others are its further sources."""
    title = target_title(rivals.target)
    reason = f"Joined into {title}"
    first, *others = rivals.fields
    decisions = [
        *(Decision(row.id, row.version, rivals.target, None, "edited", reason) for row in others),
        Decision(first.id, first.version, rivals.target, transform, "edited", reason),
    ]
    _resolve(migration_id, decisions, f"Joined columns into {title}")


def _resolve(migration_id: str, decisions: list[Decision], label: str) -> None:
    batch = act(lambda context: actions.decide_many(context, decisions, looked=True, label=label))
    if batch:
        remember_undo(migration_id, batch, label, fields=len(decisions))
        note(f"{ui.plain(label)}. Undo with U.")
    reload()


def edit_conflict(context: Context) -> None:
    """Shows both versions of a row two people changed; the person decides which one stands."""
    conflict: EditConflict | None = st.session_state.get(CONFLICT)
    if conflict is None:
        return
    theirs: Mapping[str, Any] = conflict.details.get("theirs", {})
    name = views.person_names(context, {theirs.get("by")}).get(theirs.get("by"), "")
    with st.container(border=True):
        st.markdown(":orange[:material/group:] **Somebody changed this field while you looked at it**")
        st.text(conflict.label)
        left, right = st.columns(2)
        with left.container(border=True, gap="xsmall"):
            st.caption("Theirs, saved")
            _version(theirs.get("target"), theirs.get("transform"), DECISIONS.get(str(theirs.get("status"))))
            st.text(name)
        with right.container(border=True, gap="xsmall"):
            st.caption("Yours, not saved")
            _version(conflict.yours.target, conflict.yours.transform, DECISIONS[conflict.yours.status])
            st.text(context.name)
        with st.container(horizontal=True):
            st.button("Keep theirs", on_click=_settle, args=(False,))
            st.button("Save mine over it", on_click=_settle, args=(True,))


def _version(target: str | None, transform: str | None, decision: str | None) -> None:
    st.text(target_title(target) if target else "Excluded")
    st.text(f"Transform: {transform or 'none'}. {decision or ''}")


def _settle(mine: bool) -> None:  # noqa: FBT001  (the argument of a button)
    conflict: EditConflict = st.session_state.pop(CONFLICT)
    if mine:
        version = int(conflict.details["theirs"]["version"])
        act(
            lambda context: actions.decide(
                context,
                conflict.field_id,
                version=version,
                target=conflict.yours.target,
                transform=conflict.yours.transform,
                status=conflict.yours.status,
                reason=conflict.reason,
            ),
            "Saved",
        )
    refresh(conflict.field_id)
