"""The shipped model on systems it has not learned from: data/corpus/holdout/final is only ever judged."""

from __future__ import annotations

import pytest

from benchmarks.cases import Verdict, figures, judged, read_cases
from core.engine.mapping.match import suggest


@pytest.fixture(scope="module")
def verdicts() -> list[Verdict]:
    return [
        judged(
            case,
            row,
            suggestion.target,
            suggestion.confidence,
            [alternative.target for alternative in suggestion.alternatives],
        )
        for case in read_cases("holdout/final")
        for row, suggestion in enumerate(suggest(case.observed.fields, case.domain))
    ]


def test_most_fields_find_their_target_among_all_of_the_domain(verdicts):
    table = figures(verdicts)
    assert table["top-1"] >= 0.85
    assert table["MRR"] >= 0.90


def test_what_is_said_with_confidence_is_right(verdicts):
    table = figures(verdicts)
    assert table["n>0.9"] >= 100
    assert table["P>0.9"] >= 0.95


def test_what_has_no_target_is_left_alone(verdicts):
    assert figures(verdicts)["left alone"] >= 0.80


def test_confidences_mean_what_they_say(verdicts):
    # 200 fields in ten bins would show about 0.04 by chance alone, were every confidence perfect
    assert figures(verdicts)["ECE"] <= 0.06


def test_no_system_of_the_hold_out_stands_in_the_corpus():
    learned = {case.system for folder in ("mapping", "holdout/dev") for case in read_cases(folder)}
    assert not learned & {case.system for case in read_cases("holdout/final")}
