"""The rows of one cause, or of all: file, row, column, value, what is wrong and how to fix it; with filters and files."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import streamlit as st

from core.context import Context
from core.engine.validation import views
from core.engine.validation.grouped import IssueGroup
from core.engine.validation.tables import Validation
from core.engine.validation.views import IssueView
from core.kit import money
from pages.ui import widgets as ui
from pages.ui.frame import live
from pages.ui.links import turn_to
from pages.validation.causes import label_of

PAGE_ROWS = 500
LEVELS = ("All", "Error", "Warning", "Info")


def all_rows(context: Context, latest: Validation, groups: Sequence[IssueGroup]) -> None:
    if not groups:
        return
    ui.section("Rows")
    labels = _labels(groups)
    level, cause, search = _filters(labels)
    group = labels.get(cause or "")
    if group is not None:
        found = _of(context, latest.id, group, search)
        st.text(f"How to fix: {group.remedy}")
    else:
        of_level = None if level in {None, "All"} else str(level).lower()
        found = views.issues(
            context, latest.id, level=of_level, search=search, gravest_first=True, limit=PAGE_ROWS
        )
    if found:
        _table(context, found, key="issues", of_cause=group is not None)
    else:
        ui.empty("No rows", "No finding matches these filters.", icon="filter_alt_off")
    _files(latest, len(found))


@st.dialog("Rows of a cause", icon=":material/table_rows:", width="large")
def rows_of_cause(validation_id: str, group: IssueGroup) -> None:
    """The rows of one cause over the page, so that they open where they were asked for."""
    with live() as context:
        found = _of(context, validation_id, group)
        st.text(label_of(group))
        st.text(f"How to fix: {group.remedy}")
        _table(context, found, key="cause_rows", of_cause=True)
        more = "; export to get all" if len(found) == PAGE_ROWS else ""
        st.caption(f"{ui.counted(len(found), 'finding')} shown{more}")


def _of(context: Context, validation_id: str, group: IssueGroup, search: str = "") -> Sequence[IssueView]:
    return views.issues(
        context,
        validation_id,
        level=group.level,
        code=group.code,
        entity=group.entity,
        field=group.field,
        source_field=group.source_field,
        search=search,
        gravest_first=True,
        limit=PAGE_ROWS,
    )


def _labels(groups: Sequence[IssueGroup]) -> Mapping[str, IssueGroup]:
    """Label -> group; two that read alike are told apart by their level."""
    labels: dict[str, IssueGroup] = {}
    for group in groups:
        label = label_of(group)
        labels[f"{label}, {group.level}" if label in labels else label] = group
    return labels


def _filters(labels: Mapping[str, IssueGroup]) -> tuple[str | None, str | None, str]:
    with st.container(horizontal=True, vertical_alignment="center"):
        level = st.segmented_control(
            "Level", LEVELS, default="All", key="level", bind="query-params", label_visibility="collapsed"
        )
        cause = st.selectbox(
            "Cause",
            list(labels),
            index=None,
            key="cause",
            bind="query-params",
            placeholder="All causes",
            label_visibility="collapsed",
            width=340,
        )
        search = st.text_input(
            "Search",
            key="search",
            bind="query-params",
            icon=":material/search:",
            placeholder="Search values and explanations",
            label_visibility="collapsed",
        )
    return level, cause, search or ""


def _table(context: Context, found: Sequence[IssueView], *, key: str, of_cause: bool) -> None:
    """`key` begins the keys of the table and of its buttons."""
    levels = {level.capitalize(): colour for level, colour in ui.LEVEL_COLOURS.items()}
    columns: dict[str, Any] = {
        "Level": ui.badge_column("Level", levels, width=90),
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
            args=(f"{key}_mapping", [issue.mapping_field_id for issue in found]),
        ),
    }
    first = ["Row", "Value", "Explanation", "Amount", "File", "Field", "Fix"]
    shown = first if of_cause else ["Level", "Problem", "Row", "Value", "How to fix", *first[2:]]
    ui.table(
        [_line(context, issue) for issue in found],
        {name: columns[name] for name in shown},
        alt="Findings row by row",
        most=16,
        key=f"{key}_table",
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


def _files(latest: Validation, shown: int) -> None:
    with st.container(horizontal=True, vertical_alignment="center"):
        more = "; export to get all" if shown == PAGE_ROWS else ""
        st.caption(f"{ui.counted(shown, 'finding')} shown{more}", width="content")
        st.space("stretch")
        for kind in ("csv", "xlsx", "json"):
            ui.download(
                f"Export {kind.upper()}",
                lambda own, kind=kind: views.export_issues(own, latest.id, kind),  # type: ignore[misc]
                f"findings.{kind}",
                key=f"issues_{kind}",
            )


def _open_mapping(button: str, fields: list[str | None]) -> None:
    if field := fields[st.session_state[button]["row"]]:
        turn_to("mapping", field=field)
