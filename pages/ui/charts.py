"""One template for charts, light and dark: colours, fonts and axes. Charts are drawn with theme=None."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import streamlit as st

if TYPE_CHECKING:
    import plotly.graph_objects as go

CONFIG = {"displayModeBar": False}
"""For st.plotly_chart: no mode bar."""


@dataclass(frozen=True, slots=True)
class Palette:
    """Colours of one theme. At most five categories in a chart; a hatch or a label distinguishes them as well."""

    categories: tuple[str, str, str, str, str]
    good: str
    attention: str
    bad: str
    main: str
    light_part: str
    comparison: str
    ticks: str
    lines: str
    grid: str
    axis: str


LIGHT = Palette(
    ("#2451D6", "#C67A00", "#0D594A", "#B42D8B", "#2694D9"),
    "#15803D", "#C67A00", "#C62828", "#2451D6", "#B9CBF7", "#9AA5B2", "#4A5562", "#08111C", "#E3E8EE", "#B5BFCB",
)  # fmt: skip
DARK = Palette(
    ("#6C92F7", "#F0B04B", "#3FCFAB", "#C03084", "#B3DEF4"),
    "#4CC38A", "#EFA14B", "#F47174", "#6C92F7", "#2A4585", "#6B7786", "#A9B4C1", "#E4E9F0", "#27303B", "#4A5664",
)  # fmt: skip


def palette() -> Palette:
    """Return the colours of the person's theme; light where it is not known."""
    return DARK if st.context.theme.type == "dark" else LIGHT


def layout(colours: Palette) -> dict[str, Any]:
    """Return the layout of every chart, for Figure.update_layout: transparent, no zoom, the legend above."""
    axis = {
        "gridcolor": colours.grid,
        "linecolor": colours.axis,
        "tickfont": {"size": 12.5, "color": colours.ticks},
        "title": {"font": {"size": 13, "color": colours.ticks}, "standoff": 8},
        "automargin": True,
        "zeroline": False,
        "fixedrange": True,
    }
    return {
        "font": {"family": '"Source Sans", sans-serif', "size": 13, "color": colours.lines},
        "paper_bgcolor": "rgba(0,0,0,0)",
        "plot_bgcolor": "rgba(0,0,0,0)",
        "margin": {"l": 8, "r": 8, "t": 8, "b": 8},
        "bargap": 0.35,
        "dragmode": False,
        "hoverlabel": {"font": {"size": 13}},
        "legend": {
            "orientation": "h", "yanchor": "bottom", "y": 1.02, "xanchor": "left", "x": 0,
            "itemsizing": "constant", "font": {"color": colours.ticks},
        },
        "xaxis": axis,
        "yaxis": axis,
    }  # fmt: skip


def new_chart() -> go.Figure:
    """Make an empty chart in the colours of the person's theme."""
    import plotly.graph_objects as go  # noqa: PLC0415  (a third of a second, on screens with charts only)

    return go.Figure().update_layout(layout(palette()))


def draw(chart: go.Figure, *, key: str, alt: str, height: int) -> None:
    """Draw a chart whose traces have colours of `palette`; `alt` describes it. `height` in pixels."""
    st.plotly_chart(
        chart.update_layout(height=height), theme=None, config=CONFIG, key=key, alt=alt, width="stretch"
    )
