"""A price line by line, as it reads on a phone: what it is and why under it, the amount beside; and the instalments."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

import streamlit as st

from core.business.billing.plans import PlannedInstalment, due_text
from core.business.catalog.pricing import Line
from core.kit.money import show
from pages.ui import formats, widgets


def draw_lines(lines: Sequence[Line], currency: str, sums: Sequence[tuple[str, Decimal]]) -> None:
    """Draw lines with what explains each, then sums: (label, amount), the last one in bold."""
    with st.container(border=True, gap="small"):
        for line in lines:
            _row(line.text, show(line.amount, currency))
            st.caption(formats.plain(line.explanation))
        for label, amount in sums:
            _row(label, show(amount, currency), is_bold=(label, amount) == sums[-1])


def draw_instalments(parts: Sequence[PlannedInstalment], currency: str) -> None:
    """Draw what is due when."""
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
            "Due": st.column_config.TextColumn(width=130),
            "Amount": st.column_config.TextColumn(width=110, alignment="right"),
        },
        alt="Instalments with the time they are due and their amount",
    )


def _row(label: str, amount: str, *, is_bold: bool = False) -> None:
    mark = "**" if is_bold else ""
    with st.container(horizontal=True, gap="small"):
        st.markdown(f"{mark}{formats.plain(label)}{mark}", width="content")
        st.space("stretch")
        st.markdown(f"{mark}{formats.plain(amount)}{mark}", width="content")
