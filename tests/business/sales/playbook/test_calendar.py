"""Regular meetings have their next dates, and a calendar file that says the same."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.business.sales.playbook.calendar import as_icalendar, next_dates
from core.business.sales.playbook.content import standard
from core.business.sales.playbook.models import Meeting

DAYS = st.dates(date(2020, 1, 1), date(2100, 1, 1))
MEETINGS = list(standard()["enablement"].items())
NOW = datetime(2026, 11, 28, 9, tzinfo=UTC)


def test_the_four_meetings_have_their_next_dates():
    today = date(2026, 11, 28)
    assert {key: next_dates(meeting, today)[0] for key, meeting in MEETINGS} == {
        "weekly_call": date(2026, 11, 30),
        "monthly_update": date(2026, 12, 1),
        "quarterly_review": date(2027, 1, 13),
        "annual_summit": date(2027, 1, 21),
    }


def test_a_meeting_of_today_is_next():
    assert next_dates(dict(MEETINGS)["weekly_call"], date(2026, 11, 30)) == [date(2026, 11, 30)]


@given(DAYS, st.sampled_from(MEETINGS))
def test_dates_fall_on_the_weekday_and_week_and_none_is_left_out(today, pair):
    _, meeting = pair
    first, second = next_dates(meeting, today, 2)
    assert today <= first < second
    for day in (first, second):
        assert f"{day:%A}" == meeting.weekday
        assert meeting.week is None or (day.day - 1) // 7 + 1 == meeting.week
        assert not meeting.months or day.month in meeting.months
    assert next_dates(meeting, first + timedelta(days=1)) == [second]


@pytest.mark.parametrize(("key", "meeting"), MEETINGS)
def test_the_rule_of_the_file_says_the_same(key, meeting):
    text = as_icalendar([(key, meeting)], date(2026, 11, 28), NOW).decode()
    rules = {
        "weekly_call": "FREQ=WEEKLY;BYDAY=MO",
        "monthly_update": "FREQ=MONTHLY;BYDAY=1TU",
        "quarterly_review": "FREQ=MONTHLY;BYMONTH=1,4,7,10;BYDAY=2WE",
        "annual_summit": "FREQ=MONTHLY;BYMONTH=1;BYDAY=3TH",
    }
    assert f"RRULE:{rules[key]}\r\n" in text
    assert text.startswith("BEGIN:VCALENDAR\r\n")
    assert text.endswith("END:VCALENDAR\r\n")


@given(
    st.text(st.characters(categories=["L", "N", "P", "S", "Zs"]), min_size=1, max_size=120).filter(str.strip)
)
def test_a_line_is_folded_at_75_octets_and_unfolds_to_its_text(title):
    meeting = Meeting(title=title.strip(), weekday="Monday", text="a, b; c\\d\nnext")
    data = as_icalendar([("key", meeting)], date(2026, 11, 28), NOW)
    assert all(len(line) <= 75 for line in data.split(b"\r\n"))
    unfolded = data.decode().replace("\r\n ", "")
    assert "DESCRIPTION:a\\, b\\; c\\\\d\\nnext\r\n" in unfolded
    escaped = title.strip().replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,")
    assert f"SUMMARY:{escaped}\r\n" in unfolded
