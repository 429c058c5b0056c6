"""Share 100 percent among a suggestion, its alternatives and "none of these". Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from core.engine.mapping.bands import whole_percent


@dataclass(frozen=True, slots=True)
class Odds:
    """A target 'entity.field' and its chance in whole percent; target None: none of the listed ones."""

    target: str | None
    percent: int


def share_odds(
    target: str | None, confidence: float | None, alternatives: Sequence[tuple[str, float]]
) -> tuple[Odds, ...]:
    """Return the suggestion first, then the alternatives, best first, then "none of these"; the percents add up to 100.

    The suggestion has the percent of its badge. What it leaves is shared among the alternatives as the matcher
    weighed them; what they leave is "none of these". Without a suggestion (target or confidence None) the
    alternatives share the whole. Alternatives below one percent are left out.
    """
    suggested = [Odds(target, whole_percent(confidence))] if target and confidence is not None else []
    remaining = 100 - sum(odds.percent for odds in suggested)
    candidates = sorted(
        ((key, max(0.0, weight)) for key, weight in alternatives if key != target), key=lambda pair: -pair[1]
    )
    total = 100 * sum(weight for _, weight in candidates)
    scale = 100 if total <= remaining else 100 * remaining / total
    shares = [weight * scale for _, weight in candidates]
    percents = _rounded([*shares, max(0.0, remaining - sum(shares))], remaining)
    listed = [
        Odds(key, percent) for (key, _), percent in zip(candidates, percents[:-1], strict=True) if percent
    ]
    return (*suggested, *listed, Odds(None, percents[-1]))


def _rounded(shares: Sequence[float], total: int) -> list[int]:
    """Whole numbers that add up to `total`, each as near its share as that allows (largest remainder)."""
    floors = [int(share) for share in shares]
    by_remainder = sorted(range(len(shares)), key=lambda index: (floors[index] - shares[index], index))
    for index in by_remainder[: total - sum(floors)]:
        floors[index] += 1
    return floors
