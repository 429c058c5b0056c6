"""What moves the saving most: a bar for each input at its low and its high, the longest on top."""

from __future__ import annotations

from decimal import Decimal

import streamlit as st

from core.business.sales.roi.case import DEFAULT
from core.business.sales.roi.rules import Bar, Results, amount_text
from core.kit.money import symbol
from pages.ui import charts, formats, widgets

_BAR = 36
"""Pixels of a bar with the gap to the next one."""


def tornado(results: Results, currency: str) -> None:
    """Draw the chart, with both ends labelled and a line at the base case; below it which default to replace first."""
    widgets.section("What moves the saving most")
    bars = [bar for bar in results.tornado if bar.swing]
    if bars:
        _chart(bars, results.base.saving, currency)
    is_default = results.driver is not None and results.driver.source == DEFAULT
    mark = ":orange[:material/priority_high:] " if is_default else ""
    st.markdown(f"{mark}{formats.plain(results.advice)}")


def _chart(bars: list[Bar], base: Decimal, currency: str) -> None:
    colours = charts.palette()
    titles = [_title(bar.title) for bar in bars]
    ends = [sorted((bar.saving_at_low, bar.saving_at_high)) for bar in bars]
    chart = charts.new_chart()
    for name, side, colour, pattern in (
        ("Lower saving", 0, colours.attention, "/"),
        ("Higher saving", 1, colours.main, ""),
    ):
        chart.add_bar(
            x=[float(end[side] - base) for end in ends],
            y=titles,
            base=float(base),
            orientation="h",
            name=name,
            text=[_short(end[side], currency) for end in ends],
            textposition="outside",
            cliponaxis=False,
            marker={"color": colour, "pattern": {"shape": pattern, "size": 6, "solidity": 0.3}},
            hovertext=[amount_text(end[side], currency) for end in ends],
            hovertemplate="%{y}: %{hovertext}<extra></extra>",
        )
    least, most = min(float(low) for low, _ in ends), max(float(high) for _, high in ends)
    room = (most - least) * 0.42
    chart.update_layout(
        barmode="overlay",
        showlegend=True,
        legend={"entrywidth": 90, "y": -0.12, "yanchor": "top", "x": 0.5, "xanchor": "center"},
        xaxis={
            "range": [least - room, most + room],
            "tickprefix": symbol(currency),
            "tickformat": "~s",
            "nticks": 4,
        },
        yaxis={"autorange": "reversed"},
    )
    chart.add_vline(x=float(base), line={"color": colours.lines, "width": 2})
    parts = ", ".join(
        f"{bar.title} {amount_text(low, currency)} to {amount_text(high, currency)}"
        for bar, (low, high) in zip(bars, ends, strict=True)
    )
    charts.draw(
        chart,
        key="roi_tornado",
        alt=f"Saving with one input at its low and high, others at base {amount_text(base, currency)}: {parts}",
        height=_BAR * len(bars) + 96,
    )


def _title(title: str) -> str:
    """Shorten a title for the axis: 'Consultant per location' to 'Consultant'."""
    for ending in (" per location", " per school", ", location", ", school"):
        title = title.removesuffix(ending)
    return title


def _short(amount: Decimal, currency: str) -> str:
    """Write an amount for a label of the chart: '$495k', '$1.2M', '$640'."""
    size, sign = abs(amount), "-" if amount < 0 else ""
    for step, unit in ((Decimal(1_000_000), "M"), (Decimal(1_000), "k")):
        if size >= step:
            value = size / step
            return (
                f"{sign}{symbol(currency)}{value:,.0f}{unit}"
                if value >= 10
                else f"{sign}{symbol(currency)}{value:.1f}{unit}"
            )
    return f"{sign}{symbol(currency)}{size:,.0f}"
