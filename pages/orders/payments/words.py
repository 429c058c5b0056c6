"""Words and colours of payments, and the table of instalments."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

import streamlit as st

from core.business.billing.status import STANDINGS, PlanStatus, Standing
from core.kit.money import ZERO, show
from pages.ui import formats, widgets

_COLOURS: Mapping[Standing, str] = {
    Standing.PAID: "green",
    Standing.DUE: "orange",
    Standing.OVERDUE: "red",
    Standing.NOT_YET_DUE: "gray",
    Standing.NO_LONGER_DUE: "gray",
}
_PART_PAID = "Part paid"


def state_colours() -> dict[str, str]:
    """Return the states of an instalment in words -> their colours, those that are part paid among them."""
    colours = {_PART_PAID: "blue"}
    for standing, name in STANDINGS.items():
        colours[name] = _COLOURS[standing]
        if standing is not Standing.PAID:
            colours[f"{_PART_PAID}, {name[0].lower()}{name[1:]}"] = _COLOURS[standing]
    return colours


def amount(value: Decimal, currency: str) -> str:
    """Write an amount for a label."""
    return formats.plain(show(value, currency))


def draw_progress(status: PlanStatus, currency: str) -> None:
    """Draw how much of the order is paid: '$600.00 of $1,000.00 paid'."""
    share = float(status.paid / status.total) if status.total else 1.0
    st.progress(share, text=f"{amount(status.paid, currency)} of {amount(status.total, currency)} paid")


def draw_instalments(status: PlanStatus, currency: str, *, is_narrow: bool = False) -> None:
    """Draw the instalments with their states; a narrow table has no numbers and says less."""
    columns = {
        "No.": st.column_config.NumberColumn(width=45),
        "Due": st.column_config.TextColumn(width=80 if is_narrow else 130),
        "Amount": st.column_config.TextColumn(width=76 if is_narrow else 95, alignment="right"),
        "Paid": st.column_config.TextColumn(width=95, alignment="right"),
        "State": widgets.badge_column("State", state_colours(), width=96 if is_narrow else 200),
        "For": st.column_config.TextColumn(),
    }
    if is_narrow:
        del columns["Paid"], columns["No."]
    if not any(part.part.text for part in status.parts):
        del columns["For"]
    widgets.table(
        [
            {
                "No.": part.part.number,
                "Due": part.due,
                "Amount": show(part.part.amount, currency),
                "Paid": show(part.paid, currency) if part.paid > ZERO else None,
                "State": [_PART_PAID if is_narrow and part.is_part_paid else part.state],
                "For": part.part.text or None,
            }
            for part in status.parts
        ],
        columns,
        alt="Instalments with the day they are due, their amount and state",
    )
