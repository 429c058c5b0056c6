"""Lists the suggestions that people changed, to be looked through and exported."""

from __future__ import annotations

import streamlit as st

from core.context import Context
from core.engine.mapping import actions, views
from core.schema import target_title
from pages.mapping.state.edits import BADGES, badge
from pages.ui import downloads, formats, widgets


def changed_suggestions(context: Context, migration_id: str) -> None:
    changes = views.overrides(context, migration_id)
    if not changes:
        widgets.empty(
            "No changed suggestions", "Every decision so far agrees with its suggestion.", icon="rule"
        )
        return
    with st.container(horizontal=True, vertical_alignment="center"):
        st.caption(f"{formats.counted(len(changes), 'suggestion')} changed, the most confident first.")
        st.space("stretch")
        downloads.draw_downloads(
            ("csv", "json", "xlsx"),
            "{kind}",
            lambda download_context, kind: actions.export_overrides(download_context, migration_id, kind),
            "overrides",
            key="overrides",
        )
    widgets.table(
        [
            {
                "Source column": f"{change.stream} / {change.source_field}",
                "Confidence": [badge(change.confidence)],
                "Suggested": target_title(change.suggested),
                "Chosen": target_title(change.chosen) if change.chosen else "Excluded",
                "Transform": change.transform or "",
                "Rows": change.rows,
                "Changed by": change.by,
                "Approved by": change.second,
                "When": formats.moment(context, change.at),
                "Reason": change.reason,
            }
            for change in changes
        ],
        {
            "Source column": None,
            "Confidence": widgets.badge_column("Confidence", BADGES, width=110),
            "Suggested": None,
            "Chosen": None,
            "Transform": None,
            "Rows": st.column_config.NumberColumn(format="localized", width=80),
            "Changed by": None,
            "Approved by": None,
            "When": None,
            "Reason": None,
        },
        alt="Suggestions that were changed",
    )
