"""Text is read as days, moments and times of day; what could mean two things, or nothing, is not read."""

from datetime import UTC, date, datetime, time

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.kit import times

NEW_YORK, LORD_HOWE, SAMOA = "America/New_York", "Australia/Lord_Howe", "Pacific/Apia"


def column(*spellings):
    return pl.Series("at", list(spellings), dtype=pl.String)


def local(*moments):
    return pl.Series("at", list(moments), dtype=pl.Datetime("us"))


@pytest.mark.parametrize(
    ("text", "order", "day"),
    [
        ("01/02/2024", "mdy", date(2024, 1, 2)),
        ("01/02/2024", "dmy", date(2024, 2, 1)),
        ("24/02/01", "ymd", date(2024, 2, 1)),
        ("1.2.2024", "dmy", date(2024, 2, 1)),
        ("2024/02/01", "mdy", date(2024, 2, 1)),
        ("2024.02.01", "dmy", date(2024, 2, 1)),
        ("20240201", "mdy", date(2024, 2, 1)),
        ("01-Feb-2024", "mdy", date(2024, 2, 1)),
        ("Thu Feb 01 2024", "mdy", date(2024, 2, 1)),
        ("February 1, 2024", "mdy", date(2024, 2, 1)),
        ("2/29/24", "mdy", date(2024, 2, 29)),
        ("2/29/23", "mdy", None),
        ("13/13/2024", "mdy", None),
        ("0024-02-01", "mdy", None),
        ("tomorrow", "mdy", None),
        ("", "mdy", None),
        (None, "mdy", None),
    ],
)
def test_a_day_is_read_in_the_order_of_its_file(text, order, day):
    assert times.read_date(column(text), order).to_list() == [day]


@pytest.mark.parametrize(
    ("text", "zone", "close_hour", "day"),
    [
        ("2024-02-01 23:30:00", NEW_YORK, 0, date(2024, 2, 1)),
        ("2024-02-02 02:30:00", NEW_YORK, 4, date(2024, 2, 1)),  # before the day's close
        ("2024-02-02 04:00:00", NEW_YORK, 4, date(2024, 2, 2)),
        ("2024-02-02T02:30:00Z", NEW_YORK, 0, date(2024, 2, 1)),  # still the evening before in New York
        ("2024-02-02T00:00:00Z", NEW_YORK, 0, date(2024, 2, 2)),  # midnight is a day without a time
        ("2024-02-02T00:00:00+13:00", NEW_YORK, 0, date(2024, 2, 2)),
    ],
)
def test_a_moment_gives_the_business_day_of_its_zone(text, zone, close_hour, day):
    assert times.read_date(column(text), zone=zone, close_hour=close_hour).to_list() == [day]


@pytest.mark.parametrize(
    ("text", "form", "day"),
    [
        ("31|12|2024", "%d|%m|%Y", date(2024, 12, 31)),
        ("2024-12-31 23h05", "%Y-%m-%d %Hh%M", date(2024, 12, 31)),
        ("31/12/2024", "%m/%d/%Y", None),
    ],
)
def test_a_day_is_read_by_the_format_that_is_set(text, form, day):
    assert times.read_date(column(text), form=form).to_list() == [day]


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2024-07-01T12:00:00Z", datetime(2024, 7, 1, 12, tzinfo=UTC)),
        ("2024-07-01 12:00:00 UTC", datetime(2024, 7, 1, 12, tzinfo=UTC)),
        ("2024-07-01T12:00:00.250Z", datetime(2024, 7, 1, 12, 0, 0, 250_000, tzinfo=UTC)),
        ("2024-07-01T12:00:00+05:30", datetime(2024, 7, 1, 6, 30, tzinfo=UTC)),
        ("2024-07-01T12:00", datetime(2024, 7, 1, 16, tzinfo=UTC)),  # local in New York
        ("2024-07-01 12:00:00", datetime(2024, 7, 1, 16, tzinfo=UTC)),
        ("7/1/2024 12:05 PM", datetime(2024, 7, 1, 16, 5, tzinfo=UTC)),
        ("7/1/24 12:05 AM", datetime(2024, 7, 1, 4, 5, tzinfo=UTC)),
        ("Jul 1, 2024, 5:03 pm", datetime(2024, 7, 1, 21, 3, tzinfo=UTC)),
        ("7/1/2024", datetime(2024, 7, 1, 4, tzinfo=UTC)),  # midnight
        ("2016-12-31T23:59:60Z", datetime(2017, 1, 1, tzinfo=UTC)),  # a leap second
        ("2024-07-01T12:30:60Z", None),  # no leap second ends this minute
        ("7/1/2024 25:00", datetime(2024, 7, 2, 5, tzinfo=UTC)),  # past midnight of the day
        ("7/1/2024 48:00", None),
        ("noon", None),
        (None, None),
    ],
)
def test_a_moment_is_utc_and_local_where_it_has_no_offset(text, moment):
    assert times.read_datetime(column(text), zone=NEW_YORK).to_list() == [moment]


@pytest.mark.parametrize(
    ("text", "unit", "moment"),
    [
        ("1700000000", "s", datetime(2023, 11, 14, 22, 13, 20, tzinfo=UTC)),
        ("1700000000123", "ms", datetime(2023, 11, 14, 22, 13, 20, 123_000, tzinfo=UTC)),
        ("1700000000.5", "s", datetime(2023, 11, 14, 22, 13, 20, 500_000, tzinfo=UTC)),
        ("-2208988800", "s", datetime(1900, 1, 1, tzinfo=UTC)),
        ("1700000000123", "s", None),  # milliseconds are not read as seconds
        ("7258118400", "s", None),  # 2200
        ("12:00", "s", None),
    ],
)
def test_a_count_since_1970_is_read_within_the_years_that_can_be_meant(text, unit, moment):
    assert times.read_epoch(column(text), unit).to_list() == [moment]


@pytest.mark.parametrize(
    ("wall_clock", "zone", "moment"),
    [
        (datetime(2024, 3, 10, 2, 30), NEW_YORK, datetime(2024, 3, 10, 7, 30, tzinfo=UTC)),  # skipped
        (
            datetime(2024, 11, 3, 1, 30),
            NEW_YORK,
            datetime(2024, 11, 3, 5, 30, tzinfo=UTC),
        ),  # twice: the earlier
        (datetime(2024, 10, 6, 2, 15), LORD_HOWE, datetime(2024, 10, 5, 15, 45, tzinfo=UTC)),  # half an hour
        (datetime(2011, 12, 30, 12), SAMOA, datetime(2011, 12, 30, 22, tzinfo=UTC)),  # a whole day
    ],
)
def test_a_time_at_a_change_of_clocks_is_placed_as_pep_495_places_it(wall_clock, zone, moment):
    assert times.to_utc(local(wall_clock), zone).to_list() == [moment]


def test_times_that_are_skipped_and_times_that_stand_twice_are_told_apart():
    clock = local(datetime(2024, 3, 10, 2, 30), datetime(2024, 11, 3, 1, 30), datetime(2024, 7, 1), None)
    skipped, twice = times.skipped_or_twice(clock, NEW_YORK)
    assert skipped.to_list() == [True, False, False, False]
    assert twice.to_list() == [False, True, False, False]


@given(
    st.datetimes(datetime(1970, 1, 2), datetime(2100, 1, 1)).map(lambda at: at.replace(microsecond=0)),
    st.sampled_from([NEW_YORK, LORD_HOWE, "Asia/Kolkata", "UTC"]),
)
def test_a_moment_written_with_its_offset_is_read_back_in_every_zone(at, zone):
    text = f"{at:%Y-%m-%dT%H:%M:%S}Z"
    assert times.read_datetime(column(text), zone=zone).to_list() == [at.replace(tzinfo=UTC)]


def test_moments_within_a_day_of_a_change_of_clocks_are_near_it():
    moments = pl.Series(
        [datetime(2024, 3, 9, 12, tzinfo=UTC), datetime(2024, 3, 10, 12, tzinfo=UTC), None],
        dtype=times.INSTANT,
    )
    assert times.near_changes(moments, NEW_YORK).to_list() == [True, True, False]
    assert times.near_changes(moments, "UTC") is None
    summer = pl.Series([datetime(2024, 7, 1, tzinfo=UTC)], dtype=times.INSTANT)
    assert times.near_changes(summer, NEW_YORK) is None


@pytest.mark.parametrize(
    ("text", "clock"),
    [
        ("5:03 PM", time(17, 3)),
        ("17:03:07", time(17, 3, 7)),
        ("12:00 AM", time(0)),
        ("5:03pm", time(17, 3)),
        ("17:03:07.5", time(17, 3, 7, 500_000)),
        ("25:00", None),
        ("five", None),
    ],
)
def test_a_time_of_day_is_read_with_and_without_seconds(text, clock):
    assert times.read_time(column(text)).to_list() == [clock]


@pytest.mark.parametrize(
    ("name", "answer"),
    [(NEW_YORK, True), ("UTC", True), ("Mars/Olympus", False), ("", False), ("EST5", False)],
)
def test_a_zone_is_one_that_iana_names(name, answer):
    assert times.is_zone(name) is answer
    assert (name in times.zones()) is answer


@pytest.mark.parametrize(
    ("form", "answer"),
    [("%Y-%m-%d", False), ("%d.%m.%y", False), ("%Y-%m-%d %H:%M", True), ("%s", True), ("%z", True)],
)
def test_a_format_tells_whether_it_holds_a_time(form, answer):
    assert bool(times.HOLDS_TIME.search(form)) is answer
