"""Confidence: what a suggestion's percentage predicts, how often it was right, and what was learned from decisions."""

from __future__ import annotations

import streamlit as st

from core.context import Context
from core.engine.mapping.calibration import views
from core.engine.mapping.calibration.rules import ENOUGH
from core.engine.mapping.calibration.views import Reliability
from pages.confidence.learned import learned
from pages.confidence.parts import bands, diagram, sources
from pages.ui import formats, widgets


def show(context: Context) -> None:
    widgets.heading(
        context,
        "Confidence",
        "Of 100 suggestions at 90% confidence, 90 should be correct. This page shows how many were.",
    )
    decisions, corpus = views.by_decisions(context), views.by_corpus(context)
    _figures(decisions, corpus)
    if 0 < decisions.total < ENOUGH:
        st.caption(f"Error, reviewers: {decisions.total:,} of {ENOUGH} reviews needed")
    if not decisions.total:
        widgets.empty(
            "No suggestions reviewed yet",
            "Review suggestions one by one on Mapping. Until then, the figures are those of the held-out test set.",
            icon="verified",
        )
    diagram_column, bands_column = st.columns(2, gap="medium")
    with diagram_column:
        widgets.section("Predicted vs actual")
        diagram(corpus, decisions)
    with bands_column:
        widgets.section("By confidence band")
        bands(corpus, decisions)
        subject = "Demo decisions only: they" if context.tenant.is_demo else "Reviewer decisions"
        st.caption(
            f"{subject} count over all {'demo ' if context.tenant.is_demo else ''}customers, and only where a person reviewed one field. "
            "Bulk actions and thresholds do not count. Excluded fields count once an import is completed. "
            "The held-out test set is labelled vendor exports. Each is judged as an unknown system: without its file name, "
            "and without the examples and words that only this system has."
        )
    widgets.section("By source")
    sources(corpus, decisions)
    widgets.section("Learned mappings")
    learned(context)


def _figures(decisions: Reliability, corpus: Reliability) -> None:
    green = corpus.bands[0]
    widgets.figures(
        [
            ("Reviewed", formats.number(decisions.total)),
            ("Error, reviewers", _points(decisions.error if decisions.total >= ENOUGH else None)),
            ("Error, held-out set", _points(corpus.error)),
            ("Correct above 90%", _points(green.actual)),
            ("Correct unmapped", _points(corpus.left_alone)),
        ],
        notes={
            "Reviewed": "Suggestions that a person accepted, changed or excluded one by one.",
            "Error, reviewers": "Calibration error (reviewer decisions): mean difference between predicted and actual "
            "share of correct suggestions.",
            "Error, held-out set": "Calibration error (held-out test set): the same, on systems the matcher was not "
            "trained on.",
            "Correct above 90%": f"{green.right:,} of {green.total:,} suggestions in the held-out test set.",
            "Correct unmapped": "Correctly unmapped, held-out test set: of the columns without a matching field, the share for which "
            "none was suggested.",
        },
    )


def _points(share: float | None) -> str:
    return "–" if share is None else f"{share:.1%}"
