"""Validation: everything that is wrong with the data under the present mapping, money first, row by row."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import streamlit as st

from core.context import Context
from core.engine.validation import actions, views
from core.engine.validation.tables import Validation
from core.kit import money
from pages.ui import show as ui
from pages.ui.frame import act, chosen_migration
from pages.ui.links import link, turn_to
from pages.ui.road import Step, wizard

PAGE_ROWS = 500
LEVELS = ("All", "Error", "Warning", "Info")


def show(context: Context) -> None:
    ui.heading(
        context, "Validation", "The whole data, read through the mapping as it stands. Nothing is written."
    )
    migration_id = chosen_migration()
    bar = st.container()
    with st.container(horizontal=True, vertical_alignment="center"):
        asked = context.may("validation.run") and st.button(
            "Validate now", icon=":material/fact_check:", type="primary"
        )
        link("dry_run", "Continue with the dry run", icon=":material/science:")
    if asked:
        with st.spinner("Validating every row"):
            act(lambda own: actions.validate(own, migration_id), "Validated")
        st.rerun()
    with bar:
        wizard(context, migration_id, Step.TEST)
    latest = views.latest(context, migration_id)
    if latest is None:
        ui.empty(
            "Not validated yet",
            "Validate to see what is wrong before anything is imported.",
            icon="fact_check",
        )
        return
    if not views.is_current(context, latest):
        st.badge(
            "The mapping or the files changed since. Validate again.",
            icon=":material/history:",
            color="orange",
        )
    st.caption(f"Validated {ui.moment(context, latest.created_at)}")
    counts = views.issue_counts(context, latest.id)
    _summary(context, latest, counts)
    _money(context, latest, counts)
    _issues(context, latest, counts)


def _summary(context: Context, latest: Validation, counts: list[Any]) -> None:
    levels = latest.totals.get("levels", {})
    touched = sum((abs(count.money) for count in counts if count.money is not None), Decimal(0))
    ui.figures(
        [
            ("Rows", ui.number(sum(latest.totals.get("rows", {}).values()))),
            ("Rows held", ui.number(sum(latest.totals.get("held", {}).values()))),
            ("Errors", ui.number(levels.get("error", 0))),
            ("Warnings", ui.number(levels.get("warning", 0))),
            ("Notes", ui.number(levels.get("info", 0))),
            ("Money touched", money.show(touched, context.tenant.currency)),
        ],
        notes={
            "Rows held": "Rows with an error: they stay out until corrected.",
            "Money touched": "The amounts of all money findings, added up regardless of their sign.",
        },
    )


def _money(context: Context, latest: Validation, counts: list[Any]) -> None:
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
            "Finding": None,
            "In words": st.column_config.TextColumn(width="large"),
            "Amount": st.column_config.TextColumn(alignment="right"),
            "File": None,
            "Row": st.column_config.NumberColumn(format="localized"),
        },
        alt="Findings that touch money",
        height=min(38 + 32 * len(rows), 270),
    )


def _issues(context: Context, latest: Validation, counts: list[Any]) -> None:
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


def _table(context: Context, found: list[Any]) -> None:
    rows = [
        {
            "Level": [issue.level.capitalize()],
            "Finding": issue.title,
            "Entity": ui.words(issue.entity),
            "Field": issue.source_field or issue.field,
            "Value": issue.value,
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
        height=520,
        key="issues_table",
    )


def _open_mapping(fields: list[str | None]) -> None:
    click = st.session_state["issue_mapping"]
    if field := fields[click["row"]]:
        turn_to("mapping", field=field)
