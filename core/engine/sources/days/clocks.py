"""Tell clocks of 24 hours from those of 12 hours that have lost their AM and PM."""

from __future__ import annotations

import polars as pl

_HOUR = r"(?:^|[\sT])([0-9]{1,2}):[0-9]{2}(?::[0-9]{2}(?:\.[0-9]+)?)?\s*$"
"""The hour of a time of day at the end of a text, without AM, PM or an offset."""
_FEWEST = 5
_NOON = 12
_AFTERNOON = 6  # hours before it are of the night where a day has 24


def lacks_half_of_day(texts: pl.Series) -> bool:
    """Whether the times of day seem to be of twice twelve hours without AM and PM: some before six, none after noon."""
    hours = texts.str.extract(_HOUR, 1).cast(pl.Int64, strict=False).drop_nulls()
    if len(hours) < _FEWEST or 2 * len(hours) < len(texts.drop_nulls()):
        return False
    is_of_half = hours.is_between(1, _NOON).all()
    return bool(is_of_half) and (hours < _AFTERNOON).any() and (hours > _AFTERNOON).any()
