"""The rows of one cause, or of all: file, row, column, value, what is wrong and how to fix it; with filters and files."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import streamlit as st

from core.context import Context
from core.engine.validation import actions, views
from core.engine.validation.issue_groups import IssueGroup
from core.engine.validation.views import IssueView, ValidationView
from pages.ui import downloads, formats, widgets
from pages.ui.frame import live
from pages.validation.causes import label_of
from pages.validation.issues_table import issues_table

PAGE_ROWS = 500
LEVELS = ("All", "Error", "Warning", "Info")


def all_rows(context: Context, latest: ValidationView, groups: Sequence[IssueGroup]) -> None:
    if not groups:
        return
    widgets.section("Rows")
    labels = _labels(groups)
    level, cause, search = _filters(labels)
    group = labels.get(cause or "")
    if group is not None:
        issues = _of(context, latest.id, group, search)
        st.text(f"How to fix: {group.remedy}")
    else:
        of_level = None if level in {None, "All"} else str(level).lower()
        issues = views.issues(
            context, latest.id, level=of_level, search=search, gravest_first=True, limit=PAGE_ROWS
        )
    if issues:
        issues_table(context, issues, key="issues", of_cause=group is not None)
    else:
        widgets.empty("No rows", "No finding matches these filters.", icon="filter_alt_off")
    _files(latest, len(issues))


@st.dialog("Rows of a cause", icon=":material/table_rows:", width="large")
def rows_of_cause(validation_id: str, group: IssueGroup) -> None:
    """Open the rows of one cause in a dialog over the page."""
    with live() as context:
        issues = _of(context, validation_id, group)
        st.text(label_of(group))
        st.text(f"How to fix: {group.remedy}")
        issues_table(context, issues, key="cause_rows", of_cause=True)
        more = "; export to get all" if len(issues) == PAGE_ROWS else ""
        st.caption(f"{formats.counted(len(issues), 'finding')} shown{more}")


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
    """Map label -> group; the level distinguishes two of one label."""
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


def _files(latest: ValidationView, count: int) -> None:
    with st.container(horizontal=True, vertical_alignment="center"):
        more = "; export to get all" if count == PAGE_ROWS else ""
        st.caption(f"{formats.counted(count, 'finding')} shown{more}", width="content")
        st.space("stretch")
        downloads.draw_downloads(
            ("csv", "xlsx", "json"),
            "Export {kind}",
            lambda context, kind: actions.export_issues(context, latest.id, kind),
            "findings",
            key="issues",
        )
