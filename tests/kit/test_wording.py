"""Counts, lists and times are written one way everywhere."""

from datetime import UTC, date, datetime

import pytest

from core.kit import wording


@pytest.mark.parametrize(
    ("count", "noun", "text"),
    [
        (1, "field", "1 field"),
        (0, "field", "0 fields"),
        (1200, "category", "1,200 categories"),
        (2, "class", "2 classes"),
        (2, "day", "2 days"),
        (3, "staff member", "3 staff"),
    ],
)
def test_a_count_takes_the_plural_of_its_noun(count, noun, text):
    assert wording.counted(count, noun) == text


def test_a_list_names_its_first_items_and_counts_the_others():
    assert wording.listed([]) == ""
    assert wording.listed(["a"]) == "a"
    assert wording.listed(["a", "b", "c"]) == "a, b and c"
    assert wording.listed(list("abcdefg"), limit=2) == "a, b and 5 more"


def test_a_time_has_its_zone_and_only_another_year_is_written():
    now = datetime(2026, 11, 26, 12, tzinfo=UTC)
    assert wording.moment(now, "America/New_York", now) == "26 Nov, 07:00 EST"
    assert (
        wording.moment(datetime(2025, 7, 1, 6, 5, tzinfo=UTC), "Europe/Paris", now)
        == "1 Jul 2025, 08:05 CEST"
    )
    assert wording.day(date(2025, 1, 2), date(2026, 1, 2)) == "2 Jan 2025"
