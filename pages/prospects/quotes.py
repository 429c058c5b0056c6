"""The section Quotes of a prospect: every version of every quote, and the way to write another."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from core.business.sales.prospects.views import ProspectDetails
from core.business.sales.quotes.views import QuoteDetails, quotes_of
from core.context import Context
from core.kit.wording import day
from pages.ui import widgets
from pages.ui.links import turn_to
from pages.ui.quote_words import (
    COLOURS,
    CREATE,
    PATH,
    QUOTE,
    amount_label,
    package_title,
    state_label,
    validity,
)

STATE = st.session_state
_OPEN_ROW = "prospect_quote_open"


def show(context: Context, prospect: ProspectDetails) -> None:
    rows = quotes_of(context, prospect.id)
    if context.may("quote.edit"):
        with st.container(horizontal=True, horizontal_alignment="right"):
            st.button(
                "New quote",
                type="primary",
                icon=":material/add:",
                key="prospect_quote_new",
                on_click=turn_to,
                args=(PATH,),
                kwargs={CREATE: prospect.id},
            )
    if not rows:
        widgets.empty(
            "No quotes yet",
            "Write the first one. Its package is preselected by the fit.",
            icon="request_quote",
        )
        return
    _table(context, rows)


def _table(context: Context, rows: Sequence[QuoteDetails]) -> None:
    def open_row() -> None:
        turn_to(PATH, **{QUOTE: rows[STATE[_OPEN_ROW].row].id})

    marks = [validity(row.state, row.days_remaining) for row in rows]
    today = context.today
    widgets.table(
        [
            {
                "Number": row.number_text,
                "State": [
                    state_label(row.state, is_withdrawn=row.is_withdrawn, awaits_approval=row.awaits_approval)
                ],
                "Package": package_title(row.domain, row.package),
                "Total": amount_label(row.total, row.currency),
                "Valid until": day(row.valid_until, today),
                "Left": [mark[0]] if mark[0] else [],
                "Updated": day(row.updated_at.date(), today),
                "Open": "Open",
            }
            for row, mark in zip(rows, marks, strict=True)
        ],
        {
            "Number": st.column_config.TextColumn(width=100),
            "State": widgets.badge_column("State", COLOURS, width=125),
            "Package": st.column_config.TextColumn(width=130),
            "Total": st.column_config.TextColumn(width=100, alignment="right"),
            "Valid until": st.column_config.TextColumn(width=90),
            "Left": widgets.badge_column("Left", dict(mark for mark in marks if mark[0]), width=85),
            "Updated": st.column_config.TextColumn(width=75),
            "Open": st.column_config.ButtonColumn("Open", key=_OPEN_ROW, on_click=open_row, width=60),
        },
        alt="Quotes of the prospect with number, state, package, total and last day",
    )
