"""The table of what needs a person: rows with a status, an amount and the button that opens each."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

import streamlit as st

from core.context import Context
from core.kit.wording import day
from pages.ui import widgets


@dataclass(frozen=True, slots=True)
class NeedRow:
    """A row: `status` with its colour, what is to be done at which customer, and `open_it`, the callback of its button."""

    status: str
    colour: str
    text: str
    customer: str
    amount: str
    since: str
    button: str
    open_it: Callable[[], None]


def draw_rows(rows: Sequence[NeedRow], key: str, *, days: str = "Since") -> None:
    """Draw the table; `key` is that of its column of buttons, `days` heads the column of the days."""

    def open_row() -> None:
        rows[st.session_state[key].row].open_it()

    colours = {row.status: row.colour for row in rows}
    widgets.table(
        [
            {
                "Status": [row.status],
                "What": row.text,
                "Customer": row.customer,
                "Amount affected": row.amount,
                "Since": row.since,
                "Action": row.button,
            }
            for row in rows
        ],
        {
            "Status": widgets.badge_column("Status", colours, width=180),
            "What": st.column_config.TextColumn(width=270),
            "Customer": st.column_config.TextColumn(width=130),
            "Amount affected": st.column_config.TextColumn("Affected", width=80, alignment="right"),
            "Since": st.column_config.TextColumn(days, width=65),
            "Action": st.column_config.ButtonColumn("Action", key=key, on_click=open_row, width=145),
        },
        alt="Open work, the most urgent first, with customer, amount and the button that leads there",
        most=len(rows),
    )


def since(context: Context, at: datetime | None) -> str:
    """Format the day in the customer's zone: '26 Nov'."""
    zone = ZoneInfo(context.tenant.zone)
    return day(at.astimezone(zone).date(), context.now.astimezone(zone).date()) if at else "–"
