"""States of guided sessions, and what stands against booking, moving, cancelling and holding one. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from enum import StrEnum
from zoneinfo import ZoneInfo

from core.business.engagements.sessions.kinds import session_kind, session_rules
from core.business.specialists.availability.intervals import Interval
from core.business.specialists.availability.slots import Obstacle
from core.errors import ConflictError, InvalidInputError

MAX_REASON, MAX_MINUTES, MAX_DECISIONS = 500, 20_000, 50


class SessionState(StrEnum):
    """A session is booked, then held or cancelled; moving it leaves it booked."""

    BOOKED = "booked"
    HELD = "held"
    CANCELLED = "cancelled"


STATE_LABELS: Mapping[str, str] = {state.value: state.capitalize() for state in SessionState}


class SessionNames:
    """How a session of a kind in a state is called on screens."""

    __slots__ = ()

    kind: str
    state: str

    @property
    def title(self) -> str:
        return session_kind(self.kind).title

    @property
    def state_text(self) -> str:
        return STATE_LABELS[self.state]


BOOKABLE = frozenset(
    {"approved", "in_progress", "data_migration", "system_setup", "training", "testing", "go_live"}
)
"""States of an order in which sessions are booked and moved."""

_WORDS: Mapping[Obstacle, str] = {
    Obstacle("specialist", "hours"): "it is outside the specialist's working hours",
    Obstacle("specialist", "away"): "the specialist is away",
    Obstacle("specialist", "busy"): "the specialist has another session",
    Obstacle("customer", "hours"): "it is outside the customer's hours",
    Obstacle("customer", "away"): "the customer is closed that day",
    Obstacle("customer", "busy"): "the customer has another session",
}
_CHOOSE = "Choose one of the offered slots."


def slot_of(kind: str, starts_at: datetime) -> Interval:
    """Return the time of a session of this kind. InvalidInputError for a moment without a zone or with seconds."""
    if starts_at.tzinfo is None:
        raise InvalidInputError("The start has no time zone.", hint="Write it like 2026-12-01T09:00-05:00.")
    if starts_at.second or starts_at.microsecond:
        raise InvalidInputError("A session begins at a full minute.", hint=_CHOOSE)
    return Interval(starts_at, starts_at + session_kind(kind).length)


def check_order_state(state: str) -> None:
    """Raise ConflictError unless sessions of an order in this state are booked and moved."""
    if state not in BOOKABLE:
        raise ConflictError(
            f"No session is booked for an order that is {state.replace('_', ' ')}.",
            hint="Approve the order first." if state == "pending" else "Resume the order first.",
            state=state,
        )


def check_notice(slot: Interval, now: datetime) -> None:
    """Raise InvalidInputError for a session that begins before the minimum notice is over, or very far ahead."""
    rules = session_rules()
    if slot.start < now + rules.notice:
        raise InvalidInputError(
            f"A session is booked at least {rules.notice_hours} hours ahead.", hint=_CHOOSE
        )
    if slot.start > now + 3 * rules.horizon:
        raise InvalidInputError(
            f"A session is booked at most {3 * rules.horizon_days} days ahead.", hint=_CHOOSE
        )


def check_free(obstacles: Sequence[Obstacle]) -> None:
    """Raise ConflictError where something stands against a time, with all of it in words."""
    if obstacles:
        words = [_WORDS[obstacle] for obstacle in obstacles]
        text = ", and ".join([words[0], *words[1:]])
        raise ConflictError(f"This time is not free: {text}.", hint=_CHOOSE)


def check_booked(state: str) -> None:
    """Raise ConflictError unless a session in this state can be moved, cancelled or held."""
    if state != SessionState.BOOKED:
        raise ConflictError(f"This session is {state} already.", hint="Reload the page.", state=state)


def check_begun(starts_at: datetime, now: datetime) -> None:
    """Raise ConflictError for a session that has not begun: nobody can have held it."""
    if now < starts_at:
        raise ConflictError("This session has not begun.", hint="Write its minutes afterwards.")


def check_not_begun(starts_at: datetime, now: datetime) -> None:
    """Raise ConflictError for a session that has begun: it is held or cancelled, and not moved."""
    if starts_at <= now:
        raise ConflictError(
            "This session has begun.", hint="Hold it with its minutes, or cancel it and book another."
        )


def clean_reason(reason: str) -> str:
    """Return a reason without spaces around it. InvalidInputError for none, or one that is too long."""
    text = " ".join(reason.split())
    if not text:
        raise InvalidInputError("A reason is missing.", hint="Say in a sentence why.")
    if len(text) > MAX_REASON:
        raise InvalidInputError(f"The reason has more than {MAX_REASON} characters.", hint="Shorten it.")
    return text


def clean_minutes(text: str, decisions: Sequence[str]) -> tuple[str, list[str]]:
    """Return minutes and decisions without empty lines. InvalidInputError where nothing is written, or too much."""
    minutes = text.strip()
    agreed = [line for decision in decisions if (line := " ".join(decision.split()))]
    if not minutes and not agreed:
        raise InvalidInputError("Minutes are missing.", hint="Write what was done or decided.")
    if len(minutes) > MAX_MINUTES or any(len(line) > MAX_REASON for line in agreed):
        raise InvalidInputError("The minutes are too long.", hint=f"Keep to {MAX_MINUTES:,} characters.")
    if len(agreed) > MAX_DECISIONS:
        raise InvalidInputError(f"There are more than {MAX_DECISIONS} decisions.", hint="Write them as one.")
    return minutes, agreed


def time_text(slot: Interval, zone: str) -> str:
    """Write a time by the clock of a zone: 'Tue 1 Dec 2026, 09:00-11:00 EST', with both names where the clock changes."""
    start, end = slot.start.astimezone(ZoneInfo(zone)), slot.end.astimezone(ZoneInfo(zone))
    first = f" {start:%Z}" if start.tzname() != end.tzname() else ""
    last = f"{end:%H:%M}" if start.date() == end.date() else f"{end:%a %H:%M}"
    return f"{start:%a} {start.day} {start:%b %Y}, {start:%H:%M}{first}–{last} {end:%Z}"


def both_times(slot: Interval, zone: str, second_zone: str) -> str:
    """Write a time by the clocks of both sides, once where they agree."""
    first, second = time_text(slot, zone), time_text(slot, second_zone)
    return first if first == second else f"{first} / {second}"
