from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.engine.batch import ROW
from core.engine.plan import EntityPlan, FieldPlan, Plan
from core.engine.transforms import transform_rows

ZONES = [
    "America/New_York",
    "America/Los_Angeles",
    "America/St_Johns",
    "America/Sao_Paulo",
    "Asia/Kolkata",
    "Asia/Kathmandu",
    "Australia/Lord_Howe",
    "Pacific/Apia",
    "Pacific/Kiritimati",
    "Europe/London",
]


def read(field, texts, *, zone, transform=None, close_hour=0):
    """The values of an entity's field read from `texts` in `zone`, and the codes of what was told."""
    entity, _, name = field.partition(".")
    fields = (FieldPlan("external_id", ("id",)), FieldPlan(name, ("text",), transform))
    entity_plan = EntityPlan("table", entity, fields)
    plan = Plan("restaurant", "spreadsheet", (entity_plan,), zone=zone, close_hour=close_hour)
    rows = {"id": [str(index) for index in range(len(texts))], "text": texts}
    frame = pl.DataFrame(rows, schema={"id": pl.String, "text": pl.String}).with_row_index(ROW, offset=1)
    batch = transform_rows(plan, entity_plan, frame.with_columns(pl.col(ROW).cast(pl.Int64)))
    issues = batch.issues.filter(pl.col("code") != "missing_required")
    return batch.frame[name].to_list(), issues["code"].to_list()


MIDNIGHTS = [
    "{:%Y-%m-%d}T00:00:00Z",
    "{:%Y-%m-%d}T00:00:00.000Z",
    "{:%Y-%m-%d}T00:00Z",
    "{:%Y-%m-%d}T00:00:00+00:00",
    "{:%Y-%m-%d} 00:00:00+00",
    "{:%Y-%m-%d} 00:00:00 UTC",
    "{:%Y-%m-%d}T00:00:00-05:00",
    "{:%Y-%m-%d}T00:00:00+05:30",
    "{:%Y-%m-%d} 00:00:00",
    "{:%m/%d/%Y} 12:00:00 AM",
    "{:%Y-%m-%d}",
]


@settings(max_examples=60)
@given(
    st.dates(date(1910, 1, 1), date(2090, 1, 1)),
    st.sampled_from(MIDNIGHTS),
    st.sampled_from(ZONES),
    st.integers(0, 23),
)
def test_a_date_given_as_midnight_stays_that_date_in_every_zone(day, form, zone, close_hour):
    text = form.format(day)
    assert read("customer.birthday", [text], zone=zone) == ([day], [])
    assert read("order.business_date", [text], zone=zone, close_hour=close_hour) == ([day], [])


@pytest.mark.parametrize("zone", ZONES)
@pytest.mark.parametrize(
    ("transform", "text"),
    [
        ("parse_date('%Y-%m-%dT%H:%M:%SZ')", "1990-05-01T00:00:00Z"),
        ("parse_date('%Y-%m-%dT%H:%M:%S%z')", "1990-05-01T00:00:00+0000"),
        ("parse_datetime", "1990-05-01T00:00:00Z"),
        ("parse_datetime('%Y-%m-%d %H:%M')", "1990-05-01 00:00"),
        ("epoch_ms", "641520000000"),
        ("epoch_s", "641520000"),
        ("strip | parse_date", " 1990-05-01T00:00:00Z "),
    ],
)
def test_a_transform_leaves_midnight_on_its_date(transform, text, zone):
    assert read("customer.birthday", [text], zone=zone, transform=transform) == ([date(1990, 5, 1)], [])


@pytest.mark.parametrize(
    ("text", "zone", "day"),
    [
        ("2024-05-02T03:59:00Z", "America/New_York", date(2024, 5, 1)),
        ("2024-05-01T18:31:00Z", "Asia/Kolkata", date(2024, 5, 2)),
        ("2024-05-01T18:14:00Z", "Asia/Kathmandu", date(2024, 5, 1)),
        ("2024-05-01T18:15:00Z", "Asia/Kathmandu", date(2024, 5, 2)),
        ("2024-05-01 23:30", "America/St_Johns", date(2024, 5, 1)),
        ("2016-12-31T23:59:60Z", "America/New_York", date(2016, 12, 31)),
        ("12/31/2016 11:59:60 PM", "America/New_York", date(2016, 12, 31)),
    ],
)
def test_any_other_time_has_the_day_of_the_clock_on_the_wall(text, zone, day):
    assert read("order.business_date", [text], zone=zone) == ([day], [])


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2024-05-02T07:59:00Z", date(2024, 5, 1)),
        ("2024-05-02T08:00:00Z", date(2024, 5, 2)),
        ("2024-05-02 03:59", date(2024, 5, 1)),
        ("5/2/2024 4:00 AM", date(2024, 5, 2)),
        ("2024-05-02", date(2024, 5, 2)),
    ],
)
def test_hours_before_the_close_hour_belong_to_the_business_day_before(text, day):
    assert read("order.business_date", [text], zone="America/New_York", close_hour=4) == ([day], [])


def test_a_birthday_has_no_close_hour():
    assert read("customer.birthday", ["1990-05-01 01:30"], zone="UTC", close_hour=4) == (
        [date(1990, 5, 1)],
        [],
    )


@pytest.mark.parametrize(
    "text",
    ["2016-12-31T23:59:60Z", "2017-01-01T05:29:60+05:30", "2016-12-31 18:59:60", "12/31/2016 6:59:60 PM"],
)
def test_a_leap_second_is_the_second_after_it(text):
    assert read("order.opened_at", [text], zone="America/New_York") == (
        [datetime(2017, 1, 1, tzinfo=UTC)],
        [],
    )


def test_sixty_seconds_of_another_minute_are_not_read():
    assert read("order.opened_at", ["2024-05-01 10:15:60"], zone="UTC") == ([None], ["bad_datetime"])


@settings(max_examples=80)
@given(
    st.lists(st.datetimes(datetime(1971, 1, 1), datetime(2037, 1, 1)), min_size=1, max_size=20),
    st.sampled_from(ZONES),
)
def test_a_local_time_is_placed_by_the_standard_and_told_where_it_is_skipped_or_twice(walls, zone):
    moments, codes = read("order.opened_at", [f"{wall:%Y-%m-%d %H:%M:%S.%f}" for wall in walls], zone=zone)
    expected = []
    for wall, moment in zip(walls, moments, strict=True):
        first = wall.replace(tzinfo=ZoneInfo(zone))
        assert moment == first.astimezone(UTC)
        if moment.astimezone(ZoneInfo(zone)).replace(tzinfo=None) != wall:
            expected.append("time_skipped")
        elif first.utcoffset() != first.replace(fold=1).utcoffset():
            expected.append("time_twice")
    assert sorted(codes) == sorted(expected)


@pytest.mark.parametrize(
    ("zone", "wall", "moved", "code"),
    [
        ("America/New_York", "2024-03-10 02:30", timedelta(hours=1), "time_skipped"),
        ("Australia/Lord_Howe", "2024-10-06 02:15", timedelta(minutes=30), "time_skipped"),
        ("Pacific/Apia", "2011-12-30 12:00", timedelta(days=1), "time_skipped"),
        ("America/New_York", "2024-11-03 01:30", timedelta(0), "time_twice"),
        ("Australia/Lord_Howe", "2024-04-07 01:45", timedelta(0), "time_twice"),
        ("Europe/London", "2024-03-31 01:30", timedelta(hours=1), "time_skipped"),
    ],
)
@pytest.mark.parametrize("transform", [None, "parse_datetime", "parse_datetime('%Y-%m-%d %H:%M', {zone!r})"])
def test_a_change_of_clocks_is_told_whatever_reads_the_time(zone, wall, moved, code, transform):
    chain = transform and transform.format(zone=zone)
    plan_zone = "UTC" if chain and zone in chain else zone
    (moment,), codes = read("order.opened_at", [wall], zone=plan_zone, transform=chain)
    assert codes == [code]
    local = moment.astimezone(ZoneInfo(zone)).replace(tzinfo=None)
    assert local == datetime.fromisoformat(wall) + moved


@pytest.mark.parametrize("text", ["2024-11-03T05:30:00Z", "2024-11-03T01:30:00-05:00", "1730611800"])
def test_a_moment_with_its_offset_is_never_twice(text):
    transform = "epoch_s" if text.isdecimal() else None
    assert read("order.opened_at", [text], zone="America/New_York", transform=transform)[1] == []
