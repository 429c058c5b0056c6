"""Calculate the next dates of the regular meetings, and write them as an iCalendar file. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime, timedelta

from core.business.sales.playbook.models import Meeting

_WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday")
_LINE = 74
"""Octets of a line before it is folded (RFC 5545, 3.1)."""


def next_dates(meeting: Meeting, today: date, count: int = 1) -> list[date]:
    """List the next days of a meeting, from today on."""
    days = _dates(meeting, today)
    return [next(days) for _ in range(count)]


def _dates(meeting: Meeting, today: date) -> Iterator[date]:
    day = today + timedelta(days=(_WEEKDAYS.index(meeting.weekday) - today.weekday()) % 7)
    while True:
        if (not meeting.months or day.month in meeting.months) and meeting.week in (None, (day.day + 6) // 7):
            yield day
        day += timedelta(days=7)


def as_icalendar(meetings: Iterable[tuple[str, Meeting]], today: date, now: datetime) -> bytes:
    """Write meetings (id, meeting) as whole-day events that repeat, from their next day on (RFC 5545)."""
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//AuraConnect//Playbook//EN"]
    for key, meeting in meetings:
        [day] = next_dates(meeting, today)
        lines += [
            "BEGIN:VEVENT",
            f"UID:{key}@playbook.auraconnect",
            f"DTSTAMP:{now.astimezone(UTC):%Y%m%dT%H%M%SZ}",
            f"DTSTART;VALUE=DATE:{day:%Y%m%d}",
            f"RRULE:{_rule(meeting)}",
            f"SUMMARY:{_escaped(meeting.title)}",
            f"DESCRIPTION:{_escaped(meeting.text)}",
            "END:VEVENT",
        ]
    lines.append("END:VCALENDAR")
    return "".join(f"{_folded(line)}\r\n" for line in lines).encode()


def _rule(meeting: Meeting) -> str:
    day = meeting.weekday[:2].upper()
    if meeting.week is None and not meeting.months:
        return f"FREQ=WEEKLY;BYDAY={day}"
    if not meeting.months:
        return f"FREQ=MONTHLY;BYDAY={meeting.week}{day}"
    months = ",".join(map(str, sorted(set(meeting.months))))
    if meeting.week is None:
        return f"FREQ=WEEKLY;BYMONTH={months};BYDAY={day}"
    return f"FREQ=MONTHLY;BYMONTH={months};BYDAY={meeting.week}{day}"


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,").replace("\n", "\\n")


def _folded(line: str) -> str:
    """Fold a line after _LINE octets, never inside a character."""
    parts, size = [""], 0
    for character in line:
        width = len(character.encode())
        if size + width > _LINE:
            parts.append(" ")
            size = 1
        parts[-1] += character
        size += width
    return "\r\n".join(parts)
