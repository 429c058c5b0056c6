"""Two kinds of contest: several source fields that claim one target, and two people who changed one row."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import streamlit as st

from core.context import Context
from core.engine.mapping import actions, views
from core.engine.mapping.actions import Decision
from core.engine.mapping.views import FieldRow
from core.schema import target_schema
from pages.ui import show as ui
from pages.ui.frame import act
from pages.ui.grid import BADGES, DECISIONS, badge
from pages.ui.mapping_bulk import bulk_done
from pages.ui.mapping_grid import CONTEST, RIVALS, Contest, kept, refresh

SHOWN = 20


@dataclass(frozen=True, slots=True)
class Rivalry:
    """A target of a stream and the fields that claim it."""

    stream: str
    target: str
    fields: tuple[FieldRow, ...]


def rival_sources(context: Context, migration_id: str) -> None:
    """Lists targets that several fields of one stream claim, to keep one, join them, or leave them all out."""
    found = rivalries(context, migration_id)
    if not found:
        ui.empty(
            "No target is claimed twice", "Every target has one source, or joins several.", icon="call_merge"
        )
        return
    st.caption("Keep the one that feeds the target, or join them. Until then the surest one is taken.")
    samples = views.samples_for(context, migration_id)
    for rivalry in found[:SHOWN]:
        _rivalry(context, rivalry, samples)
    if len(found) > SHOWN:
        st.caption(f"{len(found) - SHOWN:,} more follow when these are settled.")


def rivalries(context: Context, migration_id: str) -> list[Rivalry]:
    """What is contested, as it stood at the last change of the page."""
    return kept(RIVALS, migration_id, lambda: _rivals(context, migration_id))


def _rivalry(context: Context, rivalry: Rivalry, samples: Mapping[tuple[str, str], Sequence[str]]) -> None:
    may = context.may("mapping.edit")
    with st.container(border=True, gap="small"):
        st.text(f"{rivalry.stream} → {rivalry.target}")
        ui.table(
            [
                {
                    "Source field": one.source_field,
                    "Confidence": [badge(one.confidence)],
                    "Samples": ", ".join(samples.get((one.stream, one.source_field), ())),
                    "Transform": one.transform or "",
                }
                for one in rivalry.fields
            ],
            {
                "Source field": None,
                "Confidence": ui.badge_column("Confidence", BADGES, width=85),
                "Samples": None,
                "Transform": None,
            },
            alt="Fields that claim the target",
        )
        with st.container(horizontal=True, gap="small"):
            for rival in rivalry.fields:
                st.button(
                    f"Keep {ui.plain(rival.source_field)}",
                    key=f"keep_{rival.id}",
                    disabled=not may,
                    on_click=_keep,
                    args=(rivalry, rival),
                )
            for label, transform in joins_for(rivalry):
                st.button(
                    f"Join: {label}",
                    key=f"join_{transform}_{rivalry.fields[0].id}",
                    icon=":material/join:",
                    disabled=not may,
                    on_click=_join,
                    args=(rivalry, transform),
                )
            st.button(
                "Leave all out",
                key=f"none_{rivalry.fields[0].id}",
                type="tertiary",
                disabled=not may,
                on_click=_keep,
                args=(rivalry, None),
            )


def joins_for(rivalry: Rivalry) -> list[tuple[str, str]]:
    """(what it does, transform) that make one value of the rivals; a conversion they share follows the sum."""
    kind = target_schema().field(rivalry.target).kind
    shared = {field.transform for field in rivalry.fields}
    after = f" | {next(iter(shared))}" if len(shared) == 1 and None not in shared else ""
    found = []
    if kind in {"money", "int", "decimal"}:
        found.append(("add them up", f"sum{after}"))
    if kind == "text":
        found.append(("one after the other", "concat(' ')"))
    if kind == "datetime" and len(rivalry.fields) == 2:
        found.append(("a day and its time", "combine_date_time"))
    if kind not in {"money", "int", "decimal"} or after or shared == {None}:
        found.append(("the first that is filled", f"coalesce{after}"))
    return found


def _rivals(context: Context, migration_id: str) -> list[Rivalry]:
    claimed = views.contested(context, migration_id)
    if not claimed:
        return []
    fields = {
        (field.stream, field.source_field, field.target): field
        for field in views.field_rows(context, migration_id)
    }
    return [
        Rivalry(
            stream,
            target,
            tuple(fields[stream, name, target] for name in names if (stream, name, target) in fields),
        )
        for stream, target, names in claimed
    ]


def _keep(rivalry: Rivalry, chosen: FieldRow | None) -> None:
    reason = (
        f"{chosen.source_field} feeds {rivalry.target}" if chosen else f"None of them is {rivalry.target}"
    )
    _settle_rivals(
        [
            Decision(one.id, one.version, one.target, one.transform, "accepted", reason)
            if one is chosen
            else Decision(one.id, one.version, None, None, "ignored", reason)
            for one in rivalry.fields
        ]
    )


def _join(rivalry: Rivalry, transform: str) -> None:
    """The first carries the transform that joins; the others are its further sources."""
    reason = f"Joined into {rivalry.target}"
    first, *others = rivalry.fields
    _settle_rivals(
        [
            *(Decision(one.id, one.version, rivalry.target, None, "edited", reason) for one in others),
            Decision(first.id, first.version, rivalry.target, transform, "edited", reason),
        ]
    )


def _settle_rivals(decisions: list[Decision]) -> None:
    bulk_done(act(lambda context: actions.decide_many(context, decisions, looked=True), "Saved"))


def contested(context: Context) -> None:
    """Shows both versions of a row two people changed; the person decides which one stands."""
    contest: Contest | None = st.session_state.get(CONTEST)
    if contest is None:
        return
    theirs: Mapping[str, Any] = contest.facts.get("theirs", {})
    name = views.person_names(context, {theirs.get("by")}).get(theirs.get("by"), "")
    with st.container(border=True):
        st.markdown(":orange[:material/group:] **Somebody changed this field while you looked at it**")
        st.text(contest.label)
        left, right = st.columns(2)
        with left.container(border=True, gap="xsmall"):
            st.caption("Theirs, saved")
            _version(theirs.get("target"), theirs.get("transform"), DECISIONS.get(str(theirs.get("status"))))
            st.text(name)
        with right.container(border=True, gap="xsmall"):
            st.caption("Yours, not saved")
            _version(contest.yours.target, contest.yours.transform, DECISIONS[contest.yours.status])
            st.text(context.name)
        with st.container(horizontal=True):
            st.button("Keep theirs", on_click=_settle, args=(False,))
            st.button("Save mine over it", on_click=_settle, args=(True,))


def _version(target: str | None, transform: str | None, decision: str | None) -> None:
    st.text(target or "Left out")
    st.text(f"Transform: {transform or 'none'}. {decision or ''}")


def _settle(mine: bool) -> None:  # noqa: FBT001  (the argument of a button)
    contest: Contest = st.session_state.pop(CONTEST)
    if mine:
        version = int(contest.facts["theirs"]["version"])
        act(
            lambda context: actions.decide(
                context,
                contest.field_id,
                version=version,
                target=contest.yours.target,
                transform=contest.yours.transform,
                status=contest.yours.status,
                reason=contest.reason,
            ),
            "Saved",
        )
    refresh(contest.field_id)
