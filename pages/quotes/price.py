"""The price of a quote: its lines one by one, the total, and the instalments."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

import streamlit as st

from core.business.billing.plans import due_text, instalments, plan_text
from core.business.sales.quotes.pricing import QuoteLine
from core.kit.money import show
from pages.ui import formats, widgets

_WIDTHS = [0.42, 0.1, 0.24, 0.24]


def draw_price(lines: Sequence[QuoteLine], subtotal: Decimal, total: Decimal, currency: str) -> None:
    """Draw the lines with what explains each, the subtotal where discounts follow it, and the total."""
    for label, column in zip(
        ("Item", "Qty", "Unit price", "Amount"), st.columns(_WIDTHS, gap="small"), strict=True
    ):
        column.caption(label, text_alignment="left" if label == "Item" else "right")
    for line in lines:
        item, *cells = st.columns(_WIDTHS, gap="small")
        with item.container(gap="xxsmall"):
            st.text(line.text)
            st.caption(formats.plain(line.explanation))
            if line.note:
                st.caption(f"Note: {formats.plain(line.note)}")
        numbers = (
            f"{line.quantity.normalize():f}",
            show(line.unit_price, currency),
            show(line.amount, currency),
        )
        for cell, number in zip(cells, numbers, strict=True):
            cell.text(number, text_alignment="right", width="stretch")
    sums = [("Total", total)] if subtotal == total else [("Subtotal", subtotal), ("Total", total)]
    with st.container(horizontal=True, horizontal_alignment="right", gap="medium"):
        for label, amount in sums:
            text = formats.plain(f"{label} {show(amount, currency)}")
            st.markdown(f"**{text}**" if label == "Total" else f":gray[{text}]", width="content")


def draw_instalments(total: Decimal, plan: str, months: int | None, currency: str) -> None:
    """Draw what is due when, from a signature on."""
    parts = instalments(total, plan, months, currency, None)
    st.markdown(f"**{formats.plain(plan_text(plan, months))}**")
    widgets.table(
        [
            {
                "No.": part.number,
                "Due": due_text(part.due_on, part.due_event, part.months_after),
                "Amount": show(part.amount, currency),
            }
            for part in parts
        ],
        {
            "No.": st.column_config.NumberColumn(width=45),
            "Due": st.column_config.TextColumn(width=190),
            "Amount": st.column_config.TextColumn(width=110, alignment="right"),
        },
        alt="Instalments with the time they are due and their amount",
    )
