"""Transforms of days and moments: read text, counts since 1970, a day and a time of two sources.

Each builder's docstring is the help shown for it. `order` says whether day or month comes first, `excel` that the text
may be a day number of a workbook, and `until` the last year that a year of two digits can mean.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from decimal import Decimal
from functools import partial

import polars as pl

from core.engine.plan import ImportSettings
from core.engine.transforms.date_formats import check_reading, check_writing
from core.engine.transforms.inverses import inverse_by, inverse_of_parse_date
from core.engine.transforms.registry import transform
from core.engine.transforms.value_types import Value, through
from core.errors import InvalidInputError
from core.kit import day_texts, times

ORDERS = ("mdy", "dmy", "ymd")
_HALF_A_DAY = 12
"""The most hours from a start to an end that is written without its day."""


@transform(
    "text",
    "date",
    "parse_date(order='dmy')",
    inverse=inverse_of_parse_date,
)
def parse_date(
    value: pl.Expr,
    settings: ImportSettings,
    fmt: str | None = None,
    zone: str | None = None,
    order: str | None = None,
    excel: Decimal | None = None,
    until: Decimal | None = None,
) -> pl.Expr:
    """A day; with order='dmy' the day comes first, with excel=1900 Excel day numbers are read, with until=2026 '55' is 1955, a format such as '%m/%d/%Y' reads nothing else.

    Midnight with an offset stays the day as written.
    """
    value, settings = _prepared(value, settings, order, excel, until)
    if fmt is not None:
        check_reading(fmt)
    return through(value, _day_reader(settings, fmt, zone), pl.Date())


@transform(
    "text",
    "datetime",
    "parse_datetime(order='dmy')",
)
def parse_datetime(
    value: pl.Expr,
    settings: ImportSettings,
    fmt: str | None = None,
    zone: str | None = None,
    order: str | None = None,
    excel: Decimal | None = None,
    until: Decimal | None = None,
) -> Value:
    """A moment; with order='dmy' the day comes first, with excel=1900 Excel day numbers are read, a format such as '%m/%d/%y %I:%M %p' reads nothing else."""
    value, settings = _prepared(value, settings, order, excel, until)
    if fmt is not None:
        check_reading(fmt)
    read = partial(times.read_datetime, order=settings.date_order, zone=zone_of(zone, settings), form=fmt)
    day = through(value, _day_reader(settings, fmt, zone), pl.Date())
    return Value(through(value, read, times.INSTANT), "datetime", day)


@transform("text", "datetime")
def epoch_ms(value: pl.Expr, settings: ImportSettings) -> Value:
    """Milliseconds since 1970, of the years 1900 to 2199."""
    return _epoch(value, settings, "ms")


@transform("text", "datetime")
def epoch_s(value: pl.Expr, settings: ImportSettings) -> Value:
    """Seconds since 1970, of the years 1900 to 2199."""
    return _epoch(value, settings, "s")


@transform("text", "datetime", "combine_date_time('America/New_York', order='dmy')", joins=True)
def combine_date_time(
    parts: Sequence[pl.Expr],
    settings: ImportSettings,
    zone: str | None = None,
    order: str | None = None,
    excel: Decimal | None = None,
    since: Decimal | None = None,
) -> Value:
    """A day and a time of day from two sources, AM or PM from a third; no time means midnight, '25:30' is 1:30 of the next day, with since=2 a time up to 12 hours after that of the second source is of the night after it."""
    if since is not None and (len(parts) != 3 or since not in (2, 3)):
        raise InvalidInputError(
            "combine_date_time(since=2) takes a day, a time of beginning and a time of end.",
            hint="Map all three, or leave since out.",
        )
    if len(parts) not in (2, 3):
        raise InvalidInputError(
            f"combine_date_time takes two or three sources, not {len(parts)}.",
            hint="Map the date first, then the time, then AM or PM.",
        )
    day_text, settings = _prepared(parts[0], settings, order, excel, None)
    where = zone_of(zone, settings)
    day = through(day_text, partial(times.read_date, order=settings.date_order, zone=where), pl.Date())
    if since is not None:
        wall = _after(day, clock=parts[1 if since == 3 else 2], start=parts[int(since) - 1])
        return Value(through(wall, partial(times.to_utc, zone=where), times.INSTANT), "datetime", day)
    clock = parts[1].fill_null("0:00")
    if len(parts) == 3:
        clock = pl.concat_str([clock, parts[2]], separator=" ", ignore_nulls=True)
    wall = _at_clock(day, clock)
    return Value(through(wall, partial(times.to_utc, zone=where), times.INSTANT), "datetime", day)


def _at_clock(day: pl.Expr, clock: pl.Expr) -> pl.Expr:
    return pl.map_batches(
        [day, clock], lambda columns: times.at_clock(*columns), return_dtype=pl.Datetime("us")
    )


def _after(day: pl.Expr, *, clock: pl.Expr, start: pl.Expr) -> pl.Expr:
    """Return the moment of the clock; of the next day where that is the first within half a day of the start."""
    end, begin = _at_clock(day, clock), _at_clock(day, start)
    is_next_day = (begin - end >= pl.duration(hours=_HALF_A_DAY)) & clock.is_not_null()
    return pl.when(is_next_day).then(end + pl.duration(days=1)).otherwise(end)


@transform("datetime", "date")
def business_day(value: pl.Expr, settings: ImportSettings) -> pl.Expr:
    """The business day of a moment, by the location's time zone and the hour at which its business day ends."""
    return through(
        value, partial(times.day_of, zone=settings.zone, close_hour=settings.close_hour), pl.Date()
    )


@transform("date", "text", "format_date('%m/%d/%Y')", inverse=inverse_by("parse_date"))
def format_date(value: pl.Expr, fmt: str = "%Y-%m-%d") -> pl.Expr:
    """A day as text."""
    check_writing(fmt)
    return value.dt.to_string(fmt)


def zone_of(name: str | None, settings: ImportSettings) -> str:
    """Return the zone a call names, else the import's; InvalidInputError for a zone that is not IANA's."""
    zone = name or settings.zone
    if not times.is_zone(zone):
        raise InvalidInputError(
            f"{zone!r} is not a time zone.", hint="Use an IANA name such as 'America/New_York'."
        )
    return zone


def _prepared(
    value: pl.Expr, settings: ImportSettings, order: str | None, excel: Decimal | None, until: Decimal | None
) -> tuple[pl.Expr, ImportSettings]:
    """Return the text with day numbers and short years written out, and the settings with the order of the call."""
    if order is not None:
        if order not in ORDERS:
            raise InvalidInputError(
                f"{order!r} is not an order of day and month.", hint=f"Use one of {', '.join(ORDERS)}."
            )
        settings = replace(settings, date_order=order)
    if excel is not None:
        if excel not in day_texts.SYSTEMS:
            raise InvalidInputError("A workbook counts days from 1900 or 1904.", hint="Write excel=1900.")
        value = through(value, partial(day_texts.from_day_numbers, system=int(excel)), pl.String())
    if until is not None:
        if until != int(until) or not 1000 <= until <= 9999:
            raise InvalidInputError(f"{until} is not a year.", hint="Write until=2026.")
        value = through(
            value, partial(day_texts.with_century, order=settings.date_order, until=int(until)), pl.String()
        )
    return value, settings


def _day_reader(
    settings: ImportSettings, fmt: str | None, zone: str | None
) -> Callable[[pl.Series], pl.Series]:
    return partial(
        times.read_date,
        order=settings.date_order,
        zone=zone_of(zone, settings),
        form=fmt,
        close_hour=settings.close_hour,
    )


def _epoch(value: pl.Expr, settings: ImportSettings, unit: str) -> Value:
    moments = through(value, partial(times.read_epoch, unit=unit), times.INSTANT)
    midnight = moments.dt.time() == pl.time(0, 0)
    local = through(
        moments, partial(times.day_of, zone=settings.zone, close_hour=settings.close_hour), pl.Date()
    )
    return Value(moments, "datetime", pl.when(midnight).then(moments.dt.date()).otherwise(local))
