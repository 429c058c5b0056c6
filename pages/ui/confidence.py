"""Parts of the Confidence screen: the reliability diagram, and tables per band and per source."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import streamlit as st

from core.engine.mapping.bands import BANDS
from core.engine.mapping.calibration.rules import Bin
from core.engine.mapping.calibration.views import Reliability, SourceShare
from pages.ui import show as ui

CORPUS, DECIDED = "Unseen systems", "People's decisions"
_COLOURS = {CORPUS: "#6D4AC9", DECIDED: "#0E7490"}
"""Told apart in both themes."""

_RANGES: Mapping[str, str] = {"green": "over 90%", "amber": "70 to 90%", "red": "below 70%"}
_SHARE = st.column_config.NumberColumn


def diagram(corpus: Reliability, decided: Reliability) -> None:
    """Kept against promised, a point per bin that has suggestions, the larger the more; the diagonal is honesty."""
    import plotly.graph_objects as go  # noqa: PLC0415  (a third of a second, on this screen only)

    chart = go.Figure()
    chart.add_scatter(
        x=[0, 1],
        y=[0, 1],
        mode="lines",
        name="As promised",
        hoverinfo="skip",
        line={"dash": "dot", "color": "#8A94A3", "width": 1.5},
    )
    for name, shown in ((CORPUS, corpus), (DECIDED, decided)):
        points = [one for one in shown.bins if one.total]
        if points:
            chart.add_scatter(
                x=[one.promised for one in points],
                y=[one.actual for one in points],
                name=name,
                mode="lines+markers",
                line={"color": _COLOURS[name], "width": 1},
                marker={"size": [_size(one) for one in points], "color": _COLOURS[name], "opacity": 0.85},
                customdata=[[one.right, one.total] for one in points],
                hovertemplate="promised %{x:.0%}, kept %{y:.0%}: %{customdata[0]:,} of %{customdata[1]:,}",
            )
    chart.update_layout(
        height=400,
        margin={"l": 0, "r": 0, "t": 8, "b": 0},
        legend={"orientation": "h", "yanchor": "bottom", "y": 0.02, "xanchor": "right", "x": 1},
    )
    chart.update_xaxes(
        title="Promised confidence", tickformat=".0%", range=[0, 1.03], dtick=0.1, zeroline=False
    )
    chart.update_yaxes(
        title="Share that was right", tickformat=".0%", range=[0, 1.05], dtick=0.2, zeroline=False
    )
    st.plotly_chart(
        chart,
        config={"displayModeBar": False},
        key="reliability",
        alt="Share of right suggestions by their promised confidence",
    )


def _size(one: Bin) -> float:
    return float(min(26.0, 5.0 + one.total**0.5))


def bands(corpus: Reliability, decided: Reliability) -> None:
    """What each colour promises and keeps."""
    rows = [
        {
            "Band": [BANDS[one.name].label],
            "Confidence": _RANGES[one.name],
            "On": name,
            "Promised": one.promised,
            "Kept": one.actual,
            "Suggestions": one.total,
        }
        for name, shown in ((DECIDED, decided), (CORPUS, corpus))
        for one in shown.bands
        if one.total
    ]
    ui.table(
        rows,
        {
            "On": _text(130),
            "Band": ui.badge_column(
                "Band", {BANDS[name].label: BANDS[name].color for name in _RANGES}, width=80
            ),
            "Confidence": _text(90),
            "Promised": _SHARE(format="percent", width=80),
            "Kept": _SHARE(format="percent", width=70),
            "Suggestions": _SHARE(format="localized", width=90),
        },
        alt="Promised and kept confidence by band",
    )


def _text(width: int) -> Any:
    return st.column_config.TextColumn(width=width)


def sources(corpus: Reliability, decided: Reliability) -> None:
    """Each source with its own error; few suggestions make a large error by chance alone."""
    rows = [
        _row(name, one) for name, shown in ((DECIDED, decided), (CORPUS, corpus)) for one in shown.sources
    ]
    ui.table(
        rows,
        {
            "Source": None,
            "On": None,
            "Right": _SHARE(format="percent"),
            "Suggestions": _SHARE(format="localized"),
            "Right above 90%": _SHARE(format="percent"),
            "Suggestions above 90%": _SHARE(format="localized"),
            "Calibration error": _SHARE(
                format="percent", help="Expected calibration error of this source alone."
            ),
        },
        alt="Right suggestions by source",
        most=24,
    )


def _row(name: str, one: SourceShare) -> dict[str, Any]:
    return {
        "Source": one.source,
        "On": name,
        "Right": one.right / one.total,
        "Suggestions": one.total,
        "Right above 90%": one.green.actual,
        "Suggestions above 90%": one.green.total,
        "Calibration error": one.error,
    }
