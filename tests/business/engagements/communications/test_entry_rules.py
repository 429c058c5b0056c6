"""What may be written into the communication log."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from core.business.engagements.communications.rules import (
    CHANNELS,
    DIRECTIONS,
    Entry,
    check_channel,
    check_correctable,
    check_entry,
    check_period,
)
from core.errors import ConflictError, InvalidInputError

NOW = datetime(2026, 11, 28, 12, tzinfo=UTC)
CALL = Entry("phone", "in", NOW - timedelta(hours=1), "Rosa Moyo", "Asked for the go-live day.")


def test_an_entry_loses_the_spaces_around_its_texts():
    entry = check_entry(replace(CALL, partner="  Rosa   Moyo ", text="\n Asked.\nTwice. \n"), NOW)
    assert (entry.partner, entry.text) == ("Rosa Moyo", "Asked.\nTwice.")


@pytest.mark.parametrize("channel", CHANNELS)
@pytest.mark.parametrize("direction", DIRECTIONS)
def test_every_channel_goes_in_both_directions(channel, direction):
    assert check_entry(replace(CALL, channel=channel, direction=direction), NOW).channel == channel


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"channel": "fax"}, "no channel"),
        ({"direction": "sideways"}, "no direction"),
        ({"happened_at": NOW + timedelta(minutes=6)}, "not happened yet"),
        ({"happened_at": NOW.replace(tzinfo=None)}, "no zone"),
        ({"happened_at": NOW - timedelta(days=1_900)}, "five years"),
        ({"partner": " "}, "With whom"),
        ({"partner": "R" * 201}, "With whom"),
        ({"partner": "Rosa\nMoyo\x07"}, "With whom"),
        ({"text": "\n"}, "text is missing"),
        ({"text": "a" * 5_001}, "text is missing"),
        ({"text": "a\x1b[2J"}, "text is missing"),
    ],
)
def test_what_cannot_be_stored_is_refused_in_words(changes, words):
    with pytest.raises(InvalidInputError, match=words) as refused:
        check_entry(replace(CALL, **changes), NOW)
    assert refused.value.hint


def test_a_clock_that_is_a_little_ahead_is_no_future():
    assert check_entry(replace(CALL, happened_at=NOW + timedelta(minutes=4)), NOW)


def test_a_period_ends_after_it_begins():
    check_period(None, NOW)
    check_period(NOW, None)
    check_period(NOW, NOW + timedelta(days=1))
    with pytest.raises(InvalidInputError, match="ends before"):
        check_period(NOW, NOW)


def test_a_search_is_by_a_channel_that_exists_or_by_none():
    check_channel(None)
    check_channel("sms")
    with pytest.raises(InvalidInputError, match="no channel"):
        check_channel("fax")


def test_an_entry_is_put_right_once():
    check_correctable("b", [None, "a"])
    with pytest.raises(ConflictError, match="corrected already") as refused:
        check_correctable("a", [None, "a"])
    assert "newer" in refused.value.hint
