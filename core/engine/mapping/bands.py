"""The bands of confidence, in one place: green above 0.90, amber from 0.70 to 0.90 inclusive, red below, none without.

A band is decided on the unrounded value: 0.904 is green though it is shown as 90 %.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil, floor

GREEN_ABOVE = 0.90
AMBER_FROM = 0.70


@dataclass(frozen=True, slots=True)
class Band:
    """`color` is a name of the console's palette; `seconds` is what a person needs to review a field of the band."""

    name: str
    label: str
    color: str
    seconds: int


GREEN = Band("green", "High", "green", 3)
AMBER = Band("amber", "Medium", "orange", 20)
RED = Band("red", "Low", "red", 45)
NO_BAND = Band("none", "?", "gray", 15)

BANDS: dict[str, Band] = {band.name: band for band in (GREEN, AMBER, RED, NO_BAND)}


def band(confidence: float | None) -> Band:
    """Return the band of a confidence from 0 to 1; None where nothing is suggested."""
    if confidence is None:
        return NO_BAND
    if confidence > GREEN_ABOVE:
        return GREEN
    return AMBER if confidence >= AMBER_FROM else RED


def whole_percent(confidence: float) -> int:
    """Return a confidence in whole percent that agrees with its band: 0.904 is 91 (high), 0.699 is 69 (low), 0.9 is 90."""
    percent = confidence * 100
    return min(100, ceil(percent)) if confidence > GREEN_ABOVE else floor(percent)
