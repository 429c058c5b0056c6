"""Lists the suggestions that people changed, to be looked through and exported."""

from __future__ import annotations

import streamlit as st

from core.context import Context
from core.engine.mapping import views
from core.schema import target_title
from pages.mapping.edits import BADGES, badge
from pages.ui import formats, widgets


def changed_suggestions(context: Context, migration_id: str) -> None:
    found = views.overrides(context, migration_id)
    if not found:
        widgets.empty(
            "No changed suggestions", "Every decision so far agrees with its suggestion.", icon="rule"
        )
        return
    with st.container(horizontal=True, vertical_alignment="center"):
        st.caption(f"{formats.counted(len(found), 'suggestion')} changed, the most confident first.")
        st.space("stretch")
        for kind in ("csv", "json", "xlsx"):
            widgets.download(
                kind.upper(),
                lambda own, kind=kind: views.export_overrides(own, migration_id, kind),  # type: ignore[misc]
                f"overrides.{kind}",
                key=f"overrides_{kind}",
            )
    widgets.table(
        [
            {
                "Source column": f"{one.stream} / {one.source_field}",
                "Confidence": [badge(one.confidence)],
                "Suggested": target_title(one.suggested),
                "Chosen": target_title(one.chosen) if one.chosen else "Excluded",
                "Transform": one.transform or "",
                "Rows": one.rows,
                "Changed by": one.by,
                "Approved by": one.second,
                "When": formats.moment(context, one.at),
                "Reason": one.reason,
            }
            for one in found
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
