"""Decisions about fields that the same reasons speak for: what would change is listed before it is asked."""

from __future__ import annotations

import streamlit as st

from core.context import Context
from core.engine.mapping import views
from core.engine.mapping.views import Group
from core.schema import entity_label, target_schema, target_title
from pages.mapping.bulk.menu import ask
from pages.mapping.state.edits import BADGES, badge
from pages.ui import widgets

ANY = "Any entity"


def by_pattern(context: Context, migration_id: str) -> None:
    entities = list(target_schema().domain(context.tenant.domain))
    with st.container(horizontal=True, vertical_alignment="bottom"):
        entity = st.selectbox(
            "Entity",
            [ANY, *entities],
            key="pattern_entity",
            width=220,
            format_func=lambda name: name if name == ANY else entity_label(name),
        )
        groups = views.patterns(context, migration_id, entity=None if entity == ANY else entity)
        if groups:
            names = {group.pattern.name: group for group in groups}
            group = names[
                st.selectbox(
                    "Reason",
                    list(names),
                    key="pattern_of",
                    format_func=lambda name: (
                        f"{names[name].pattern.label} ({len(names[name].fields):,})"
                        if name in names
                        else name
                    ),
                    width="stretch",
                )
            ]
    if not groups:
        widgets.empty("No field to review fits a pattern", "Review the others one by one.", icon="stacks")
        return
    accepts = group.pattern.status == "accepted"
    with st.container(horizontal=True, vertical_alignment="center"):
        st.button(
            f"{'Accept' if accepts else 'Exclude'} these {len(group.fields):,}…",
            key="pattern_do",
            type="primary",
            icon=":material/done_all:" if accepts else ":material/block:",
            disabled=not context.may("mapping.edit"),
            on_click=ask,
            args=(
                migration_id,
                group.pattern.status,
                [field.id for field in group.fields],
                group.pattern.label,
            ),
        )
        st.caption(group.pattern.about)
    _preview(group)


def _preview(group: Group) -> None:
    widgets.table(
        [
            {
                "Source column": f"{field.stream} / {field.source_field}",
                "Confidence": [badge(field.confidence)],
                "Now": "Needs review",
                "Then": target_title(field.target) if group.pattern.status == "accepted" else "Excluded",
                "Transform": field.transform or "",
                "Rows": field.rows,
            }
            for field in group.fields
        ],
        {
            "Source column": None,
            "Confidence": widgets.badge_column("Confidence", BADGES, width=110),
            "Now": None,
            "Then": None,
            "Transform": None,
            "Rows": st.column_config.NumberColumn(format="localized"),
        },
        alt="What would change",
        most=12,
    )
