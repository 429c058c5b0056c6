"""Decisions about fields that the same reasons speak for: what would change is listed first, and undone with one click."""

from __future__ import annotations

import streamlit as st

from core.context import Context
from core.engine.mapping import actions, views
from core.engine.mapping.actions import Decision
from core.engine.mapping.views import Group
from core.schema import target_schema
from pages.ui import show as ui
from pages.ui.frame import act
from pages.ui.grid import BADGES, badge
from pages.ui.mapping_bulk import bulk_done, undo_button

ANY = "Any entity"


def by_pattern(context: Context, migration_id: str) -> None:
    entities = list(target_schema().domain(context.tenant.domain))
    with st.container(horizontal=True, vertical_alignment="bottom"):
        entity = st.selectbox("Entity", [ANY, *entities], key="pattern_entity", width=220)
        groups = views.patterns(context, migration_id, entity=None if entity == ANY else entity)
        if groups:
            names = {group.pattern.name: group for group in groups}
            chosen = names[
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
        undo_button()
        ui.empty("No undecided field fits a pattern", "What is left is decided one by one.", icon="stacks")
        return
    accepts = chosen.pattern.status == "accepted"
    with st.container(horizontal=True, vertical_alignment="center"):
        st.button(
            f"{'Accept' if accepts else 'Leave out'} these {len(chosen.fields):,}",
            key="pattern_do",
            type="primary",
            icon=":material/done_all:" if accepts else ":material/block:",
            disabled=not context.may("mapping.edit"),
            on_click=_do,
            args=(chosen,),
        )
        undo_button()
        st.caption(chosen.pattern.about)
    _preview(chosen)


def _preview(group: Group) -> None:
    ui.table(
        [
            {
                "Source field": f"{field.stream} / {field.source_field}",
                "Confidence": [badge(field.confidence)],
                "Now": "To decide",
                "Then": field.target if group.pattern.status == "accepted" else "Left out",
                "Transform": field.transform or "",
                "Rows": field.rows,
            }
            for field in group.fields
        ],
        {
            "Source field": None,
            "Confidence": ui.badge_column("Confidence", BADGES, width=85),
            "Now": None,
            "Then": None,
            "Transform": None,
            "Rows": st.column_config.NumberColumn(format="localized"),
        },
        alt="What would change",
        most=12,
    )


def _do(group: Group) -> None:
    accepted = group.pattern.status == "accepted"
    decisions = [
        Decision(
            field.id,
            field.version,
            field.target if accepted else None,
            field.transform if accepted else None,
            group.pattern.status,
            group.pattern.label,
        )
        for field in group.fields
    ]
    bulk_done(
        act(lambda context: actions.decide_many(context, decisions), f"{len(decisions):,} fields decided")
    )
