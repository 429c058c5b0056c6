"""What applying a recipe would change, and what of it does not fit and why."""

from __future__ import annotations

from collections.abc import Collection

import streamlit as st

from core.engine.mapping.recipes.document import NO_RECORD_TYPE
from core.engine.mapping.recipes.rules import WHY, Misfit, Step
from core.engine.mapping.recipes.views import Preview
from core.engine.mapping.views.record_types import record_type_label
from core.engine.plan import Conflict
from core.schema import entity_label, target_title
from pages.recipes.versions import state_label
from pages.ui import formats, widgets
from pages.ui.strategies import LABELS

_WHAT_COLOURS = {
    "Confirms": "gray",
    "Changes": "blue",
    "Replaces a decision": "orange",
    "Excludes high confidence": "red",
}
"""A suggestion confirmed or changed, another person's decision replaced, or a suggestion above 90% excluded."""

_WHY_COLOURS = dict.fromkeys(WHY.values(), "orange")


def planned(plan: Preview) -> None:
    """Draw the fields that change, then the import rules, record types and reader options that do."""
    if plan.changes:
        widgets.table(
            [
                {
                    "Table": step.stream,
                    "Field": step.source_field,
                    "Now": state_label(step.present.state),
                    "After": state_label(step.after),
                    "What": [_change_label(step)],
                }
                for step in plan.changes
            ],
            {
                "Table": None,
                "Field": None,
                "Now": None,
                "After": None,
                "What": widgets.badge_column("What", _WHAT_COLOURS, width=180),
            },
            alt="Fields that applying would change",
        )
    settings = _settings(plan)
    if settings:
        widgets.table(
            settings,
            {"What": None, "Now": None, "After": None},
            alt="Import rules, record types and reader options that would change",
        )


def _settings(plan: Preview) -> list[dict[str, str]]:
    """Return a line for each import rule, record type and reader option that would change."""
    settings = [
        {
            "What": f"If a record already exists: {entity_label(entity)}",
            "Now": LABELS[Conflict(before or "overwrite")],
            "After": LABELS[Conflict(after)],
        }
        for entity, before, after in plan.conflicts
    ]
    settings += [
        {
            "What": f"{step.stream}: record type",
            "Now": _type_label(step.before),
            "After": _type_label(step.after),
        }
        for step in plan.record_types
    ]
    for step in plan.readers:
        settings += [
            {
                "What": f"{step.file}: {formats.words(name).lower()}",
                "Now": str(getattr(step.before, name) or "detected"),
                "After": str(getattr(step.after, name)),
            }
            for name in step.before.__slots__
            if getattr(step.before, name) != getattr(step.after, name)
        ]
    return settings


def _type_label(record_type: str | None) -> str:
    """Return the label of a record type as a recipe says it."""
    if record_type is None:
        return "Not chosen"
    return record_type_label(None if record_type == NO_RECORD_TYPE else record_type)


def _change_label(step: Step) -> str:
    before = step.present.state
    if step.excludes_high:
        return "Excludes high confidence"
    if before.status != "suggested":
        return "Replaces a decision"
    return (
        "Confirms"
        if (before.target, before.transform) == (step.after.target, step.after.transform)
        else "Changes"
    )


def misfits(parts: Collection[Misfit]) -> None:
    """Draw the parts of the recipe that cannot be applied, each with the reason."""
    if not parts:
        return
    st.markdown("**Not applied**")
    widgets.table(
        [
            {
                "Table": misfit.stream,
                "Field": misfit.source_field,
                "Maps to": target_title(misfit.target) if misfit.target else "–",
                "Why": [WHY[misfit.why]],
                "Detail": misfit.detail,
            }
            for misfit in parts
        ],
        {
            "Table": None,
            "Field": None,
            "Maps to": None,
            "Why": widgets.badge_column("Why", _WHY_COLOURS, width=140),
            "Detail": None,
        },
        alt="Parts of the recipe that are not applied, and why",
    )
