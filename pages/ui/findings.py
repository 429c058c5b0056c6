"""What a validation found: money first by name, then every finding row by row with filters, remedy and files."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from core.context import Context
from core.engine.validation import views
from core.engine.validation.tables import Validation
from core.engine.validation.views import IssueCount, IssueView
from core.kit import money
from pages.ui import show as ui
from pages.ui.links import turn_to

PAGE_ROWS = 500
LEVELS = ("All", "Error", "Warning", "Info")


def money_findings(context: Context, latest: Validation, counts: Sequence[IssueCount]) -> None:
    codes = [count for count in counts if count.money is not None]
    if not codes:
        return
    st.subheader("Money findings", anchor=False)
    rows = [
        {
            "Finding": issue.title,
            "In words": issue.detail,
            "Amount": money.show(issue.money, context.tenant.currency),
            "File": issue.file,
            "Row": issue.row,
        }
        for count in codes
        for issue in views.issues(context, latest.id, code=count.code, limit=20)
    ]
    ui.table(
        rows,
        {
            "Finding": st.column_config.TextColumn(width=280),
            "In words": st.column_config.TextColumn(width=400),
            "Amount": st.column_config.TextColumn(alignment="right", width=85),
            "Row": st.column_config.NumberColumn(format="localized", width=65),
            "File": st.column_config.TextColumn(width=178),
        },
        alt="Findings that touch money",
        most=7,
    )


def all_findings(context: Context, latest: Validation, counts: Sequence[IssueCount]) -> None:
    st.subheader("All findings", anchor=False)
    titles = {count.title: count.code for count in counts}
    entities = sorted(latest.totals.get("rows", {}))
    with st.container(horizontal=True, vertical_alignment="bottom"):
        level = st.segmented_control("Level", LEVELS, default="All", key="level", bind="query-params")
        title = st.selectbox(
            "Finding", list(titles), index=None, key="finding", bind="query-params", placeholder="Any"
        )
        entity = st.selectbox(
            "Entity", entities, index=None, key="entity", bind="query-params", placeholder="Any"
        )
        search = st.text_input(
            "Search",
            key="search",
            bind="query-params",
            icon=":material/search:",
            placeholder="Value or detail",
        )
    found = views.issues(
        context,
        latest.id,
        level=None if level in {None, "All"} else str(level).lower(),
        code=titles.get(title or ""),
        entity=entity,
        search=search or "",
        limit=PAGE_ROWS,
    )
    if not found:
        ui.empty("Nothing found", "No finding fits these filters.", icon="check_circle")
    else:
        _table(context, found)
    with st.container(horizontal=True, vertical_alignment="center"):
        more = "; the files have all" if len(found) == PAGE_ROWS else ""
        st.caption(f"{len(found):,} shown{more}")
        st.space("stretch")
        for kind in ("csv", "xlsx", "json"):
            ui.download(
                kind.upper(),
                lambda own, kind=kind: views.export_issues(own, latest.id, kind),  # type: ignore[misc]
                f"findings.{kind}",
                key=f"issues_{kind}",
            )


def _table(context: Context, found: Sequence[IssueView]) -> None:
    rows = [
        {
            "Level": [issue.level.capitalize()],
            "Finding": issue.title,
            "Entity": ui.words(issue.entity),
            "Field": issue.source_field or issue.field,
            "Value": issue.value or "",
            "File": issue.file,
            "Row": issue.row,
            "Detail": issue.detail,
            "What to do": issue.remedy,
            "Money": money.show(issue.money, context.tenant.currency) if issue.money is not None else "",
            "Mapping": ":material/rule: Open" if issue.mapping_field_id else None,
        }
        for issue in found
    ]
    fields = [issue.mapping_field_id for issue in found]
    levels = {level.capitalize(): colour for level, colour in ui.LEVEL_COLOURS.items()}
    ui.table(
        rows,
        {
            "Level": ui.badge_column("Level", levels, width=90),
            "Finding": st.column_config.TextColumn(width="medium"),
            "Entity": None,
            "Field": None,
            "Value": None,
            "Row": st.column_config.NumberColumn(format="localized", width="small"),
            "Detail": st.column_config.TextColumn(width="large"),
            "What to do": st.column_config.TextColumn(width="large"),
            "Money": st.column_config.TextColumn(alignment="right"),
            "File": None,
            "Mapping": st.column_config.ButtonColumn(
                type="tertiary", key="issue_mapping", on_click=_open_mapping, args=(fields,)
            ),
        },
        alt="Findings row by row",
        most=16,
        key="issues_table",
    )


def _open_mapping(fields: list[str | None]) -> None:
    click = st.session_state["issue_mapping"]
    if field := fields[click["row"]]:
        turn_to("mapping", field=field)
