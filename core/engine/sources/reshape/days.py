"""Read headers that are days, in the one order of day and month that makes them the days of one register."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date
from itertools import pairwise

_WEEKDAY = re.compile(r"^[^\W\d]{2,12}\.?,?\s+(?=\d)", re.UNICODE)
_CLOCK = re.compile(r"[T ]00:00(?::00(?:\.0+)?)?$")
_NUMERIC = re.compile(r"(\d{1,4})[/.\-](\d{1,2})[/.\-](\d{1,4})")
_WORDED = re.compile(
    r"(?:(\d{1,2})[ \-./]?([^\W\d]{3,9})\.?[ \-./,]*(\d{4}|\d{2}))|(?:([^\W\d]{3,9})\.?[ \-](\d{1,2}),?[ \-](\d{4}))"
)
_MONTHS = {
    name: number
    for number, names in enumerate(
        ("jan ene janv gen sty", "feb fev fevr lut", "mar mrz mars maerz", "apr abr avr kwi", "may mai mag maj mei", "jun juin giu cze",
         "jul juil lug lip", "aug ago aout sie", "sep sept set wrz", "oct okt ott paz", "nov lis", "dec dez dic grud gru"), start=1)
    for name in names.split()
}  # fmt: skip
_DAY_AND_MONTH = re.compile(
    r"(?:[^\W\d]{2,9}\.?,?\s+)?(?:\d{1,2}[/.\-]\d{1,2}\.?|\d{1,2}[ \-][^\W\d]{3,9}|[^\W\d]{3,9}[ \-]\d{1,2})"
)
LONGEST = 400
"""Days that the columns of one register span at most."""


def days_of(headers: Sequence[str]) -> dict[str, date] | None:
    """Read each header that is a day; None where day and month can be told apart in two ways, or in none."""
    texts = {header: _day_text(header) for header in headers}
    readings = []
    for order in ("ymd", "dmy", "mdy"):
        days = {header: _day(text, order) for header, text in texts.items()}
        readable_days = [day for day in days.values() if day is not None]
        if len(readable_days) == len(headers) and len(set(readable_days)) == len(readable_days):
            readings.append({header: day for header, day in days.items() if day is not None})
    if not readings:
        return None
    distinct = [days for index, days in enumerate(readings) if days not in readings[:index]]
    if len(distinct) == 1:
        return distinct[0] if _span(distinct[0]) <= LONGEST else None
    # Neighbouring columns are neighbouring days: in the wrong order they lie months apart.
    close = [days for days in distinct if _widest_gap(days) <= 10]
    return close[0] if len(close) == 1 else None


def _day_text(header: str) -> str:
    """Return a header without its clock, and without its weekday where the month is not what stands before the day."""
    text = _CLOCK.sub("", header.strip())
    return text if _WORDED.fullmatch(text) else _WEEKDAY.sub("", text)


def is_day(header: str) -> bool:
    """Tell whether a header may be a full date."""
    text = _day_text(header)
    return any(_day(text, order) is not None for order in ("ymd", "dmy", "mdy"))


def is_day_without_year(header: str) -> bool:
    """Tell whether a header may be a day of a month or of a year that it does not name."""
    text = header.strip()
    number = re.fullmatch(r"(?:[^\W\d]{1,9}\.?\s*)?(\d{1,2})(?:\s*[^\W\d]{1,3}\.?)?", text)
    return bool(number and 1 <= int(number[1]) <= 31) or _DAY_AND_MONTH.fullmatch(text) is not None


def _day(text: str, order: str) -> date | None:
    if match := _NUMERIC.fullmatch(text):
        parts = dict(zip(order, map(int, match.groups()), strict=True))
        if len(match[1 + order.index("y")]) not in {2, 4} or max(map(len, match.groups())) > 4:
            return None
        return _date(parts["y"], parts["m"], parts["d"], len(match[1 + order.index("y")]))
    if match := _WORDED.fullmatch(text):
        day, month, year = (match[1], match[2], match[3]) if match[1] else (match[5], match[4], match[6])
        number = _MONTHS.get(month[:4].casefold()) or _MONTHS.get(month[:3].casefold())
        return _date(int(year), number, int(day), len(year)) if number else None
    return None


def _date(year: int, month: int, day: int, digits: int) -> date | None:
    full = year + 2000 if digits == 2 else year
    try:
        return date(full, month, day) if 1950 <= full <= 2100 else None
    except ValueError:
        return None


def _span(days: dict[str, date]) -> int:
    return (max(days.values()) - min(days.values())).days


def _widest_gap(days: dict[str, date]) -> int:
    in_order = sorted(days.values())
    return max(((after - before).days for before, after in pairwise(in_order)), default=0)
