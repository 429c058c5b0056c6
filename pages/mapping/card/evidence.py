"""The evidence for and against a field's target, and the decisions about it so far."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import streamlit as st

from core.context import Context
from core.engine.mapping import views
from core.engine.mapping.review import is_set_by_hand
from core.engine.mapping.views import FieldDetail
from core.schema import target_title
from pages.mapping.state.edits import DECISIONS
from pages.ui import formats, widgets

_REASONS = 3


def reasons(field: FieldDetail, evidence_of: Sequence[Mapping[str, Any]], *, besides: Sequence[str]) -> None:
    """Draw the strongest reasons for and against the present target, a line each, without the sentences `besides`."""
    evidence = [reason for reason in evidence_of if reason["text"] not in besides]
    for reason in evidence[:_REASONS]:
        if field.target is None:
            st.markdown(f":small[:gray[:material/info:] {formats.plain(str(reason['text']))}]")
            continue
        sign = ":green[:material/add:]" if float(reason["weight"]) >= 0 else ":red[:material/remove:]"
        st.markdown(f":small[{sign} {formats.plain(str(reason['text']))}]")
    if not evidence and not besides:
        st.caption("Nothing in the source speaks for or against a target.")


def evidence(context: Context, field: FieldDetail) -> None:
    """Draw the evidence for and against the present target as bars of one scale."""
    items = views.evidence_of(context, field)
    if not items:
        st.caption("Nothing in the source speaks for a target field.")
        return
    weights = [float(item["weight"]) for item in items]
    against, supports = ("Against", "For") if field.target else ("For a target", "For no target")
    scale = max(1.0, *(abs(weight) for weight in weights))
    widgets.table(
        [
            {
                "Reason": item["text"],
                against: -weight if weight < 0 else None,
                supports: weight if weight >= 0 else None,
            }
            for item, weight in zip(items, weights, strict=True)
        ],
        {
            "Reason": st.column_config.TextColumn(width="large"),
            against: _bar(against, "red" if field.target else "gray", scale),
            supports: _bar(supports, "green" if field.target else "gray", scale),
        },
        alt="What speaks for and against the target",
    )
    if is_set_by_hand(field):
        st.caption(
            "A person set this target: these are checks of the name and the samples, not a confidence."
        )
    else:
        st.caption("Weights are log odds: 1.0 makes the target 2.7 times as likely, 3.0 makes it 20 times.")


def _bar(label: str, colour: str, scale: float) -> object:
    return st.column_config.ProgressColumn(
        label, min_value=0.0, max_value=scale, format="%.1f", color=colour, width=120
    )


def decision_history(context: Context, field: FieldDetail) -> None:
    """Draw every decision about the field, the newest first."""
    log = views.decisions(context, field.migration_id, field_id=field.id)
    if not log:
        return
    names = views.person_names(context, {decision.person_id for decision in log})
    widgets.table(
        [
            {
                "When": formats.moment(context, decision.created_at),
                "Who": names.get(decision.person_id, ""),
                "From": target_title(decision.before.get("target")),
                "To": target_title(decision.after.get("target")),
                "Decision": "Undone" if decision.undoes else _decision_label(decision.after),
                "Reason": decision.reason or "",
            }
            for decision in log
        ],
        {"When": None, "Who": None, "From": None, "To": None, "Decision": None, "Reason": None},
        alt="Decisions about this field",
    )


def _decision_label(after_decision: Mapping[str, Any]) -> str:
    if "second" in after_decision:
        return "Approved"
    if rule := after_decision.get(views.RULE):
        return f"Accepted, {rule}"
    return DECISIONS.get(str(after_decision.get("status")), "")
