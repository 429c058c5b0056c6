"""Two versions of a recipe side by side, and the replay that shows whether one still gives what it gave."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from core.context import Context
from core.engine.mapping.recipes import views
from core.engine.mapping.recipes.views import RecipeVersion
from core.schema import target_title
from pages.recipes.versions import migration_name
from pages.ui import formats, widgets


def comparison(context: Context, recipe: RecipeVersion, versions: Sequence[RecipeVersion]) -> None:
    """Draw the changes from another version to the chosen one."""
    if not versions:
        widgets.empty(
            "Only one version yet",
            "Save the recipe again after a change; both are kept.",
            icon="compare_arrows",
        )
        return
    labels = {version.id: f"{version.name} v{version.version}" for version in versions}
    near = next(
        (
            version.id
            for version in versions
            if (version.name, version.version) == (recipe.name, recipe.version - 1)
        ),
        versions[0].id,
    )
    picked = st.selectbox(
        "Compare with",
        list(labels),
        index=list(labels).index(near),
        format_func=labels.__getitem__,
        key=f"recipe_other_{recipe.id}",
        width=420,
    )
    differences = views.compare(context, picked, recipe.id)
    if not differences:
        widgets.empty(
            "No differences", "Fields, reader options and import rules are the same.", icon="check_circle"
        )
        return
    widgets.table(
        [
            {
                "Table": difference.stream or "–",
                "What": difference.subject,
                "Before": _titled(difference.before),
                "Now": _titled(difference.after),
            }
            for difference in differences
        ],
        {
            "Table": None,
            "What": None,
            "Before": st.column_config.TextColumn("Before"),
            "Now": st.column_config.TextColumn("Selected version"),
        },
        alt="Differences between the two versions",
    )


def _titled(side: str) -> str:
    """Format 'menu_item.price, divide(100)' as 'Menu item › Price, divide(100)'; other texts stay as they are."""
    target, comma, transform = side.partition(", ")
    return f"{target_title(target)}{comma}{transform}" if side else "–"


def replayed(context: Context, recipe: RecipeVersion, migration_id: str | None) -> None:
    """Replay on demand: apply every rule to the first rows of every stream and compare the results."""
    if not migration_id:
        widgets.empty("No migration is chosen", "A replay needs the files of a migration.", icon="replay")
        return
    with st.container(horizontal=True, vertical_alignment="center"):
        clicked = st.button("Replay", key="recipe_replay", icon=":material/replay:", type="primary")
        st.text(f"over {migration_name(context, migration_id)}")
    if not clicked:
        st.caption("Compares columns, targets, transforms and outputs with those when the recipe was saved.")
        return
    with st.spinner("Applying every rule to sample rows"):
        result = views.replay(context, recipe.id, migration_id)
    if result.is_ok:
        widgets.badge(f"Passed: {len(result.lines):,} checks", "green", icon=":material/check:")
        return
    widgets.badge(
        f"Failed: {len(result.differences):,} of {len(result.lines):,} checks", "red", icon=":material/close:"
    )
    widgets.table(
        [
            {
                "Table": line.stream,
                "Field": line.field or "–",
                "What": formats.words(line.aspect),
                "Expected": line.expected,
                "Found": line.actual,
            }
            for line in result.differences
        ],
        {"Table": None, "Field": None, "What": None, "Expected": None, "Found": None},
        alt="Checks that failed",
    )
