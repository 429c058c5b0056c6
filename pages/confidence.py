"""Confidence: what a suggestion's percentage promises, and how often it was kept, by people and on unseen systems."""

from __future__ import annotations

import streamlit as st

from core.context import Context
from core.engine.mapping.calibration import views
from core.engine.mapping.calibration.views import Reliability
from pages.ui import show as ui
from pages.ui.confidence import bands, diagram, sources


def show(context: Context) -> None:
    ui.heading(
        context,
        "Confidence",
        "A confidence of 90% should be right nine times out of ten. Here is how often it was.",
    )
    decided, corpus = views.by_decisions(context), views.by_corpus(context)
    _figures(decided, corpus)
    if not decided.total:
        ui.empty(
            "Nobody has judged a suggestion yet",
            "Accept or change suggestions on Mapping; until then the figures are those of systems never seen before.",
            icon="verified",
        )
    left, right = st.columns(2, gap="medium")
    with left:
        ui.section("Promised and kept")
        diagram(corpus, decided)
    with right:
        ui.section("By band")
        bands(corpus, decided)
        st.caption(
            "Decisions count over all customers, demos apart, and only where a person looked: what a threshold accepts "
            "for all fields at once says nothing about each. Unseen systems are labelled exports of vendors that the "
            "matcher was not trained on when it judged them."
        )
    ui.section("By source")
    sources(corpus, decided)


def _figures(decided: Reliability, corpus: Reliability) -> None:
    green = corpus.bands[0]
    ui.figures(
        [
            ("Judged by people", ui.number(decided.total)),
            ("Error, by people", _points(decided.error)),
            ("Error, unseen systems", _points(corpus.error)),
            ("Right when above 90%", _points(green.actual)),
            ("Rightly left alone", _points(corpus.left_alone)),
        ],
        notes={
            "Judged by people": "Suggestions that a person accepted, changed or left out.",
            "Error, by people": "Expected calibration error: the mean distance between promised and kept.",
            "Error, unseen systems": "Expected calibration error on systems the matcher had not seen.",
            "Right when above 90%": f"{green.right:,} of {green.total:,} suggestions, on systems the matcher had not seen.",
            "Rightly left alone": "Of the fields that have no target, those for which none was suggested.",
        },
    )


def _points(share: float | None) -> str:
    return "–" if share is None else f"{share:.1%}"
