"""Decide which location discount holds: bands of numbers of locations, each with a percentage."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from decimal import Decimal

from core.business.catalog.packages import Band, catalog
from core.errors import InvalidInputError
from core.kit.money import ZERO

MAX_BANDS = 20


def default_bands(domain: str) -> Sequence[Band]:
    """Return the location discounts of data/packages.yaml, which hold until managers edit them."""
    return catalog(domain).location_discounts


def discount_of(bands: Sequence[Band], locations: int) -> Decimal:
    """Return the percentage off for so many locations: that of the highest band they reach, 0 below the first."""
    reached = [band for band in bands if band.from_locations <= locations]
    return max(reached, key=lambda band: band.from_locations).percent if reached else ZERO


def band_text(bands: Sequence[Band], locations: int) -> str:
    """Describe the band that so many locations fall in: '51 to 100 locations', '251 or more locations'."""
    starts = sorted(band.from_locations for band in bands)
    below = [start for start in starts if start <= locations]
    above = [start for start in starts if start > locations]
    if not below:
        return f"up to {above[0] - 1:,} locations" if above else "any number of locations"
    return f"{below[-1]:,} to {above[0] - 1:,} locations" if above else f"{below[-1]:,} or more locations"


def check_bands(bands: Sequence[Band]) -> list[Band]:
    """Return the bands from the smallest on. InvalidInputError where two begin alike or a later one gives less."""
    ordered = sorted(bands, key=lambda band: band.from_locations)
    if len(ordered) > MAX_BANDS:
        raise InvalidInputError(f"There are more than {MAX_BANDS} bands.", hint="Remove some.")
    for lower, higher in itertools.pairwise(ordered):
        if lower.from_locations == higher.from_locations:
            raise InvalidInputError(
                f"Two bands begin at {lower.from_locations:,} locations.", hint="Remove one of them."
            )
        if higher.percent < lower.percent:
            raise InvalidInputError(
                f"The discount falls at {higher.from_locations:,} locations.",
                hint="Give more locations at least the discount of fewer.",
            )
    return ordered


def price_drops(bands: Sequence[Band]) -> list[tuple[int, int]]:
    """List where more locations cost less: a band's first number of locations, and the fewest that cost more than it."""
    drops = []
    for band in sorted(bands, key=lambda band: band.from_locations):
        before = band.from_locations - 1
        lower = 100 - discount_of(bands, before)
        if before and band.from_locations * (100 - band.percent) < before * lower:
            same = int(band.from_locations * (100 - band.percent) // lower) + 1
            drops.append((band.from_locations, same))
    return drops
