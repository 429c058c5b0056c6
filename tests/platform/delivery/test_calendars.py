"""Calendar files, read back by another library than the one that writes them."""

from datetime import UTC, datetime, timedelta

import pytest
import vobject
from hypothesis import given
from hypothesis import strategies as st

from core.platform.delivery.calendars import (
    CANCEL,
    REQUEST,
    CalendarEntry,
    entry_of,
    feed,
    invitation,
)

ZONES = ["America/New_York", "Europe/London", "Africa/Harare", "Australia/Lord_Howe", "Asia/Kathmandu", "UTC"]
NOW = datetime(2026, 2, 1, 12, tzinfo=UTC)


def entry(
    start: datetime,
    zone: str = "America/New_York",
    hours: int = 2,
    uid: str = "1",
    text: str = "Review\nAgree",
) -> CalendarEntry:
    end = start + timedelta(hours=hours)
    return CalendarEntry(f"{uid}@aura.example", 0, start, end, zone, f"Discovery {text}", text, NOW)


def instants(content: bytes) -> list[tuple[datetime, datetime]]:
    calendar = vobject.readOne(content.decode())
    return [
        (event.dtstart.value.astimezone(UTC), event.dtend.value.astimezone(UTC))
        for event in calendar.vevent_list
    ]


changes = st.sampled_from(
    [
        datetime(2026, 3, 8, 7, tzinfo=UTC),
        datetime(2026, 3, 29, 1, tzinfo=UTC),
        datetime(2026, 4, 4, 15, tzinfo=UTC),
        datetime(2026, 10, 3, 15, 30, tzinfo=UTC),
        datetime(2026, 10, 25, 1, tzinfo=UTC),
        datetime(2026, 11, 1, 6, tzinfo=UTC),
        datetime(2027, 7, 1, tzinfo=UTC),
    ]
)


@given(changes, st.integers(-24, 24), st.sampled_from(ZONES), st.integers(1, 4))
def test_another_library_reads_the_same_instants(
    change: datetime, quarters: int, zone: str, hours: int
) -> None:
    start = change + timedelta(minutes=15 * quarters)
    content = invitation(entry(start, zone, hours), REQUEST, organizer="a@x.example", attendee="b@x.example")
    assert instants(content) == [(start, start + timedelta(hours=hours))]


@given(st.lists(st.tuples(changes, st.integers(-24, 24), st.sampled_from(ZONES)), max_size=5))
def test_a_feed_holds_entries_of_several_zones(rows: list[tuple[datetime, int, str]]) -> None:
    entries = [
        entry(change + timedelta(minutes=15 * quarters), zone, uid=str(number))
        for number, (change, quarters, zone) in enumerate(rows)
    ]
    content = feed(entries, "Sessions")
    if entries:
        assert instants(content) == [(row.starts_at, row.ends_at) for row in entries]
    assert content.count(b"BEGIN:VEVENT") == len(entries)
    assert b"METHOD:PUBLISH" in content


def test_an_invitation_names_its_zone_and_both_sides() -> None:
    content = invitation(
        entry(datetime(2026, 6, 1, 14, tzinfo=UTC)), REQUEST, organizer="a@x.example", attendee="b@x.example"
    )
    event = vobject.readOne(content.decode()).vevent
    assert content.count(b"BEGIN:VTIMEZONE") == 1
    assert b"DTSTART;TZID=America/New_York:20260601T100000" in content
    assert event.organizer.value == "mailto:a@x.example"
    assert event.attendee.value == "mailto:b@x.example"
    assert event.description.value == "Review\nAgree"
    assert (event.status.value, event.sequence.value, event.uid.value) == (
        "CONFIRMED",
        "0",
        "1@aura.example",
    )


def test_a_cancellation_has_the_method_and_state_of_one() -> None:
    facts = {
        "uid": "1@aura.example",
        "sequence": 3,
        "starts_at": "2026-06-01T14:00:00+00:00",
        "ends_at": "2026-06-01T16:00:00+00:00",
        "zone": "Africa/Harare",
        "summary": "Testing",
        "agenda": "",
    }
    content = invitation(
        entry_of(facts, NOW, CANCEL), CANCEL, organizer="a@x.example", attendee="b@x.example"
    )
    calendar = vobject.readOne(content.decode())
    assert calendar.method.value == "CANCEL"
    assert (calendar.vevent.status.value, calendar.vevent.sequence.value) == ("CANCELLED", "3")
    assert instants(content) == [(datetime(2026, 6, 1, 14, tzinfo=UTC), datetime(2026, 6, 1, 16, tzinfo=UTC))]


@pytest.mark.parametrize("text", ["A\r\nBEGIN:VALARM", "A\nEND:VEVENT", "Ä; b, c\\n", "x" * 300])
def test_words_of_people_stay_words(text: str) -> None:
    content = feed([entry(datetime(2026, 6, 1, tzinfo=UTC), text=text)], text)
    assert content.count(b"\r\nBEGIN:VEVENT\r\n") == content.count(b"\r\nEND:VEVENT\r\n") == 1
    assert b"\r\nBEGIN:VALARM" not in content
    assert len(vobject.readOne(content.decode()).vevent_list) == 1


def test_an_hour_that_stands_twice_is_written_in_utc() -> None:
    second = datetime(2026, 11, 1, 6, 30, tzinfo=UTC)
    content = feed([entry(second)], "Sessions")
    assert b"DTSTART:20261101T063000Z" in content
    assert b"VTIMEZONE" not in content
