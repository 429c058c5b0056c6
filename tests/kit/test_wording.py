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


@pytest.mark.parametrize(
    ("noun", "form"),
    [
        ("field", "fields"),
        ("category", "categories"),
        ("day", "days"),
        ("box", "boxes"),
        ("batch", "batches"),
        ("dish", "dishes"),
        ("class", "classes"),
        ("staff member", "staff"),
        ("is", "are"),
        ("does", "do"),
    ],
)
def test_the_plural_of_a_noun_or_a_verb(noun, form):
    assert wording.plural(noun) == form


@pytest.mark.parametrize(
    ("count", "verb", "text"),
    [
        (1, "are", "1 field is"),
        (2, "are", "2 fields are"),
        (0, "are", "0 fields are"),
        (1, "have", "1 field has"),
        (1, "were", "1 field was"),
        (1, "do", "1 field does"),
        (1, "need", "1 field needs"),
        (1_000, "need", "1,000 fields need"),
        (1, "", "1 field"),
    ],
)
def test_a_verb_agrees_with_its_count(count, verb, text):
    assert wording.counted(count, "field", verb) == text


@pytest.mark.parametrize(("name", "text"), [("rolled_back", "rolled back"), ("paused", "paused"), ("", "")])
def test_a_name_of_the_code_is_written_as_words(name, text):
    assert wording.as_words(name) == text


def test_a_list_at_its_limit_names_everything():
    assert wording.listed(["a", "b"], limit=2) == "a and b"


def test_the_year_of_a_time_is_that_of_its_zone():
    new_year = datetime(2026, 1, 1, 3, tzinfo=UTC)  # still 2025 in New York
    assert (
        wording.moment(new_year, "America/New_York", datetime(2026, 2, 1, tzinfo=UTC))
        == "31 Dec 2025, 22:00 EST"
    )
    assert wording.moment(new_year, "UTC", datetime(2026, 2, 1, tzinfo=UTC)) == "1 Jan, 03:00 UTC"
