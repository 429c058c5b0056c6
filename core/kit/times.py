"""Read text as days, moments and times of day.

Each reader takes a column of text and gives a typed column of the same length, null where it reads nothing.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from datetime import time, timedelta
from functools import cache
from zoneinfo import available_timezones

import polars as pl

from core.kit.day_texts import from_month_names
from core.kit.reading import fill, first_that_reads

INSTANT = pl.Datetime("us", "UTC")

UNDECIDED = ""
"""The order of day and month that nobody and nothing has told."""

_DAYS = {
    "mdy": ("%m/%d/%Y", "%m/%d/%y", "%m-%d-%Y", "%m.%d.%Y", "%m-%d-%y"),
    "dmy": ("%d/%m/%Y", "%d/%m/%y", "%d-%m-%Y", "%d.%m.%Y", "%d.%m.%y", "%d-%m-%y"),
    "ymd": ("%y/%m/%d", "%y-%m-%d"),
}
_DAYS_ANY_ORDER = (
    "%Y-%m-%d",
    "%Y/%m/%d",
    "%Y.%m.%d",
    "%b %d %Y",
    "%B %d %Y",
    "%d %b %Y",
    "%d %B %Y",
    "%d-%b-%Y",
    "%d-%b-%y",
    "%a %b %d %Y",
    "%a %d %b %Y",
    "%A %B %d %Y",
)
_ISO_DAY = ("%Y-%m-%d",)
_CLOCK = ("%I:%M %p", "%I:%M:%S %p", "%H:%M", "%H:%M:%S", "%I:%M%p", "%H:%M:%S%.f")
_ISO = r"^\s*\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}(?:[:Z+-]|\s*$)"
_HALF_OF_DAY = r"(?i)\s*([ap])\.?\s?m\.?\s*$"
_DAY_AND_TIME = r"^\s*(.+?)[,\s]+(\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?\s*(?:[AaPp]\.?\s?[Mm]\.?)?)\s*$"
_PLAIN = {
    order: tuple(
        (
            rf"^[0-9]{{1,2}}/[0-9]{{1,2}}/[0-9]{{{digits}}} [0-9]{{1,2}}:[0-9]{{2}} [AP]M$",
            f"{day}/{year} %I:%M %p",
        )
        for digits, year in ((2, "%y"), (4, "%Y"))
    )
    for order, day in (("mdy", "%m/%d"), ("dmy", "%d/%m"))
}
_PAST_MIDNIGHT = r"^\s*(2[4-9]|3[0-9]|4[0-7])(:[0-9]{2}(?::[0-9]{2}(?:\.[0-9]+)?)?)\s*$"
_LATE = r"([\sT])(?:2[4-9]|3[0-9]|4[0-7]):"
_ZULU = ("%Y-%m-%dT%H:%M:%SZ", "%Y-%m-%dT%H:%M:%S%.fZ", "%Y-%m-%d %H:%M:%S UTC")
_OFFSET = ("%Y-%m-%dT%H:%M:%S%.f%#z", "%Y-%m-%d %H:%M:%S%.f%#z", "%Y-%m-%dT%H:%M%#z", "%Y-%m-%d %H:%M:%S %#z")
_LOCAL = (
    "%Y-%m-%dT%H:%M:%S",
    "%Y-%m-%d %H:%M:%S",
    "%Y-%m-%dT%H:%M:%S%.f",
    "%Y-%m-%d %H:%M:%S%.f",
    "%Y-%m-%dT%H:%M",
)

HOLDS_TIME = re.compile(r"%[HIMSpTRXfsz+]")
"""Finds what makes a format one of a time."""

_OFFSET_AT_END = r"([0-9]:[0-9]{2}(?::[0-9]{2}(?:\.[0-9]+)?)?)\s*(?:Z|UTC|[+-][0-9]{2}(?::?[0-9]{2})?)\s*$"
_OFFSET_IN_FORM = r"\s*(?:%:{0,2}#?z|Z|UTC)$"
_LEAP_SECOND = r"([0-9]{1,2}:(?:59|29|44|14):)60([^0-9]|$)"  # 23:59:60 in UTC is 05:29:60 in India
_SIXTY = r"[0-9]{1,2}:[0-9]{2}:60(?:[^0-9]|$)"
_COUNT = r"^\s*-?[0-9]{1,15}(?:\.[0-9]{1,9})?\s*$"
_EPOCH_FROM, _EPOCH_TO = -2_208_988_800, 7_258_118_400
"""Seconds since 1970 of the beginning of 1900 and of 2200."""


def read_date(
    texts: pl.Series, order: str = "mdy", zone: str = "UTC", form: str | None = None, close_hour: int = 0
) -> pl.Series:
    """Read days. `order` ('mdy', 'dmy', 'ymd') decides 01/02/2024. A text that holds a time as well is read by `day_of`.

    With the order UNDECIDED only days are read that every order reads alike, or only one reads at all. `form` is a
    format of a day alone, or of a day and a time.
    """
    if form:
        return (
            _days_of(texts, order, zone, form, close_hour)
            if HOLDS_TIME.search(form)
            else _days(texts, (form,))
        )
    days = _ordered_days(texts, order, last=("%Y%m%d",))
    return fill(days, texts, lambda remaining: _days_of(remaining, order, zone, None, close_hour))


def read_datetime(
    texts: pl.Series, order: str = "mdy", zone: str = "UTC", form: str | None = None
) -> pl.Series:
    """Read moments in UTC. A time without an offset is local in `zone` and placed by `to_utc`; 23:59:60 is the next 00:00:00."""
    texts, leap = _without_leap_second(texts)
    moments = _moments(texts, order, zone, form)
    return moments if leap is None else moments.dt.offset_by("1s").zip_with(leap, moments)


def read_epoch(texts: pl.Series, unit: str) -> pl.Series:
    """Read moments from counts of milliseconds ('ms') or seconds ('s') since 1970; null outside the years 1900 to 2199.

    A count of milliseconds read as seconds lies thousands of years ahead, so it is not read.
    """
    counts = texts.str.strip_chars().set(~texts.str.contains(_COUNT), None).cast(pl.Float64, strict=False)
    limits = (_EPOCH_FROM, _EPOCH_TO) if unit == "s" else (_EPOCH_FROM * 1000, _EPOCH_TO * 1000)
    sound = texts.set(~counts.is_between(*limits, closed="left"), None)
    exact = sound.str.strip_chars().cast(pl.Decimal(38, 9), strict=False) * (
        1_000 if unit == "ms" else 1_000_000
    )
    return exact.cast(pl.Int64, strict=False).cast(pl.Datetime("us")).dt.replace_time_zone("UTC")


def to_utc(local: pl.Series, zone: str) -> pl.Series:
    """Convert wall-clock times in `zone` to UTC, placed as PEP 495 places them (fold 0).

    An hour that stands twice is the earlier. A time that the clock skips moves on by as much as the clock does, which
    is half an hour on Lord Howe and a day in Samoa in 2011: it is placed by the offset of the day before.
    """
    placed = _at(local, zone)
    moved = fill(
        placed, local, lambda remaining: _at(remaining.dt.offset_by("-1d"), zone) + timedelta(days=1)
    )
    return moved.dt.convert_time_zone("UTC")


def skipped_or_twice(local: pl.Series, zone: str) -> tuple[pl.Series, pl.Series]:
    """Tell of wall-clock times in `zone` which do not exist and which exist twice, at a change of clocks."""
    placed = _at(local, zone)
    skipped = placed.is_null() & local.is_not_null()
    clear = local.dt.replace_time_zone(zone, ambiguous="null", non_existent="null")
    return skipped, clear.is_null() & placed.is_not_null()


@cache
def _of_iana() -> frozenset[str]:
    """List the names of IANA's zones; each listing reads some 600 files."""
    return frozenset(available_timezones())


@cache
def zones() -> tuple[str, ...]:
    """List every zone that times can be placed in, by name."""
    return tuple(sorted(filter(is_zone, _of_iana())))


@cache
def is_zone(name: str) -> bool:
    """Return whether times can be placed in a zone of this name: one of IANA's, as the library behind Polars knows them."""
    if name not in _of_iana():
        return False
    try:
        pl.Series([0]).cast(pl.Datetime("us")).dt.replace_time_zone(name)
    except pl.exceptions.ComputeError:
        return False
    return True


def near_changes(moments: pl.Series, zone: str) -> pl.Series | None:
    """Return whether the clock in `zone` changes within a day of each moment; None where it does so for none of them."""
    days = moments.dt.date()
    distinct = days.drop_nulls().unique().cast(pl.Datetime("us", "UTC"))
    before, after = (_offset(distinct.dt.offset_by(by), zone) for by in ("-1d", "2d"))
    changing = distinct.filter(before != after).dt.date()
    return days.is_in(changing.implode()).fill_null(value=False) if len(changing) else None


def day_of(moments: pl.Series, zone: str, close_hour: int = 0) -> pl.Series:
    """Return the dates of moments by the clock in `zone`; the hours before `close_hour` belong to the day before."""
    local = moments.dt.convert_time_zone(zone).dt.replace_time_zone(None)
    return (local - timedelta(hours=close_hour)).dt.date()


def read_time(texts: pl.Series) -> pl.Series:
    """Time of day, '5:03 PM', '5:03 p. m.' or '17:03:07'."""
    clocks = _clocks(texts)
    return fill(clocks, texts, lambda remaining: _clocks(remaining.str.replace(_HALF_OF_DAY, " ${1}m")))


def _clocks(texts: pl.Series) -> pl.Series:
    return first_that_reads(
        texts, _CLOCK, lambda column, form: column.str.to_time(form, strict=False), pl.Time()
    )


def _days(texts: pl.Series, formats: Sequence[str]) -> pl.Series:
    return first_that_reads(texts, formats, _parse_day, pl.Date())


def _ordered_days(texts: pl.Series, order: str, last: Sequence[str] = ()) -> pl.Series:
    """Read days in the order, then those with the name of a month in any language of our customers."""
    days = _days(texts, (*_DAYS_ANY_ORDER, *_DAYS.get(order, ()), *last))
    if order not in _DAYS:
        days = fill(days, texts, _agreed_days)
    return fill(days, texts, lambda remaining: _days(_rewritten(remaining, from_month_names), _ISO_DAY))


def _agreed_days(texts: pl.Series) -> pl.Series:
    """Read the days that all orders which can read them read alike."""
    readings = pl.DataFrame([_days(texts, formats).alias(order) for order, formats in _DAYS.items()])
    low, high = (
        readings.select(f(*readings.columns)).to_series() for f in (pl.min_horizontal, pl.max_horizontal)
    )
    return low.set((low != high).fill_null(value=False), None).alias(texts.name)


def _rewritten(texts: pl.Series, rewrite: Callable[[pl.Series], pl.Series]) -> pl.Series:
    """Return what `rewrite` changes; null where it leaves a text as it was."""
    rewritten = rewrite(texts)
    return rewritten.set((rewritten == texts).fill_null(value=True), None)


def _days_of(texts: pl.Series, order: str, zone: str, form: str | None, close_hour: int) -> pl.Series:
    """Read the days of texts with a time: as written, unless a moment with an offset falls on another day in `zone`.

    Midnight is how exports write a day without a time, in UTC as in any zone: it stays the day that is written.
    """
    texts, _ = _without_leap_second(texts)
    if texts.str.contains(_LATE).any():
        texts = texts.str.replace(_LATE, "${1}23:")  # an hour past midnight of the day that is written
    bare = texts.str.replace(_OFFSET_AT_END, "$1")
    wall_clock = _moments(bare, order, "UTC", re.sub(_OFFSET_IN_FORM, "", form) if form else None)
    wall_clock = wall_clock.dt.replace_time_zone(None)
    is_day = (wall_clock.dt.time() == time(0)).fill_null(value=False)
    is_local = bare == texts
    as_written = (wall_clock - timedelta(hours=close_hour)).dt.date()
    days = wall_clock.dt.date().zip_with(is_day, as_written.set(~is_local, None))
    return fill(
        days, texts, lambda remaining: day_of(_moments(remaining, order, zone, form), zone, close_hour)
    )


def _moments(texts: pl.Series, order: str, zone: str, form: str | None) -> pl.Series:
    def parse(column: pl.Series, moment_form: str) -> pl.Series:
        return _parse_moment(column, moment_form, zone)

    if form:
        return first_that_reads(texts, (form,), parse, INSTANT)
    iso = texts.set(~texts.str.contains(_ISO), None)
    moments = first_that_reads(iso, (*_ZULU, *_LOCAL, *_OFFSET), parse, INSTANT)
    return fill(moments, texts, lambda remaining: to_utc(_day_and_time(remaining, order), zone))


def _without_leap_second(texts: pl.Series) -> tuple[pl.Series, pl.Series | None]:
    """Rewrite 60 seconds as 59; return the texts and a mask of those rewritten, None without any.

    60 seconds of a minute that no leap second can end are not read.
    """
    if not texts.str.contains(_SIXTY).any():
        return texts, None
    leap = texts.str.contains(_LEAP_SECOND).fill_null(value=False)
    spelled = texts.str.replace(_LEAP_SECOND, "${1}59${2}")
    return spelled.set(spelled.str.contains(_SIXTY), None), leap


def _offset(moments: pl.Series, zone: str) -> pl.Series:
    return moments.dt.convert_time_zone(zone).dt.replace_time_zone(None) - moments.dt.replace_time_zone(None)


def _at(local: pl.Series, zone: str) -> pl.Series:
    return local.dt.replace_time_zone(zone, ambiguous="earliest", non_existent="null")


def _parse_day(texts: pl.Series, form: str) -> pl.Series:
    days = texts.str.to_date(form, strict=False)
    # '%Y' also takes a year of two digits, as one of the first century.
    return days.set(days.dt.year() < 1000, None)


def _parse_moment(texts: pl.Series, form: str, zone: str) -> pl.Series:
    moments = texts.str.to_datetime(form, strict=False, time_unit="us")
    moments = moments.set(moments.dt.year() < 1000, None)
    if form.endswith(("Z", " UTC")):
        return moments.dt.replace_time_zone("UTC")
    if "%z" in form or "%#z" in form:
        return moments.dt.convert_time_zone("UTC")
    return to_utc(moments, zone)


def _day_and_time(texts: pl.Series, order: str) -> pl.Series:
    """Read '12/31/2024, 5:03 PM' as a wall-clock time; midnight where there is only a day."""
    for pattern, form in _PLAIN.get(order, ()):
        # The spelling of nearly all exports, when the first is spelled so (perf 2).
        if len(texts) and re.match(pattern, texts[0] or ""):
            moments = texts.set(~texts.str.contains(pattern), None).str.to_datetime(
                form, strict=False, time_unit="us"
            )
            return fill(moments, texts, lambda remaining: _part_by_part(remaining, order))
    return _part_by_part(texts, order)


def _part_by_part(texts: pl.Series, order: str) -> pl.Series:
    moments = _parts(texts, order)
    return fill(moments, texts, lambda remaining: _parts(_rewritten(remaining, from_month_names), order))


def _parts(texts: pl.Series, order: str) -> pl.Series:
    parts = texts.str.extract_groups(_DAY_AND_TIME).struct.unnest()
    has_time = parts.to_series(0).is_not_null()
    only_day = texts.set(has_time, None)
    days = _ordered_days(parts.to_series(0).fill_null(only_day), order)
    return at_clock(days, parts.to_series(1).set(~has_time, "0:00"))


def at_clock(days: pl.Series, clocks: pl.Series) -> pl.Series:
    """Read the wall-clock times of days: '25:30' is 1:30 of the next day, as tills write that are open past midnight."""
    clock, later = clocks, pl.Series(clocks.name, [0], dtype=pl.Int64).new_from_index(0, len(clocks))
    if clocks.str.contains(_PAST_MIDNIGHT).any():
        hours = clocks.str.extract(_PAST_MIDNIGHT, 1).cast(pl.Int64)
        later = (hours // 24).fill_null(0)
        hour_of_day = (hours % 24).cast(pl.String) + clocks.str.extract(_PAST_MIDNIGHT, 2)
        clock = hour_of_day.fill_null(clocks)
    moments = pl.select(pl.lit(days).dt.combine(pl.lit(read_time(clock)))).to_series().cast(pl.Datetime("us"))
    return moments + (later * 86_400_000_000).cast(pl.Duration("us"))
