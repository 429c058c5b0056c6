"""The arithmetic of reliability: what was promised against what was right, in bins of confidence. Pure.

Bins are twentieths, so that the edges of the bands (0.70 and 0.90) are edges of bins. A confidence of exactly 0.90 is
amber and counts in the bin that begins there; it hardly ever occurs.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from core.kit.wording import counted

BINS = 20
ENOUGH = 30
"""Outcomes below which a share says more about chance than about us."""

_GREEN, _AMBER = 18, 14


class History(NamedTuple):
    """Of `total` suggestions this sure, `right` were right; `where` says whose, for the end of a sentence."""

    right: int
    total: int
    where: str

    @property
    def sentence(self) -> str:
        """'At this confidence, 51 of 58 suggestions were correct'; '' where nothing was counted."""
        if not self.total:
            return ""
        return f"At this confidence, {self.right:,} of {counted(self.total, 'suggestion')} were correct"


class Outcome(NamedTuple):
    """What a decision said of a suggestion: `hits` and `misses` to be added, below 0 where something is taken back."""

    source: str
    origin: str
    bin: int
    hits: int
    misses: int


@dataclass(frozen=True, slots=True)
class Bin:
    """`promised` is the mean confidence from 0 to 1 of the bin's suggestions, or its middle where that is not known."""

    number: int
    promised: float
    right: int
    total: int

    @property
    def actual(self) -> float | None:
        return self.right / self.total if self.total else None


@dataclass(frozen=True, slots=True)
class BandShare:
    """A band of core.engine.mapping.bands: how sure its suggestions were, how many were right, of how many."""

    name: str
    promised: float | None
    actual: float | None
    right: int
    total: int


def bin_of(confidence: float) -> int:
    """0 to 19: the confidence in twentieths, rounded down; 1.0 belongs to the last."""
    return min(BINS - 1, max(0, int(confidence * BINS)))


def middle(number: int) -> float:
    return (number + 0.5) / BINS


def added(groups: Iterable[Sequence[Bin]]) -> tuple[Bin, ...]:
    """One bin per number, from 0 to 19, summed over the groups."""
    promised, right, total = [0.0] * BINS, [0] * BINS, [0] * BINS
    for bins in groups:
        for bin_ in bins:
            promised[bin_.number] += bin_.promised * bin_.total
            right[bin_.number] += bin_.right
            total[bin_.number] += bin_.total
    return tuple(
        Bin(
            number,
            promised[number] / total[number] if total[number] else middle(number),
            right[number],
            total[number],
        )
        for number in range(BINS)
    )


def tenths(bins: Sequence[Bin]) -> tuple[Bin, ...]:
    """Twice as wide bins, 0 to 9: as fine as the corpus allows without chance taking over. `bins` as from `added`."""
    return tuple(_joined(number, bins[2 * number : 2 * number + 2]) for number in range(BINS // 2))


def _joined(number: int, bins: Sequence[Bin]) -> Bin:
    total = sum(bin_.total for bin_ in bins)
    weights = [bin_.total if total else 1 for bin_ in bins]
    promised = sum(bin_.promised * weight for bin_, weight in zip(bins, weights, strict=True)) / sum(weights)
    return Bin(number, promised, sum(bin_.right for bin_ in bins), total)


def expected_calibration_error(bins: Sequence[Bin]) -> float | None:
    """Return the mean distance between promised and actual over ten bins, weighted by their size (Naeini et al. 2015)."""
    total = sum(bin_.total for bin_ in bins)
    return (
        sum(abs(tenth.promised * tenth.total - tenth.right) for tenth in tenths(bins)) / total
        if total
        else None
    )


def bands(bins: Sequence[Bin]) -> tuple[BandShare, ...]:
    """Green, amber and red."""
    edges = (("green", _GREEN, BINS), ("amber", _AMBER, _GREEN), ("red", 0, _AMBER))
    return tuple(
        _band(name, [bin_ for bin_ in bins if low <= bin_.number < high]) for name, low, high in edges
    )


def _band(name: str, bins: Sequence[Bin]) -> BandShare:
    right, total = sum(bin_.right for bin_ in bins), sum(bin_.total for bin_ in bins)
    if not total:
        return BandShare(name, None, None, 0, 0)
    return BandShare(
        name, sum(bin_.promised * bin_.total for bin_ in bins) / total, right / total, right, total
    )
