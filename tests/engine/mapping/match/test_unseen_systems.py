"""The shipped model on systems it has not learned from: data/corpus/holdout/final is only ever judged."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import pytest

from benchmarks.cases import (
    Verdict,
    abbreviated,
    as_case,
    documents,
    figures,
    judged,
    read_cases,
    without_samples,
)
from core.engine.mapping.match import suggest

FIRST_SYSTEMS = frozenset(
    {
        "aeries", "appfront", "clever", "deliverect", "eduqfix", "halsimplify", "pickatime", "powerschool", "restaurant365",
        "rezku", "share911", "sims", "takeouttech",
    }
)  # fmt: skip
"""The systems of the hold-out's first 17 cases, by which the matcher has been judged from the start."""


def judge(view: str, change: Callable[[Mapping[str, Any]], Mapping[str, Any]] = dict) -> list[Verdict]:
    return [
        judged(
            case,
            row,
            suggestion.target,
            suggestion.confidence,
            [alternative.target for alternative in suggestion.alternatives],
        )
        for case in (as_case(change(document), view) for document in documents("holdout/final"))
        for row, suggestion in enumerate(suggest(case.observed.fields, case.domain))
    ]


@pytest.fixture(scope="module")
def all_verdicts() -> list[Verdict]:
    return judge("named")


@pytest.fixture(scope="module")
def verdicts(all_verdicts) -> list[Verdict]:
    return [verdict for verdict in all_verdicts if verdict.case.system in FIRST_SYSTEMS]


def test_harder_tables_of_more_systems_are_mapped_less_often_and_as_honestly(all_verdicts):
    table = figures(all_verdicts)
    assert len({verdict.case.system for verdict in all_verdicts}) >= 30
    assert table["top-1"] >= 0.83
    assert table["MRR"] >= 0.93
    assert table["P>0.9"] >= 0.97
    assert table["left alone"] >= 0.86
    assert table["ECE"] <= 0.045


def test_a_table_whose_name_tells_nothing_is_judged_too():
    table = figures(judge("bare"))
    assert table["top-1"] >= 0.81
    assert table["MRR"] >= 0.915
    assert table["P>0.9"] >= 0.96
    assert table["left alone"] >= 0.855


@pytest.mark.parametrize(
    ("change", "least"), [(without_samples, 0.76), (abbreviated, 0.81)], ids=["no values", "abbreviations"]
)
def test_names_alone_and_usual_abbreviations_are_enough_for_most(change, least):
    table = figures(judge("bare", change))
    assert table["top-1"] >= least
    assert table["P>0.9"] >= 0.93


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


@pytest.mark.xfail(
    strict=True, reason="0.11: confidences that hold for all cases are too low on the easier first"
)
def test_confidences_mean_what_they_say(verdicts):
    # 200 fields in ten bins would show about 0.04 by chance alone, were every confidence perfect
    assert figures(verdicts)["ECE"] <= 0.06


def test_confidences_claim_no_more_than_they_hold(verdicts):
    # the first cases are the easier ones: confidences that hold for all of them are too low here, never too high
    mapped = [verdict for verdict in verdicts if verdict.target]
    claimed = sum(verdict.confidence for verdict in mapped) / len(mapped)
    assert claimed <= sum(verdict.right for verdict in mapped) / len(mapped) + 0.06


def test_no_system_of_the_hold_out_stands_in_the_corpus():
    learned = {case.system for folder in ("mapping", "holdout/dev") for case in read_cases(folder)}
    assert not learned & {case.system for case in read_cases("holdout/final")}
