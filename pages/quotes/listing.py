"""The list of quotes: figures, filters in the address, and a row a version."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from core.business.sales.quotes.listing import (
    QuoteFigures,
    QuoteFilter,
    QuoteRow,
    quote_figures,
    quote_rows,
)
from core.business.sales.quotes.rules import EXPIRES_SOON, MIN_DECIDED
from core.context import Context
from core.kit.wording import day
from pages.quotes import filters
from pages.quotes.new import NEW, NEW_DIALOG, new_dialog
from pages.ui import widgets
from pages.ui.links import turn_to
from pages.ui.quote_words import COLOURS, PATH, QUOTE, amount_label, state_label, validity

STATE = st.session_state
PAGE_ROWS = 50
LINKS = "quotes_links"
"""Key of the session: links that were just made, by quote; they are told until the person leaves the quote."""
_OPEN_ROW = "quotes_open"


def show_list(context: Context) -> None:
    STATE.pop(LINKS, None)
    figures = quote_figures(context)
    widgets.heading(context, "Quotes", "Quotes of all prospects that you can see.", of_all_customers=True)
    if context.may("quote.edit"):
        with widgets.row_end():
            st.button(
                "New quote",
                type="primary",
                icon=":material/add:",
                key="quotes_new",
                on_click=NEW_DIALOG.open,
                args=(NEW,),
            )
    _figures(figures)
    selection, page = filters.draw(context)
    matches = quote_rows(context, selection, limit=PAGE_ROWS, offset=(page - 1) * PAGE_ROWS)
    if matches.rows:
        _table(context, matches.rows)
        filters.draw_paging(matches.total_count, PAGE_ROWS)
    elif selection == QuoteFilter() and page == 1:
        widgets.empty(
            "No quotes yet", "A quote starts from a prospect and its package.", icon="request_quote"
        )
    else:
        widgets.empty("No quote found", "No quote matches these filters.", icon="search_off")
        st.button("Clear filters", key="quotes_clear", on_click=filters.clear)
    if NEW_DIALOG.opened == NEW:
        new_dialog()


def _figures(figures: QuoteFigures) -> None:
    value = " + ".join(amount_label(amount, currency) for currency, amount in figures.open_value.items())
    rate = figures.win_rate
    sample = (
        f"{figures.accepted:,} of {figures.decided_count:,} decided"
        if rate is not None
        else f"{figures.decided_count:,} of {MIN_DECIDED} decided quotes needed"
    )
    cards = (
        ("Open value", value or "–", f"{figures.open_count:,} sent"),
        ("Expiring soon", f"{figures.expiring:,}", f"within {EXPIRES_SOON} days"),
        ("Needs approval", f"{figures.awaiting_approval:,}", "discounts above 10%"),
        ("Win rate", "–" if rate is None else f"{rate:.0f}%", sample),
    )
    with st.grid(len(cards), min_column_width=150, gap="small"):
        for label, text, note in cards:
            with st.container(border=True, gap="xxsmall"):
                st.caption(label)
                st.markdown(f"### {text.replace('$', chr(92) + '$')}")
                st.caption(note)


def _table(context: Context, rows: Sequence[QuoteRow]) -> None:
    def open_row() -> None:
        turn_to(PATH, **{QUOTE: rows[STATE[_OPEN_ROW].row].id})

    marks = [validity(row.state, row.days_remaining) for row in rows]
    today = context.today
    widgets.table(
        [
            {
                "Number": row.number_text,
                "Prospect": row.prospect_name,
                "State": [
                    state_label(row.state, is_withdrawn=row.is_withdrawn, awaits_approval=row.awaits_approval)
                ],
                "Total": amount_label(row.total, row.currency),
                "Valid until": day(row.valid_until, today),
                "Left": [mark[0]] if mark[0] else [],
                "Owner": row.owner_name,
                "Updated": day(row.updated_at.date(), today),
                "Open": "Open",
            }
            for row, mark in zip(rows, marks, strict=True)
        ],
        {
            "Number": st.column_config.TextColumn(width=95),
            "Prospect": st.column_config.TextColumn(width=180),
            "State": widgets.badge_column("State", COLOURS, width=115),
            "Total": st.column_config.TextColumn(width=90, alignment="right"),
            "Valid until": st.column_config.TextColumn(width=85),
            "Left": widgets.badge_column("Left", dict(mark for mark in marks if mark[0]), width=80),
            "Owner": st.column_config.TextColumn(width=95),
            "Updated": st.column_config.TextColumn(width=70),
            "Open": st.column_config.ButtonColumn("Open", key=_OPEN_ROW, on_click=open_row, width=60),
        },
        alt="Quotes with number, prospect, state, total, last day, owner and last change",
        most=20,
    )
