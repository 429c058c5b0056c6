"""The table of findings: file, row, column, value, what is wrong and how to fix it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import streamlit as st

from core.context import Context
from core.engine.validation.views import IssueView
from core.kit import money
from pages.ui import widgets
from pages.ui.links import turn_to
from pages.validation.causes import LEVEL_COLOURS


def issues_table(context: Context, issues: Sequence[IssueView], *, key: str, of_cause: bool) -> None:
    """Draw the findings; `key` begins the keys of the table and of its buttons."""
    levels = {level.capitalize(): colour for level, colour in LEVEL_COLOURS.items()}
    columns: dict[str, Any] = {
        "Level": widgets.badge_column("Level", levels, width=90),
        "Problem": st.column_config.TextColumn(width=200),
        "How to fix": st.column_config.TextColumn(width=290),
        "Row": st.column_config.NumberColumn(format="localized", width=60),
        "Field": st.column_config.TextColumn(width=150),
        "Value": st.column_config.TextColumn(width=120),
        "Explanation": st.column_config.TextColumn(width=330),
        "File": st.column_config.TextColumn(width=140),
        "Amount": st.column_config.TextColumn(alignment="right", width=90),
        "Fix": st.column_config.ButtonColumn(
            type="tertiary",
            key=f"{key}_mapping",
            on_click=_open_mapping,
            args=(f"{key}_mapping", [issue.mapping_field_id for issue in issues]),
        ),
    }
    first = ["Row", "Value", "Explanation", "Amount", "File", "Field", "Fix"]
    names = first if of_cause else ["Level", "Problem", "Row", "Value", "How to fix", *first[2:]]
    widgets.table(
        [_line(context, issue) for issue in issues],
        {name: columns[name] for name in names},
        alt="Findings row by row",
        most=16,
        key=f"{key}issues_table",
    )


def _line(context: Context, issue: IssueView) -> dict[str, object]:
    return {
        "Level": [issue.level.capitalize()],
        "Problem": issue.title,
        "How to fix": issue.remedy,
        "Row": issue.row or None,
        "Field": issue.target,
        "Value": issue.value or "",
        "Explanation": issue.detail,
        "File": issue.file,
        "Amount": "" if issue.money is None else money.show(issue.money, context.tenant.currency),
        "Fix": ":material/rule: Open mapping" if issue.mapping_field_id else None,
    }


def _open_mapping(button: str, fields: list[str | None]) -> None:
    if field := fields[st.session_state[button]["row"]]:
        turn_to("mapping", field=field)
