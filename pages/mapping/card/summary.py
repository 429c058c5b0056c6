"""The head of a field's card: confidence and how reliable it is, rows and amount affected, warnings."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from core.context import Context
from core.engine.mapping import views
from core.engine.mapping.calibration.rules import ENOUGH
from core.engine.mapping.calibration.views import history
from core.engine.mapping.review import is_set_by_hand
from core.engine.mapping.views import FieldDetail, FieldWarning
from core.engine.mapping.views.warnings import QUESTION
from core.engine.sources import views as sources
from core.kit import money
from core.kit.wording import counted
from pages.mapping.state.edits import DECISIONS, badge_colours, standing_badge
from pages.mapping.state.reads import conflicts, required_targets
from pages.ui import formats, widgets

ORIGINS = {
    "rules": ("Rules", "rule"),
    "documentation": ("Documentation", "menu_book"),
    "memory": ("Memory", "history"),
    "ai": ("AI", "auto_awesome"),
}


def confidence_badge(context: Context, field: FieldDetail) -> None:
    """Draw the badge: confidence of the suggestion, or who set the target."""
    show_badge(badge_label_of(context, field))


def badge_label_of(context: Context, field: FieldDetail) -> str:
    """Return the badge's label."""
    names = views.person_names(context, {field.decided_by})
    return standing_badge(field, field.decided_by, context.person, names)


def show_badge(label: str) -> None:
    widgets.badge(label, badge_colours([label])[label])


def summary(context: Context, field: FieldDetail) -> None:
    """Draw the field, its confidence, who suggested it, and the rows and amount affected."""
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.text(f"{field.stream} / {field.source_field}")
        confidence_badge(context, field)
        if not is_set_by_hand(field):
            name, icon = ORIGINS.get(field.origin, ORIGINS["rules"])
            widgets.badge(f"Suggested by: {name}", "gray", icon=f":material/{icon}:")
        widgets.badge(DECISIONS[field.status], "gray")
    amount = formats.counted(field.rows, "row")
    if field.money:
        amount += f" and {formats.plain(money.show(field.money, context.tenant.currency))}"
    st.markdown(f"Amount affected: **{amount}**. {trust(context, field)}")
    warnings(context, field)


def trust(context: Context, field: FieldDetail) -> str:
    """Describe how often suggestions of this confidence were correct, or that a person set the target."""
    if is_set_by_hand(field):
        return "A person set this target; no confidence was computed for it."
    if field.confidence is None or field.suggested_target is None:
        return "No target was suggested."
    past = history(context, sources.migration(context, field.migration_id).source, field.confidence)
    if past.total < ENOUGH:
        return "Not enough reviews yet to tell how often this confidence is correct."
    return f"At this confidence, **{past.right:,} of {past.total:,}** suggestions were correct."


def warnings(context: Context, field: FieldDetail) -> None:
    """Draw the warnings about the field's saved mapping."""
    show_warnings(warnings_of(context, field), has_target=field.target is not None)


def warnings_of(context: Context, field: FieldDetail) -> tuple[FieldWarning, ...]:
    """Return the warnings about the field's saved mapping, its open question first."""
    return views.warnings_of(
        context,
        field,
        required=required_targets(context, field.migration_id),
        conflicts=conflicts(context, field.migration_id),
    )


def show_warnings(warnings: Sequence[FieldWarning], *, has_target: bool) -> None:
    """Draw the warnings; a question says how it is answered."""
    for warning in warnings:
        if warning.label != QUESTION:
            st.markdown(f":orange[:material/warning:] {formats.plain(warning.text)}")
            continue
        st.markdown(f":orange[:material/help:] **Question:** {formats.plain(warning.text)}")
        answers = (
            "Accept confirms it, Edit… chooses another target" if has_target else "Edit… chooses a target"
        )
        st.caption(f"{answers}, Exclude leaves the column out.")


def stakes(context: Context, field: FieldDetail) -> str:
    """Format rows and amount affected: '1,200 rows · $15,950.00', escaped."""
    amount = f" · {money.show(field.money, context.tenant.currency)}" if field.money else ""
    return formats.plain(f"{counted(field.rows, 'row')}{amount}")
