"""One bar of all rows of the files, in a segment for each outcome."""

from __future__ import annotations

from collections.abc import Mapping

import streamlit as st

from core.engine.runs.reconciliation.accounting_rules import Account, Outcome

_INK, _WHITE = "#08111C", "#FFFFFF"
_LOOKS: Mapping[Outcome | None, tuple[str, str, str, str]] = {
    Outcome.IMPORTED: ("Imported", "#15803D", _WHITE, ""),
    Outcome.EXCLUDED: ("Excluded by choice", "#D3D9E3", _INK, ""),
    Outcome.NOT_MAPPED: ("Not mapped", "#EFC27A", _INK, "/"),
    Outcome.SKIPPED: ("Skipped by rule", "#B9CBF7", _INK, ""),
    Outcome.NO_CONSENT: ("Excluded (no consent)", "#C3C9D4", _INK, "."),
    Outcome.HELD: ("Held for correction", "#EFA14B", _INK, "/"),
    Outcome.FAILED: ("Failed", "#F47174", _INK, "x"),
    Outcome.PENDING: ("Not processed", "#E4E9F0", _INK, "\\"),
    None: ("Unaccounted for", "#C62828", _WHITE, "x"),
}
"""Label, colour, colour of the label on it, and pattern: each outcome is told apart without its colour too."""
_ROOM = 0.012
"""Share of the bar that a letter of a label takes, at the width of a small screen."""


def _fits(words: str, share: float) -> bool:
    return share > _ROOM * len(words)


_RESTORED = ("Imported, then rolled back", "#C9BCEB", _INK, ".")


def outcome_bar(account: Account, *, rolled_back: bool = False) -> None:
    """Draw the bar; a segment too narrow for its label has its number, or nothing: the sentence above says all."""
    import plotly.graph_objects as go  # noqa: PLC0415  (a third of a second, on this screen only)

    counts = {outcome: account.count(outcome) for outcome in _LOOKS if outcome} | {None: account.unaccounted}
    looks = dict(_LOOKS)
    if rolled_back:
        looks[Outcome.IMPORTED] = _RESTORED
    segments = [(*looks[outcome], number) for outcome, number in counts.items() if number > 0]
    total = sum(number for *_, number in segments)
    if not total:
        return
    chart = go.Figure()
    for label, colour, ink, pattern, number in segments:
        text = f"{label} {number:,}"
        chart.add_bar(
            x=[number],
            y=[""],
            orientation="h",
            name=label,
            text=[next((words for words in (text, f"{number:,}") if _fits(words, number / total)), "")],
            textposition="inside",
            insidetextanchor="middle",
            textangle=0,
            textfont={"color": ink, "size": 13, "family": "Source Sans"},
            marker={"color": colour, "pattern": {"shape": pattern, "size": 6, "solidity": 0.12}},
            hovertemplate=f"{text} of {total:,} rows<extra></extra>",
        )
    chart.update_layout(
        barmode="stack",
        bargap=0,
        height=40,
        margin={"l": 0, "r": 0, "t": 0, "b": 0},
        showlegend=False,
        paper_bgcolor="rgba(0,0,0,0)",
        plot_bgcolor="rgba(0,0,0,0)",
        xaxis={"visible": False, "fixedrange": True, "range": [0, total]},
        yaxis={"visible": False, "fixedrange": True},
    )
    parts = ", ".join(f"{label} {number:,}" for label, *_, number in segments)
    st.plotly_chart(
        chart,
        theme=None,
        config={"displayModeBar": False},
        key="outcome_bar",
        alt=f"Rows of the files by outcome: {parts}",
    )
