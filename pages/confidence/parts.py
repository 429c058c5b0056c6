"""Parts of the Confidence screen: the reliability diagram, and tables per band and per source."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import streamlit as st

from core.engine.mapping.bands import AMBER, AMBER_FROM, BANDS, GREEN, GREEN_ABOVE, RED
from core.engine.mapping.calibration.rules import Bin, tenths
from core.engine.mapping.calibration.views import Reliability, SourceShare
from pages.ui import charts, widgets

CORPUS, REVIEWS = "Held-out test set", "Reviewer decisions"
_TICKS = [0, 0.2, 0.4, 0.6, 0.8, 1]

_BANDS: Mapping[str, str] = {
    GREEN.name: f"Over {GREEN_ABOVE:.0%}",
    AMBER.name: f"{AMBER_FROM * 100:.0f} to {GREEN_ABOVE:.0%}",
    RED.name: f"Below {AMBER_FROM:.0%}",
}
"""Name of a band -> its limits."""


def diagram(corpus: Reliability, decisions: Reliability) -> None:
    """Draw actual against predicted shares, a point per bin with suggestions; the diagonal is ideal."""
    colours = charts.palette()
    chart = charts.new_chart()
    chart.add_scatter(
        x=[0, 1],
        y=[0, 1],
        mode="lines",
        name="Ideal",
        hoverinfo="skip",
        line={"dash": "dot", "color": colours.comparison, "width": 1.5},
    )
    looks = {CORPUS: (colours.categories[0], "circle"), REVIEWS: (colours.categories[1], "diamond")}
    for name, reliability in ((CORPUS, corpus), (REVIEWS, decisions)):
        points = [tenth for tenth in tenths(reliability.bins) if tenth.total]
        colour, symbol = looks[name]
        if points:
            chart.add_scatter(
                x=[point.promised for point in points],
                y=[point.actual for point in points],
                name=name,
                mode="lines+markers",
                line={"color": colour, "width": 1.5},
                marker={
                    "size": [_size(point) for point in points],
                    "color": colour,
                    "symbol": symbol,
                    "opacity": 0.85,
                },
                customdata=[[point.right, point.total] for point in points],
                hovertemplate="predicted %{x:.0%}, actual %{y:.0%}: %{customdata[0]:,} of %{customdata[1]:,}",
            )
    chart.update_xaxes(
        title_text="Predicted (confidence)", tickformat=".0%", range=[0, 1.04], tickvals=_TICKS
    )
    chart.update_yaxes(
        title_text="Actual (share correct)", tickformat=".0%", range=[-0.03, 1.05], tickvals=_TICKS
    )
    charts.draw(chart, key="reliability", alt="Share of correct suggestions by their confidence", height=400)


def _size(point: Bin) -> float:
    return float(min(26.0, 5.0 + point.total**0.5))


def bands(corpus: Reliability, decisions: Reliability) -> None:
    """Draw the predicted and actual share of correct suggestions by band."""
    colours = {label: BANDS[name].color for name, label in _BANDS.items()}
    widgets.table(
        [
            {
                "Measured on": name,
                "Band": [_BANDS[band.name]],
                "Predicted": _percent(band.promised),
                "Actual": _percent(band.actual),
                "Suggestions": band.total,
            }
            for name, reliability in ((REVIEWS, decisions), (CORPUS, corpus))
            for band in reliability.bands
            if band.total
        ],
        {
            "Measured on": st.column_config.TextColumn(width=118),
            "Band": widgets.badge_column("Band", colours, width=84),
            "Predicted": _share(72),
            "Actual": _share(60),
            "Suggestions": _count(82),
        },
        alt="Predicted and actual share of correct suggestions by confidence band",
    )


def sources(corpus: Reliability, decisions: Reliability) -> None:
    """Draw the calibration error of each source; with few suggestions a large error may be chance."""
    widgets.table(
        [
            _row(name, share)
            for name, reliability in ((REVIEWS, decisions), (CORPUS, corpus))
            for share in reliability.sources
        ],
        {
            "Source": None,
            "Measured on": None,
            "Correct": _share(),
            "Suggestions": _count(),
            "Correct above 90%": _share(),
            "Suggestions above 90%": _count(),
            "Calibration error": _share(),
        },
        alt="Correct suggestions by source",
        most=24,
    )


def _share(width: int | None = None) -> Any:
    return st.column_config.NumberColumn(format="%.1f%%", width=width)


def _count(width: int | None = None, about: str | None = None) -> Any:
    return st.column_config.NumberColumn(format="localized", width=width, help=about)


def _percent(share: float | None) -> float | None:
    return None if share is None else share * 100


def _row(name: str, share: SourceShare) -> dict[str, Any]:
    return {
        "Source": share.source,
        "Measured on": name,
        "Correct": _percent(share.right / share.total),
        "Suggestions": share.total,
        "Correct above 90%": _percent(share.green.actual),
        "Suggestions above 90%": share.green.total,
        "Calibration error": _percent(share.error),
    }
