"""Utilisation: the share of available hours that are booked, of a specialist and of all. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from core.business.specialists.utilisation.hours import Span, hours_in, shared, without

ZERO = Decimal(0)

DEFINITION = (
    "Hours of guided sessions that were not cancelled, divided by available hours: working hours without absences. "
    "A session outside of working hours counts too, so more than 100% is possible."
)


@dataclass(frozen=True, slots=True)
class Utilisation:
    """Booked and available hours of a specialist in a period; `over` are booked ones beyond those available."""

    specialist_id: str
    name: str
    booked_hours: Decimal
    available: Decimal
    absent: Decimal
    sessions: int
    partner: str = ""

    @property
    def percent(self) -> Decimal | None:
        return percent_of(self.booked_hours, self.available)

    @property
    def over(self) -> Decimal:
        return max(self.booked_hours - self.available, ZERO)

    @property
    def free(self) -> Decimal:
        return max(self.available - self.booked_hours, ZERO)


@dataclass(frozen=True, slots=True)
class TeamUtilisation:
    """Utilisation of all specialists from `first` to `last` (both days included): `people` by booked share, then name."""

    first: date
    last: date
    people: Sequence[Utilisation]

    @property
    def booked_hours(self) -> Decimal:
        return sum((person.booked_hours for person in self.people), ZERO)

    @property
    def available(self) -> Decimal:
        return sum((person.available for person in self.people), ZERO)

    @property
    def sessions(self) -> int:
        return sum(person.sessions for person in self.people)

    @property
    def percent(self) -> Decimal | None:
        """All booked hours by all available ones, not the mean of the people's shares; None without available hours."""
        return percent_of(self.booked_hours, self.available)


def measured(
    specialist_id: str,
    name: str,
    working: Sequence[Span],
    absences: Sequence[Span],
    sessions: Iterable[Span],
    partner: str = "",
) -> Utilisation:
    """Measure a specialist's utilisation from spans that lie in the period."""
    booked_spans = list(sessions)
    return Utilisation(
        specialist_id,
        name,
        hours_in(booked_spans),
        hours_in(without(working, absences)),
        hours_in(shared(working, absences)),
        len(booked_spans),
        partner,
    )


def ordered(people: Iterable[Utilisation]) -> list[Utilisation]:
    """Order people by their share, the fullest first; those without available hours stand at the end, by name."""
    return sorted(people, key=lambda person: (person.percent is None, -(person.percent or ZERO), person.name))


def percent_of(booked_hours: Decimal, available: Decimal) -> Decimal | None:
    """Return booked by available hours in percent, to the tenth; None without available hours."""
    return (booked_hours * 100 / available).quantize(Decimal("0.1")) if available > 0 else None
