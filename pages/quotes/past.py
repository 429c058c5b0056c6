"""What was before: versions of a quote with their differences, links with when they were opened, history."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from core.business.sales.quotes.comparison import differences
from core.business.sales.quotes.views import LinkDetails, QuoteDetails, history, links
from core.context import Context
from core.kit.wording import day
from pages.ui import formats, widgets
from pages.ui.links import turn_to
from pages.ui.quote_words import COLOURS, PATH, QUOTE, amount_label, event_label, state_label

STATE = st.session_state
_OPEN_ROW = "quote_version_open"
_MOST = 8


def draw_versions(quote: QuoteDetails, series: Sequence[QuoteDetails]) -> None:
    """Draw the versions, and what this one changed against the one before."""
    if len(series) < 2:
        return

    def open_row() -> None:
        turn_to(PATH, **{QUOTE: series[STATE[_OPEN_ROW].row].id})

    labels = [
        state_label(row.state, is_withdrawn=row.is_withdrawn, awaits_approval=row.awaits_approval)
        for row in series
    ]
    with st.container(border=True, gap="small"):
        widgets.section("Versions")
        widgets.table(
            [
                {
                    "Version": f"v{row.version}",
                    "State": [label],
                    "Total": amount_label(row.total, row.currency),
                    "Valid until": f"{row.valid_until:%-d %b %Y}",
                    "Open": "Open",
                }
                for row, label in zip(series, labels, strict=True)
            ],
            {
                "Version": st.column_config.TextColumn(width=65),
                "State": widgets.badge_column("State", COLOURS, width=120),
                "Total": st.column_config.TextColumn(width=100, alignment="right"),
                "Valid until": st.column_config.TextColumn(width=100),
                "Open": st.column_config.ButtonColumn("Open", key=_OPEN_ROW, on_click=open_row, width=60),
            },
            alt="Versions of the quote with state, total and last day",
        )
        _differences(quote, series)


def _differences(quote: QuoteDetails, series: Sequence[QuoteDetails]) -> None:
    before = next((row for row in series if row.version < quote.version), None)
    if before is None:
        return
    entries = differences(before, quote)
    st.markdown(f"**Changed since v{before.version}**")
    if not entries:
        st.caption("Nothing.")
        return
    widgets.table(
        [{"What": entry.label, "Before": entry.before, "After": entry.after} for entry in entries],
        {
            "What": st.column_config.TextColumn(width=150),
            "Before": st.column_config.TextColumn(width=150),
            "After": st.column_config.TextColumn(width=150),
        },
        alt="What differs between this version and the one before",
    )


def draw_links(context: Context, quote: QuoteDetails) -> None:
    """Draw the links of the version, with when the prospect opened each."""
    rows = links(context, quote.id)
    if not rows:
        return
    with st.container(border=True, gap="xsmall"):
        widgets.section("Links")
        for row in rows:
            with st.container(horizontal=True, vertical_alignment="center", gap="small"):
                label, colour = _link_state(context, row)
                widgets.badge(label, colour)
                st.caption(f"made {formats.plain(formats.moment(context, row.created_at))}", width="content")
            opening = formats.moment(context, row.opened_at) if row.opened_at else "Not opened yet"
            st.text(f"First opened {opening}" if row.opened_at else opening)


def _link_state(context: Context, row: LinkDetails) -> tuple[str, str]:
    if row.withdrawn_at is not None:
        return "Withdrawn", "gray"
    return ("Expired", "gray") if row.expires_at <= context.now else ("Open", "green")


def draw_history(context: Context, quote: QuoteDetails) -> None:
    """Draw what happened to all versions, the newest first."""
    entries = history(context, quote.id)
    with st.container(border=True, gap="xsmall"):
        widgets.section("History")
        is_long = len(entries) > _MOST and not st.toggle("Show all", key="quote_history_all")
        for entry in entries[:_MOST] if is_long else entries:
            at = formats.plain(formats.moment(context, entry.at))
            version = entry.quote.rpartition(" ")[2]
            st.caption(f"{at} · {formats.plain(entry.person_name or 'Program or prospect')}")
            st.text(
                " · ".join([f"{event_label(entry.kind)} ({version})", *([entry.note] if entry.note else [])])
            )
        if not entries:
            st.caption(f"Drafted {day(quote.created_at.date(), context.today)}.")
