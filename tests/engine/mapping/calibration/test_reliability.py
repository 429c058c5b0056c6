"""The arithmetic of reliability, and the figures of the corpus that stand behind a confidence nobody has tried yet."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.engine.mapping.bands import band
from core.engine.mapping.calibration import corpus
from core.engine.mapping.calibration.rules import (
    BINS,
    Bin,
    added,
    bands,
    bin_of,
    expected_calibration_error,
    middle,
    tenths,
)

COUNTS = st.lists(st.tuples(st.integers(0, BINS - 1), st.integers(0, 50), st.integers(0, 50)), max_size=40)


def _bins(counts):
    return [Bin(number, middle(number), hits, hits + misses) for number, hits, misses in counts]


@pytest.mark.parametrize(
    ("confidence", "number"), [(0.0, 0), (0.7, 14), (0.8999, 17), (0.90001, 18), (0.95, 19), (1.0, 19)]
)
def test_a_confidence_falls_into_its_twentieth(confidence, number):
    assert bin_of(confidence) == number


@given(st.floats(0, 1).filter(lambda value: value != 0.9))
def test_bins_never_straddle_a_band(confidence):
    numbers_by_band = {"green": range(18, 20), "amber": range(14, 18), "red": range(14)}
    assert bin_of(confidence) in numbers_by_band[band(confidence).name]


@given(COUNTS)
def test_bands_hold_what_the_bins_hold(counts):
    bins = added([_bins(counts)])
    assert sum(band.total for band in bands(bins)) == sum(hits + misses for _, hits, misses in counts)
    assert sum(band.right for band in bands(bins)) == sum(hits for _, hits, _ in counts)


@given(COUNTS, COUNTS)
def test_adding_groups_is_adding_their_counts(first, second):
    together = added([_bins(first), _bins(second)])
    assert [(bin_.right, bin_.total) for bin_ in together] == [
        (bin_.right, bin_.total) for bin_ in added([_bins(first + second)])
    ]


@given(COUNTS)
def test_the_error_lies_between_0_and_1(counts):
    error = expected_calibration_error(added([_bins(counts)]))
    assert error is None or 0 <= error <= 1


def test_a_kept_promise_has_no_error():
    assert expected_calibration_error(added([[Bin(15, 0.75, 75, 100), Bin(19, 1.0, 7, 7)]])) == 0
    assert expected_calibration_error(added([[Bin(15, 0.75, 50, 100)]])) == pytest.approx(0.25)


@given(COUNTS)
def test_tenths_hold_what_twentieths_hold(counts):
    fine = added([_bins(counts)])
    coarse = tenths(fine)
    assert sum(bin_.total for bin_ in coarse) == sum(bin_.total for bin_ in fine)
    assert all(bin_.number / 10 <= bin_.promised <= (bin_.number + 1) / 10 for bin_ in coarse)


def test_the_corpus_backs_every_domain_with_enough_sure_suggestions():
    for domain in ("restaurant", "school"):
        bins = added(group.bins for group in corpus.groups() if group.domain == domain)
        green, amber, red = bands(bins)
        assert green.total > 100
        assert (green.actual or 0) > (amber.actual or 0) > (red.actual or 0)
