"""Write calendar files (iCalendar, RFC 5545): an invitation, its change or cancellation, and a feed of entries. Pure.

An entry keeps its UID; every change raises its SEQUENCE, by which calendars tell which version is the newest.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

import icalendar

from core.platform.delivery.templates import one_line

REQUEST, CANCEL, PUBLISH = "REQUEST", "CANCEL", "PUBLISH"
"""Methods (RFC 5546): an invitation or its change, a cancellation, entries to look at."""

_PRODUCT = "-//AuraConnect//Migration Console//EN"
_DAY, _SECOND = timedelta(days=1), timedelta(seconds=1)


@dataclass(frozen=True, slots=True)
class CalendarEntry:
    """A meeting. Moments are aware; `zone` (IANA) is that of its wall clock. `description` may have several lines."""

    uid: str
    sequence: int
    starts_at: datetime
    ends_at: datetime
    zone: str
    summary: str
    description: str
    changed_at: datetime
    is_cancelled: bool = False


def entry_of(facts: Mapping[str, object], changed_at: datetime, method: str) -> CalendarEntry:
    """Read the entry of an event's facts (CALENDAR_FACTS of the kinds), in which moments are ISO texts."""
    return CalendarEntry(
        str(facts["uid"]),
        int(str(facts["sequence"])),
        datetime.fromisoformat(str(facts["starts_at"])),
        datetime.fromisoformat(str(facts["ends_at"])),
        str(facts["zone"]),
        str(facts["summary"]),
        str(facts["agenda"]),
        changed_at,
        is_cancelled=method == CANCEL,
    )


def invitation(entry: CalendarEntry, method: str, *, organizer: str, attendee: str) -> bytes:
    """Write the file of a mail to one attendee; both addresses are e-mail addresses."""
    event = _event(entry)
    event.add("organizer", icalendar.vCalAddress(f"mailto:{organizer}"))
    guest = icalendar.vCalAddress(f"mailto:{attendee}")
    guest.params["ROLE"] = icalendar.vText("REQ-PARTICIPANT")
    guest.params["PARTSTAT"] = icalendar.vText("NEEDS-ACTION")
    guest.params["RSVP"] = icalendar.vText("TRUE" if method == REQUEST else "FALSE")
    event.add("attendee", guest)
    return _file([entry], [event], method)


def feed(entries: Iterable[CalendarEntry], name: str) -> bytes:
    """Write the file that a calendar program subscribes to; `name` is what it calls the calendar."""
    listed = list(entries)
    return _file(listed, [_event(entry) for entry in listed], PUBLISH, name)


def _file(entries: list[CalendarEntry], events: list[icalendar.Event], method: str, name: str = "") -> bytes:
    calendar = icalendar.Calendar()
    calendar.add("prodid", _PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("method", method)
    if name:
        calendar.add("x-wr-calname", one_line(name))
    zones: dict[str, list[datetime]] = {}
    for entry in entries:
        if not _is_in_utc(entry):
            zones.setdefault(entry.zone, []).extend((entry.starts_at, entry.ends_at))
    for zone, moments in sorted(zones.items()):
        calendar.add_component(_zone(zone, min(moments).year - 1, max(moments).year + 1))
    for event in events:
        calendar.add_component(event)
    content: bytes = calendar.to_ical()
    return content


def _event(entry: CalendarEntry) -> icalendar.Event:
    clock = UTC if _is_in_utc(entry) else ZoneInfo(entry.zone)
    event = icalendar.Event()
    event.add("uid", entry.uid)
    event.add("sequence", entry.sequence)
    event.add("dtstamp", entry.changed_at.astimezone(UTC))
    event.add("last-modified", entry.changed_at.astimezone(UTC))
    event.add("dtstart", entry.starts_at.astimezone(clock))
    event.add("dtend", entry.ends_at.astimezone(clock))
    event.add("summary", one_line(entry.summary))
    if entry.description:
        lines = (one_line(line, most=500) for line in entry.description.splitlines())
        event.add("description", "\n".join(lines))
    event.add("status", "CANCELLED" if entry.is_cancelled else "CONFIRMED")
    return event


def _is_in_utc(entry: CalendarEntry) -> bool:
    """Tell whether the wall clock cannot name a moment: calendars disagree about an hour that stands twice."""
    clock = ZoneInfo(entry.zone)
    return entry.zone == "UTC" or any(
        local.replace(fold=0).utcoffset() != local.replace(fold=1).utcoffset()
        for local in (entry.starts_at.astimezone(clock), entry.ends_at.astimezone(clock))
    )


def _zone(zone: str, first_year: int, last_year: int) -> icalendar.Timezone:
    """Write the clock of a zone over some years: each change at the wall clock that it ends.

    The library's own zones begin summer an hour late.
    """
    component = icalendar.Timezone()
    component.add("tzid", zone)
    for change, before, after in _changes(zone, first_year, last_year):
        is_summer = bool(change.astimezone(ZoneInfo(zone)).dst())
        part = icalendar.TimezoneDaylight() if is_summer else icalendar.TimezoneStandard()
        part.add("dtstart", (change + before).replace(tzinfo=None))
        part.add("tzoffsetfrom", before)
        part.add("tzoffsetto", after)
        part.add("tzname", change.astimezone(ZoneInfo(zone)).tzname() or zone)
        component.add_component(part)
    return component


@lru_cache(maxsize=256)
def _changes(zone: str, first_year: int, last_year: int) -> tuple[tuple[datetime, timedelta, timedelta], ...]:
    """List the changes of a zone's clock: moment, offset before, offset after. The first is where the years begin."""
    start, end = datetime(first_year, 1, 1, tzinfo=UTC), datetime(last_year + 1, 1, 1, tzinfo=UTC)
    offset = _offset(start, zone)
    changes = [(start, offset, offset)]
    while start < end:
        if _offset(start + _DAY, zone) != offset:
            before, after = start, start + _DAY
            while after - before > _SECOND:
                middle = before + timedelta(seconds=int((after - before).total_seconds()) // 2)
                before, after = (middle, after) if _offset(middle, zone) == offset else (before, middle)
            changes.append((after, offset, _offset(after, zone)))
            offset = _offset(after, zone)
        start += _DAY
    return tuple(changes)


def _offset(moment: datetime, zone: str) -> timedelta:
    return moment.astimezone(ZoneInfo(zone)).utcoffset() or timedelta(0)
