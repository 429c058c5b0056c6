"""Shows how far a confidence can be believed: by people's decisions where there are enough, else by the corpus."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select

from core.context import Context
from core.engine.mapping.calibration import corpus
from core.engine.mapping.calibration.rules import (
    ENOUGH,
    BandShare,
    Bin,
    History,
    added,
    bands,
    bin_of,
    expected_calibration_error,
    middle,
)
from core.engine.mapping.learning_scope import scope_of
from core.engine.mapping.tables import ConfidenceOutcome
from core.platform.access.actions import view


@dataclass(frozen=True, slots=True)
class SourceShare:
    """One source system: its outcomes, the expected calibration error, and the share right of those in green."""

    source: str
    right: int
    total: int
    error: float | None
    green: BandShare


@dataclass(frozen=True, slots=True)
class Reliability:
    """Promise and truth. `bins` are all 20; the shares are of 1, None where nothing was counted.

    left_alone   of the fields that have no target, the share for which none was suggested; only the corpus knows
    """

    bins: tuple[Bin, ...]
    bands: tuple[BandShare, ...]
    sources: tuple[SourceShare, ...]
    error: float | None
    left_alone: float | None

    @property
    def total(self) -> int:
        return sum(bin_.total for bin_ in self.bins)


@view("migration.read")
def history(context: Context, source: str, confidence: float) -> History:
    """How often suggestions as sure as this one were right, from the nearest ground that has at least 30 of them.

    That is: decisions about the source, decisions about all sources, the source's own fields in the corpus, all of it.
    """
    number = bin_of(confidence)
    by_source = _outcomes_by_source(context)
    corpus_groups = [group for group in corpus.groups() if group.domain == context.tenant.domain]
    grounds = (
        (by_source.get(source, ()), f"by reviewer decisions about {source} files"),
        (added(by_source.values()), "by reviewer decisions about files of all sources"),
        (
            added(group.bins for group in corpus_groups if group.system == source),
            f"on held-out {source} files",
        ),
        (added(group.bins for group in corpus_groups), "on the held-out test set"),
    )
    for bins, where in grounds:
        for bin_ in bins:
            if bin_.number == number and bin_.total >= ENOUGH:
                return History(bin_.right, bin_.total, where)
    last = next(bin_ for bin_ in grounds[-1][0] if bin_.number == number)
    return History(last.right, last.total, grounds[-1][1])


@view("migration.read")
def by_decisions(context: Context) -> Reliability:
    """As people decided, over all customers of the domain; names and counts only."""
    return _reliability(_outcomes_by_source(context), None)


@view("migration.read")
def by_corpus(context: Context) -> Reliability:
    """On labelled exports of systems that the matcher had not been trained on when it judged them."""
    corpus_groups = [group for group in corpus.groups() if group.domain == context.tenant.domain]
    unmapped = sum(group.unmapped for group in corpus_groups)
    alone = sum(group.left_alone for group in corpus_groups) / unmapped if unmapped else None
    return _reliability({group.system: added([group.bins]) for group in corpus_groups}, alone)


def _outcomes_by_source(context: Context) -> dict[str, tuple[Bin, ...]]:
    """Source -> its bins, over all origins."""
    query = select(ConfidenceOutcome).where(ConfidenceOutcome.domain == scope_of(context))
    bins_by_source: dict[str, list[Bin]] = {}
    for row in context.session.scalars(query.order_by(ConfidenceOutcome.source)):
        bin_ = Bin(row.bin, middle(row.bin), row.hits, row.hits + row.misses)
        bins_by_source.setdefault(row.source, []).append(bin_)
    return {source: added([bins]) for source, bins in bins_by_source.items()}


def _reliability(sources: dict[str, tuple[Bin, ...]], left_alone: float | None) -> Reliability:
    bins = added(sources.values())
    shares = [
        SourceShare(
            source,
            sum(bin_.right for bin_ in source_bins),
            sum(bin_.total for bin_ in source_bins),
            expected_calibration_error(source_bins),
            bands(source_bins)[0],
        )
        for source, source_bins in sources.items()
        if any(bin_.total for bin_ in source_bins)
    ]
    shares.sort(key=lambda share: -share.total)
    return Reliability(bins, bands(bins), tuple(shares), expected_calibration_error(bins), left_alone)
