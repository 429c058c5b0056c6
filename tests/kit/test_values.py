from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import phonenumbers
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.kit import times, values


def texts(*spellings):
    return pl.Series("a", list(spellings), dtype=pl.String)


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("1,095.00", "1095"),
        ("1 095.50", "1095.5"),
        ("1'095.50", "1095.5"),
        (" 895 ", "895"),
        ("+4", "4"),
        (".5", "0.5"),
        ("12.50-", "-12.5"),
        ("–12.50", "-12.5"),
        ("'-12.50", "-12.5"),
        ("'(12.50)", "-12.5"),
        ("(12.50)", "-12.5"),
        ("1e3", "1000"),
    ],
)
def test_the_spellings_of_a_number(text, number):
    assert values.read_number(texts(text)).to_list() == [Decimal(number)]


@pytest.mark.parametrize("text", ["$ 5", "-$5", "($5.00)", "5 USD", "EUR 5", "5,00 €", "£-5"])
def test_the_spellings_of_an_amount(text):
    comma = "," in text
    read = values.read_number(texts(text), money=True, form=values.NumberForm(decimal_comma=comma)).to_list()
    assert read[0] is not None
    assert abs(read[0]) == Decimal(5)


@pytest.mark.parametrize(
    "text",
    [
        "12,5",
        "1,09,500",
        "1.2.3",
        "12 50",
        "--5",
        "-(5)",
        "(5",
        "5)",
        "$5",
        "1.2$3",
        "",
        "nan",
        "inf",
        "1e400",
        "10" * 9,
    ],
)
def test_what_could_mean_two_things_or_none_is_not_read(text):
    assert values.read_number(texts(text)).to_list() == [None]


def test_the_date_order_decides_and_never_gives_way():
    days = texts("01/02/2024", "13/02/2024")
    assert times.read_date(days, "mdy").dt.to_string("%d.%m.%Y").to_list() == ["02.01.2024", None]
    assert times.read_date(days, "dmy").dt.to_string("%d.%m.%Y").to_list() == ["01.02.2024", "13.02.2024"]


def test_a_column_of_mixed_spellings_is_read_value_by_value():
    spellings = texts(
        "12/31/2024", "2024-12-31", "Dec 31, 2024", "20241231", "31 December 2024", "12/31/24", None, "soon"
    )
    read = times.read_date(spellings).dt.to_string("%F").to_list()
    assert read == ["2024-12-31"] * 6 + [None, None]


@given(
    st.lists(st.datetimes(datetime(1950, 1, 1), datetime(2050, 1, 1)), min_size=1),
    st.sampled_from(["America/New_York", "Australia/Lord_Howe", "Europe/London", "Asia/Kolkata"]),
)
def test_local_times_are_placed_as_the_standard_library_places_them(moments, zone):
    read = times.read_datetime(texts(*(f"{moment:%Y-%m-%d %H:%M:%S.%f}" for moment in moments)), zone=zone)
    for moment, got in zip(moments, read.to_list(), strict=True):
        placed = moment.replace(tzinfo=ZoneInfo(zone))
        skipped = placed.astimezone(UTC).astimezone(ZoneInfo(zone)).replace(tzinfo=None) != moment
        if not skipped:
            assert got == placed.astimezone(UTC)
        else:
            assert got - placed.astimezone(UTC) in (timedelta(0), timedelta(minutes=30))


@pytest.mark.parametrize("country", ["US", "GB", "DE", "IT", "BR", "KE", "ZW", "AU"])
def test_telephone_numbers_agree_with_the_library_digit_for_digit(country):
    chance = random.Random(country)
    example = phonenumbers.example_number(country)
    national = str(example.national_number)
    code = str(example.country_code)
    numbers = [national[:-4] + f"{chance.randrange(10_000):04d}" for _ in range(60)]
    numbers += [f"{chance.randrange(10 ** len(national)):0{len(national)}d}" for _ in range(60)]
    spelled = [
        *numbers,
        *("0" + number for number in numbers),
        *(f"+{code} {number}" for number in numbers),
        *("1-" + number for number in numbers),
    ]
    spelled += ["", "x", "+", "123", f"+{code}", "(0) " + numbers[0], numbers[1] + " ext. 5"]
    read = values.read_phone(texts(*spelled), country).to_list()
    assert read == [by_the_library(spelling, country) for spelling in spelled]


def by_the_library(text, country):
    try:
        number = phonenumbers.parse(text, country)
    except phonenumbers.NumberParseException:
        return None
    valid = phonenumbers.is_valid_number(number)
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164) if valid else None


@settings(deadline=None)
@given(st.lists(st.one_of(st.none(), st.text(max_size=20))))
def test_every_reader_gives_as_many_values_as_it_got_texts(spellings):
    column = texts(*spellings)
    readers = (
        values.read_text,
        values.read_number,
        values.read_bool,
        times.read_date,
        times.read_datetime,
        times.read_time,
        values.read_list,
        values.read_json_list,
        values.read_phone,
    )
    for read in readers:
        result = read(column)
        assert len(result) == len(spellings)
        assert all(value is None for value, text in zip(result, spellings, strict=True) if text is None)


@given(st.decimals(min_value=-(10**13), max_value=10**13, places=6))
def test_a_number_shown_and_read_is_the_same(number):
    text = values.show_number(values.read_number(texts(f"{number:f}")))
    assert values.read_number(text).to_list() == [number]


def test_a_few_unreadable_dates_do_not_touch_the_others():
    column = texts(*["12/31/2024 5:03 PM"] * 20_000, "N/A", "2024-02-30", "13/13/2024 5:00 PM", "5")
    read = times.read_datetime(column)
    assert read.null_count() == 4


@pytest.mark.parametrize("text", ["1.714521600123e12", "1.12345678901e5", "$1.12345678901e5"])
def test_digits_before_an_exponent_are_all_read(text):
    expected = Decimal(text.strip("$"))
    assert values.read_number(pl.Series([text]), money=True)[0] in (expected, None)
