"""What applying a recipe would change, and what of it does not fit and why."""

from __future__ import annotations

from collections.abc import Collection

import streamlit as st

from core.engine.mapping.recipes.rules import WHY, Misfit, Step
from core.engine.mapping.recipes.views import Preview
from pages.ui import show as ui
from pages.ui.recipes import told

_WHAT_COLOURS = {"Confirms": "gray", "Changes": "blue", "Overrules": "orange"}
"""A suggestion confirmed or changed, or another person's decision overruled."""

_WHY_COLOURS = dict.fromkeys(WHY.values(), "orange")


def planned(plan: Preview) -> None:
    """Fields that change, then strategies and reader options that do."""
    if plan.changes:
        ui.table(
            [
                {
                    "Stream": step.stream,
                    "Field": step.source_field,
                    "Now": told(step.present.state),
                    "Then": told(step.after),
                    "What": [_what(step)],
                }
                for step in plan.changes
            ],
            {
                "Stream": None,
                "Field": None,
                "Now": None,
                "Then": None,
                "What": ui.badge_column("What", _WHAT_COLOURS, width=130),
            },
            alt="Fields that applying would change",
        )
    others = [
        {"What": f"{ui.words(entity)} already there", "Now": before or "overwrite", "Then": after}
        for entity, before, after in plan.conflicts
    ]
    for step in plan.readers:
        others += [
            {
                "What": f"{step.file}: {ui.words(name).lower()}",
                "Now": str(getattr(step.before, name) or "detected"),
                "Then": str(getattr(step.after, name)),
            }
            for name in step.before.__slots__
            if getattr(step.before, name) != getattr(step.after, name)
        ]
    if others:
        ui.table(
            others,
            {"What": None, "Now": None, "Then": None},
            alt="Strategies and reader options that would change",
        )


def _what(step: Step) -> str:
    before = step.present.state
    if before.status != "suggested":
        return "Overrules"
    return (
        "Confirms"
        if (before.target, before.transform) == (step.after.target, step.after.transform)
        else "Changes"
    )


def misfits(found: Collection[Misfit]) -> None:
    """What cannot be applied, each by its name with the reason."""
    if not found:
        return
    st.markdown("**Does not fit, and stays as it is**")
    ui.table(
        [
            {
                "Stream": one.stream,
                "Field": one.source_field,
                "Target": one.target or "–",
                "Why": [WHY[one.why]],
                "Detail": one.detail,
            }
            for one in found
        ],
        {
            "Stream": None,
            "Field": None,
            "Target": None,
            "Why": ui.badge_column("Why", _WHY_COLOURS, width=140),
            "Detail": None,
        },
        alt="What of the recipe does not fit, and why",
    )
