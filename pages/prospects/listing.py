"""The list of prospects: the pipeline by stage, filters in the address, and a row a prospect."""

from __future__ import annotations

from datetime import date

import streamlit as st

from core.business.sales.prospects.listing import (
    ProspectFilter,
    ProspectRow,
    prospect_rows,
    stage_counts,
)
from core.business.sales.prospects.rules import CLOSED_STAGES
from core.business.sales.prospects.views import today_of
from core.context import Context
from core.kit import money
from core.kit.wording import day
from pages.prospects import create, filters, upload
from pages.prospects.words import PATH, PROSPECT, STAGE_COLOURS, STAGE_LABELS, due
from pages.ui import widgets
from pages.ui.address import opened_from_link
from pages.ui.links import turn_to

STATE = st.session_state
PAGE_ROWS = 50
_OPENED = "prospects_open"


def show_list(context: Context) -> None:
    widgets.heading(context, "Prospects", "Companies that may become customers.")
    with widgets.row_end():
        _buttons(context)
    pipeline = st.container()
    selection, order, page = filters.draw(context)
    counts = stage_counts(context, selection)
    with pipeline:
        filters.draw_pipeline(counts, selection.stage)
    matches = prospect_rows(context, selection, order=order, limit=PAGE_ROWS, offset=(page - 1) * PAGE_ROWS)
    if matches.rows:
        _table(context, matches.rows)
        filters.draw_paging(matches.total, PAGE_ROWS)
    else:
        _empty(is_first=selection == ProspectFilter() and page == 1)
    if opened_from_link("create", lambda value: value == "new", "form"):
        create.DIALOGS.open(create.CREATE)
    if create.DIALOGS.opened == create.CREATE:
        create.create_dialog()
    elif create.DIALOGS.opened == upload.IMPORT:
        upload.import_dialog()


def _buttons(context: Context) -> None:
    if context.may("prospect.edit"):
        st.button(
            "Import list",
            icon=":material/upload_file:",
            key="prospects_upload",
            on_click=create.DIALOGS.open,
            args=(upload.IMPORT,),
        )
        st.button(
            "Add prospect",
            type="primary",
            icon=":material/add:",
            key="prospects_create",
            on_click=create.DIALOGS.open,
            args=(create.CREATE,),
        )


def _empty(*, is_first: bool) -> None:
    if is_first:
        widgets.empty(
            "No prospects yet",
            "Add the first one, or import a list. Discovery, ROI, quotes and the demo start from a prospect.",
            icon="filter_alt",
        )
        return
    widgets.empty("No prospect found", "No prospect matches these filters.", icon="search_off")
    st.button("Clear filters", key="prospects_clear", on_click=filters.clear)


def _table(context: Context, rows: list[ProspectRow]) -> None:
    today = today_of(context)

    def open_row() -> None:
        turn_to(PATH, **{PROSPECT: rows[STATE[_OPENED].row].id})

    steps = [_due(row, today) for row in rows]
    widgets.table(
        [
            {
                "Prospect": row.name,
                "Stage": [STAGE_LABELS[row.stage]],
                "Next step": row.next_step,
                "Due": [step[0]] if step else [],
                "Source": row.source_label or None,
                "Locations": row.locations,
                "Quote": None
                if row.value is None
                else money.show(row.value, row.currency).removesuffix(".00"),
                "Owner": row.owner_name,
                "Activity": day(row.updated_at.date(), today),
                "Open": "Open",
            }
            for row, step in zip(rows, steps, strict=True)
        ],
        {
            "Prospect": st.column_config.TextColumn(width=158),
            "Stage": widgets.badge_column(
                "Stage", {STAGE_LABELS[stage]: colour for stage, colour in STAGE_COLOURS.items()}, width=82
            ),
            "Next step": st.column_config.TextColumn(width=124),
            "Due": widgets.badge_column("Due", dict(step for step in steps if step), width=96),
            "Source": st.column_config.TextColumn(width=75),
            "Locations": st.column_config.NumberColumn(
                "Loc.", help="Locations", format="localized", width=45
            ),
            "Quote": st.column_config.TextColumn(
                help="Value of the newest quote", width=75, alignment="right"
            ),
            "Owner": st.column_config.TextColumn(width=78),
            "Activity": st.column_config.TextColumn(help="Last activity", width=62),
            "Open": st.column_config.ButtonColumn("Open", key=_OPENED, on_click=open_row, width=68),
        },
        alt="Prospects with stage, next step, source system, locations, value of the newest quote and owner",
        most=20,
    )


def _due(row: ProspectRow, today: date) -> tuple[str, str] | None:
    if not row.next_step:
        return None
    return due(row.next_step_on, today, is_open=row.stage not in CLOSED_STAGES)
