"""Check an entry of the communication log, and tell which entries stand. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from core.errors import ConflictError, InvalidInputError
from core.kit.printable import is_blank, is_readable
from core.kit.wording import listed

CHANNELS: Mapping[str, str] = {
    "email": "E-mail",
    "phone": "Phone",
    "meeting": "Meeting",
    "chat": "Chat",
    "sms": "SMS",
}
DIRECTIONS: Mapping[str, str] = {"in": "From the customer", "out": "To the customer"}
MAX_WITH, MAX_TEXT = 200, 5_000  # characters
_AHEAD = timedelta(minutes=5)
"""How far the clock of who writes may be ahead of ours."""

_OLDEST = timedelta(days=5 * 365)


@dataclass(frozen=True, slots=True)
class Entry:
    """What a person writes into the log: by which channel, who spoke to whom, when, with whom, and what was said."""

    channel: str
    direction: str
    happened_at: datetime
    partner: str
    text: str
    is_shared: bool = False


def check_entry(entry: Entry, now: datetime) -> Entry:
    """Return the entry without spaces around its texts. InvalidInputError says what cannot be stored."""
    _check_choice(entry.channel, CHANNELS, "channel")
    _check_choice(entry.direction, DIRECTIONS, "direction")
    if entry.happened_at.tzinfo is None:
        raise InvalidInputError("The time has no zone.", hint="Give the time with its zone.")
    if entry.happened_at > now + _AHEAD:
        raise InvalidInputError(
            "This has not happened yet.", hint="Log what was said; plan a meeting under Sessions."
        )
    if entry.happened_at < now - _OLDEST:
        raise InvalidInputError("This is more than five years ago.", hint="Check the year.")
    partner, text = " ".join(entry.partner.split()), entry.text.strip()
    if is_blank(partner) or len(partner) > MAX_WITH or not is_readable(partner):
        raise InvalidInputError(
            "With whom is missing, or cannot be stored.",
            hint=f"Write a name of at most {MAX_WITH} characters.",
        )
    if is_blank(text) or len(text) > MAX_TEXT or not is_readable(text, more="\n\t"):
        raise InvalidInputError(
            "The text is missing, or cannot be stored.", hint=f"Write at most {MAX_TEXT:,} characters."
        )
    return replace(entry, partner=partner, text=text)


def check_period(since: datetime | None, until: datetime | None) -> None:
    """Raise InvalidInputError for a period that ends before it begins."""
    if since is not None and until is not None and until <= since:
        raise InvalidInputError(
            "The period ends before it begins.", hint="Choose the days the other way round."
        )


def check_channel(channel: str | None) -> None:
    """Raise InvalidInputError for an unknown channel to search by; None is all of them."""
    if channel is not None:
        _check_choice(channel, CHANNELS, "channel")


def check_correctable(entry_id: str, corrections: Iterable[str | None]) -> None:
    """Raise ConflictError where an entry was put right already; `corrections` are the ids that other entries correct."""
    if entry_id in set(corrections):
        raise ConflictError(
            "This entry was corrected already.", hint="Correct the newer entry instead.", entry=entry_id
        )


def _check_choice(value: str, choices: Mapping[str, str], noun: str) -> None:
    if value not in choices:
        raise InvalidInputError(f"{value!r} is no {noun}.", hint=f"Choose {listed([*choices])}.")
