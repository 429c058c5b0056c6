"""Parts of the Confidence screen: the reliability diagram, and tables per band and per source."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import streamlit as st

from core.engine.mapping.bands import BANDS
from core.engine.mapping.calibration.rules import Bin, tenths
from core.engine.mapping.calibration.views import Reliability, SourceShare
from pages.ui import show as ui

CORPUS, DECIDED = "Unseen systems", "People's decisions"
_COLOURS = {CORPUS: "#6D4AC9", DECIDED: "#0E7490"}
"""Told apart in both themes."""

_TICKS = [0, 0.2, 0.4, 0.6, 0.8, 1]

_BANDS: Mapping[str, str] = {"green": "Over 90%", "amber": "70 to 90%", "red": "Below 70%"}


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
        points = [one for one in tenths(shown.bins) if one.total]
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
        legend={
            "orientation": "h",
            "yanchor": "bottom",
            "y": 1.02,
            "xanchor": "left",
            "x": 0,
            "itemsizing": "constant",
        },
    )
    chart.update_xaxes(
        title="Promised confidence", tickformat=".0%", range=[0, 1.04], tickvals=_TICKS, zeroline=False
    )
    chart.update_yaxes(
        title="Share that was right", tickformat=".0%", range=[-0.03, 1.05], tickvals=_TICKS, zeroline=False
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
    colours = {label: BANDS[name].color for name, label in _BANDS.items()}
    ui.table(
        [
            {
                "On": name,
                "Band": [_BANDS[one.name]],
                "Promised": _percent(one.promised),
                "Kept": _percent(one.actual),
                "Of": one.total,
            }
            for name, shown in ((DECIDED, decided), (CORPUS, corpus))
            for one in shown.bands
            if one.total
        ],
        {
            "On": st.column_config.TextColumn(width=135),
            "Band": ui.badge_column("Band", colours, width=90),
            "Promised": _share(75),
            "Kept": _share(70),
            "Of": _count(60, "Suggestions"),
        },
        alt="Promised and kept confidence by band",
    )


def sources(corpus: Reliability, decided: Reliability) -> None:
    """Each source with its own error; few suggestions make a large error by chance alone."""
    ui.table(
        [_row(name, one) for name, shown in ((DECIDED, decided), (CORPUS, corpus)) for one in shown.sources],
        {
            "Source": None,
            "On": None,
            "Right": _share(),
            "Suggestions": _count(),
            "Right above 90%": _share(),
            "Suggestions above 90%": _count(),
            "Calibration error": _share(),
        },
        alt="Right suggestions by source",
        most=24,
    )


def _share(width: int | None = None) -> Any:
    return st.column_config.NumberColumn(format="%.1f%%", width=width)


def _count(width: int | None = None, about: str | None = None) -> Any:
    return st.column_config.NumberColumn(format="localized", width=width, help=about)


def _percent(share: float | None) -> float | None:
    return None if share is None else share * 100


def _row(name: str, one: SourceShare) -> dict[str, Any]:
    return {
        "Source": one.source,
        "On": name,
        "Right": _percent(one.right / one.total),
        "Suggestions": one.total,
        "Right above 90%": _percent(one.green.actual),
        "Suggestions above 90%": one.green.total,
        "Calibration error": _percent(one.error),
    }
