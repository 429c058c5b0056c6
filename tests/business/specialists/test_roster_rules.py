"""Hours, initials, photos and absences are checked before they are stored."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.business.specialists.roster.rules import (
    MAX_PHOTO,
    RosterFields,
    check_absence,
    check_free,
    check_hours,
    check_photo,
    checked,
    clock_text,
    initials,
    parse_spans,
    spans_text,
    weekly_hours,
)
from core.errors import ConflictError, InvalidInputError

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


def test_hours_are_put_in_order_and_added_up():
    hours = check_hours(
        {"tue": [["13:00", "17:00"], ["9:00", "12:00"]], "mon": [["22:00", "24:00"]], "sun": []}
    )
    assert hours == {"mon": [["22:00", "24:00"]], "tue": [["09:00", "12:00"], ["13:00", "17:00"]]}
    assert list(hours) == ["mon", "tue"]
    assert weekly_hours(hours) == Decimal("9.00")


@pytest.mark.parametrize(
    "hours",
    [
        {"mon": [["09:00", "12:00"], ["11:00", "13:00"]]},
        {"mon": [["12:00", "09:00"]]},
        {"mon": [["09:00", "09:00"]]},
        {"mon": [["09:00", "24:30"]]},
        {"mon": [["9", "12:00"]]},
        {"monday": [["09:00", "12:00"]]},
    ],
)
def test_hours_that_overlap_or_are_none_are_refused(hours):
    with pytest.raises(InvalidInputError):
        check_hours(hours)


@given(
    st.lists(st.integers(0, 1440), min_size=2, max_size=8, unique=True).filter(
        lambda cuts: len(cuts) % 2 == 0
    )
)
def test_spans_read_back_as_they_were_written(cuts):
    cuts = sorted(cuts)
    spans = [[clock_text(begin), clock_text(end)] for begin, end in zip(cuts[::2], cuts[1::2], strict=True)]
    assert parse_spans(spans_text(spans)) == spans
    assert check_hours({"wed": spans}) == {"wed": spans}
    minutes = sum(end - begin for begin, end in zip(cuts[::2], cuts[1::2], strict=True))
    assert abs(weekly_hours({"wed": spans}) * 60 - minutes) < 1


def test_typed_hours_may_be_written_loosely_and_nonsense_is_refused():
    assert parse_spans(" 9:00 - 12:00 , 13:00–17:00,") == [["9:00", "12:00"], ["13:00", "17:00"]]
    assert parse_spans("") == []
    with pytest.raises(InvalidInputError):
        parse_spans("all day")


@pytest.mark.parametrize(
    ("name", "letters"),
    [("Mary Jane Okoye", "MO"), ("Cher", "C"), ("jean-luc picard", "JP"), ("  ", "?"), ("Élan Ōta", "ÉŌ")],
)
def test_initials_are_of_the_first_and_the_last_word(name, letters):
    assert initials(name) == letters


def test_the_entry_keeps_each_skill_and_language_once():
    fields = checked(RosterFields("UTC", ["en", "de", "en"], [" Menus ", "Menus", " "], {}))
    assert (fields.languages, fields.skills) == (["de", "en"], ["Menus"])


@pytest.mark.parametrize(
    "fields",
    [
        RosterFields("Mars/Base", [], [], {}),
        RosterFields("UTC", ["tlh"], [], {}),
        RosterFields("UTC", [], ["x" * 41], {}),
        RosterFields("UTC", [], [str(number) for number in range(21)], {}),
        RosterFields("UTC", [], ["a\u202eb"], {}),
    ],
)
def test_an_entry_that_cannot_be_is_refused(fields):
    with pytest.raises(InvalidInputError):
        checked(fields)


def test_a_photo_is_a_small_png_or_jpeg():
    assert check_photo(b"\x89PNG\r\n\x1a\nrest")
    for data in (b"GIF89a", b"", b"\xff\xd8\xff" + b"0" * MAX_PHOTO):
        with pytest.raises(InvalidInputError):
            check_photo(data)


def test_an_absence_ends_after_it_begins_within_a_year():
    assert check_absence("leave", NOON, NOON + timedelta(days=366), " away ") == "away"
    for kind, end, note in (
        ("holiday", timedelta(1), ""),
        ("leave", timedelta(0), ""),
        ("leave", timedelta(367), ""),
        ("leave", timedelta(1), "x" * 301),
    ):
        with pytest.raises(InvalidInputError):
            check_absence(kind, NOON, NOON + end, note)


def test_absences_may_touch_and_not_overlap():
    day = timedelta(days=1)
    check_free(NOON, NOON + day, [(NOON - day, NOON), (NOON + day, NOON + 2 * day)])
    with pytest.raises(ConflictError):
        check_free(NOON, NOON + day, [(NOON + day / 2, NOON + 2 * day)])
