"""Where people decided otherwise than suggested, to learn from and to take along."""

from __future__ import annotations

import streamlit as st

from core.context import Context
from core.engine.mapping import views
from pages.ui import show as ui
from pages.ui.grid import BADGES, badge


def overruled(context: Context, migration_id: str) -> None:
    found = views.overrides(context, migration_id)
    if not found:
        ui.empty("Nothing overruled yet", "Every decision so far agrees with its suggestion.", icon="rule")
        return
    with st.container(horizontal=True, vertical_alignment="center"):
        st.caption(
            f"{ui.counted(len(found), 'decision')} against the suggestion, the surest suggestions first."
        )
        st.space("stretch")
        for kind in ("csv", "json", "xlsx"):
            ui.download(
                kind.upper(),
                lambda own, kind=kind: views.export_overrides(own, migration_id, kind),  # type: ignore[misc]
                f"overrides.{kind}",
                key=f"overrides_{kind}",
            )
    ui.table(
        [
            {
                "Source field": f"{one.stream} / {one.source_field}",
                "Confidence": [badge(one.confidence)],
                "Suggested": one.suggested or "Nothing",
                "Chosen": one.chosen or "Left out",
                "Transform": one.transform or "",
                "Rows": one.rows,
                "Who": one.by,
                "Second": one.second,
                "When": ui.moment(context, one.at),
                "Why": one.reason,
            }
            for one in found
        ],
        {
            "Source field": None,
            "Confidence": ui.badge_column("Confidence", BADGES, width=85),
            "Suggested": None,
            "Chosen": None,
            "Transform": None,
            "Rows": st.column_config.NumberColumn(format="localized", width=80),
            "Who": None,
            "Second": None,
            "When": None,
            "Why": None,
        },
        alt="Decisions against the suggestion",
    )
