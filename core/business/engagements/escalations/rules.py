"""Levels and time limits of escalations, and how they stand in words. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from functools import cache
from typing import Annotated

import yaml
from pydantic import BaseModel, ConfigDict, Field, TypeAdapter

from core.errors import ConflictError, InvalidInputError
from core.kit.printable import is_blank, is_readable
from core.kit.wording import counted
from core.settings import ROOT

LEVELS = ROOT / "data" / "escalations.yaml"
FIRST, LAST = 1, 4
MAX_TEXT = 2_000  # characters
_HOUR, _DAY = timedelta(hours=1), timedelta(days=1)


class Level(BaseModel):
    """A level: its team, what it is for, and the hours until it is taken and until it is resolved."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    team: str
    about: str
    response_hours: Annotated[int, Field(ge=1)]
    resolution_hours: Annotated[int, Field(ge=1)]
    is_assumed: bool


class Stand(StrEnum):
    """How a level of an escalation stands."""

    OPEN = "open"
    IN_WORK = "in_work"
    HANDED_OVER = "handed_over"
    RESOLVED = "resolved"


@dataclass(frozen=True, slots=True)
class Timer:
    """The limits of a level, and when it was taken and closed."""

    respond_by: datetime
    resolve_by: datetime
    taken_at: datetime | None
    closed_at: datetime | None

    def overdue_limit(self, now: datetime) -> str | None:
        """Name the limit that has passed, 'response' or 'resolution'; None for none and for a closed level."""
        if self.closed_at is not None:
            return None
        if now > self.resolve_by:
            return "resolution"
        return "response" if self.taken_at is None and now > self.respond_by else None

    def text(self, now: datetime) -> str:
        """Write how the level stands: 'Response due in 3 hours', 'Resolution 2 days overdue', '' for a closed one."""
        if self.closed_at is not None:
            return ""
        limit = self.overdue_limit(now)
        if limit is not None:
            deadline = self.resolve_by if limit == "resolution" else self.respond_by
            return f"{limit.capitalize()} {duration_text(now - deadline)} overdue"
        if self.taken_at is None:
            return f"Response due in {duration_text(self.respond_by - now)}"
        return f"Resolution due in {duration_text(self.resolve_by - now)}"


@cache
def levels() -> Mapping[int, Level]:
    """Read data/escalations.yaml: level -> its team and hours, from 1 to 4."""
    with LEVELS.open(encoding="utf-8") as file:
        read = TypeAdapter(dict[int, Level]).validate_python(yaml.safe_load(file))
    if list(read) != list(range(FIRST, LAST + 1)):
        raise ValueError(f"{LEVELS.name} describes the levels 1 to 4, in this order")
    return read


def level_text(level: int) -> str:
    """Name a level: 'L2 Migration Specialists'."""
    return f"L{level} {levels()[level].team}"


def limits(level: int, begins_at: datetime) -> tuple[datetime, datetime]:
    """Compute until when a level that begins now is to be taken, and until when to be resolved."""
    hours = levels()[level]
    return begins_at + hours.response_hours * _HOUR, begins_at + hours.resolution_hours * _HOUR


def check_level(level: int) -> None:
    """Raise InvalidInputError unless it is a level from 1 to 4."""
    if level not in levels():
        raise InvalidInputError(f"There is no level {level}.", hint="Choose a level from 1 to 4.")


def next_level(level: int, closed_at: datetime | None) -> int:
    """Return the level above. ConflictError where this one is closed, or the last."""
    check_running(closed_at)
    if level >= LAST:
        raise ConflictError(
            f"{level_text(level)} is the last level.", hint="Resolve it, or put the order on hold."
        )
    return level + 1


def check_running(closed_at: datetime | None) -> None:
    """Raise ConflictError where a level was handed over or resolved already."""
    if closed_at is not None:
        raise ConflictError("This escalation is closed at this level.", hint="Reload the page.")


def check_text(text: str, noun: str) -> str:
    """Return a reason or a resolution without spaces around it. InvalidInputError for an empty, long or unreadable one."""
    plain = text.strip()
    if is_blank(plain) or len(plain) > MAX_TEXT or not is_readable(plain, more="\n\t"):
        raise InvalidInputError(
            f"The {noun} is missing, or cannot be stored.", hint=f"Write 1 to {MAX_TEXT:,} characters."
        )
    return plain


def stand(taken_at: datetime | None, closed_at: datetime | None, *, has_resolution: bool) -> Stand:
    """Tell how a level stands: a closed one without a resolution was handed over to the next."""
    if closed_at is not None:
        return Stand.RESOLVED if has_resolution else Stand.HANDED_OVER
    return Stand.OPEN if taken_at is None else Stand.IN_WORK


def duration_text(duration: timedelta) -> str:
    """Write a duration in whole minutes, hours or days, whichever says it shortest: '40 minutes', '1 hour', '2 days'."""
    if duration >= 2 * _DAY:
        return counted(duration // _DAY, "day")
    if duration >= _HOUR:
        return counted(duration // _HOUR, "hour")
    return counted(max(duration // timedelta(minutes=1), 1), "minute")
