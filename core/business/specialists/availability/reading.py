"""Read when a specialist can meet: hours, absences and booked times, in a session of the operator's.

Colleagues do not see why somebody is away, so the program reads it (`system`), and tells free times alone.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import Date, cast, func, select

from core.business.specialists.availability.hours import days_away, read_hours
from core.business.specialists.availability.intervals import Interval
from core.business.specialists.availability.slots import Side
from core.business.specialists.tables import Absence, BusyTime, Specialist
from core.db.session import TenantSession
from core.errors import ConflictError, NotFoundError
from core.kit import clock
from core.platform.access.tables import Person


@dataclass(frozen=True, slots=True)
class BookableSpecialist:
    """A specialist who can be booked; `zone` is IANA."""

    id: str
    person_id: str
    name: str
    zone: str


def lock_specialist(session: TenantSession, specialist_id: str) -> None:
    """Hold a specialist until the transaction ends, so that nobody else books them meanwhile."""
    query = select(Specialist.id).where(
        Specialist.tenant_id == session.tenant, Specialist.id == specialist_id
    )
    session.execute(query.with_for_update(key_share=True))


def find_specialist(session: TenantSession, specialist_id: str) -> BookableSpecialist:
    """Return a specialist of the operator who is active. NotFoundError for none, ConflictError for one who has left.

    Who leaves on a day to come can be booked until then: afterwards they are away.
    """
    query = (
        select(Specialist, Person.name, Person.active)
        .join(Person, Person.id == Specialist.person_id)
        .where(Specialist.tenant_id == session.tenant, Specialist.id == specialist_id)
    )
    row = session.execute(query).first()
    if row is None:
        raise NotFoundError("There is no such specialist.", hint="Choose one of the order's team.")
    specialist, name, is_active = row
    if not is_active or (specialist.ended_on is not None and specialist.ended_on < _today(specialist.zone)):
        raise ConflictError(f"{name} works here no more.", hint="Choose one of the order's team.")
    return BookableSpecialist(specialist.id, specialist.person_id, name, specialist.zone)


def specialist_side(
    session: TenantSession, specialist_id: str, period: Interval, *, but_session: str | None = None
) -> Side:
    """Read the hours of a specialist, and when they are away or booked in a period; `but_session` is one that moves.

    Before their first day and after their last one they are away.
    """
    specialist = session.scalars(
        select(Specialist).where(Specialist.tenant_id == session.tenant, Specialist.id == specialist_id)
    ).one()
    away = session.execute(
        select(Absence.starts_at, Absence.ends_at).where(
            Absence.tenant_id == session.tenant,
            Absence.specialist_id == specialist_id,
            Absence.cancelled_at.is_(None),
            Absence.starts_at < period.end,
            Absence.ends_at > period.start,
        )
    )
    busy = select(BusyTime.starts_at, BusyTime.ends_at).where(
        BusyTime.tenant_id == session.tenant,
        BusyTime.specialist_id == specialist_id,
        BusyTime.cancelled_at.is_(None),
        BusyTime.starts_at < period.end,
        BusyTime.ends_at > period.start,
    )
    if but_session is not None:
        busy = busy.where(BusyTime.session_id != but_session)
    return Side(
        read_hours(specialist.zone, specialist.hours),
        [*(Interval(*row) for row in away), *_not_employed(specialist, period)],
        [Interval(*row) for row in session.execute(busy)],
    )


def specialists_of(session: TenantSession, people: list[str]) -> list[BookableSpecialist]:
    """List the active specialists among people (ids) who have not left, in the order of the people."""
    query = (
        select(Specialist.id, Specialist.person_id, Person.name, Specialist.zone)
        .join(Person, Person.id == Specialist.person_id)
        .where(
            Specialist.tenant_id == session.tenant,
            Specialist.person_id.in_(people),
            Specialist.ended_on.is_(None)
            | (Specialist.ended_on >= cast(func.timezone(Specialist.zone, clock.now()), Date)),
            Person.active,
        )
    )
    by_person = {row.person_id: BookableSpecialist(*row) for row in session.execute(query)}
    return [by_person[person] for person in people if person in by_person]


def _not_employed(specialist: Specialist, period: Interval) -> list[Interval]:
    """Return the moments of a period before a specialist's first day and after the last one, by their clock."""
    day = timedelta(days=1)
    first, last = (
        moment.astimezone(ZoneInfo(specialist.zone)).date() for moment in (period.start, period.end)
    )
    days_off = days_away(specialist.zone, first, min(last, specialist.started_on - day))
    if specialist.ended_on is not None:
        days_off += days_away(specialist.zone, max(first, specialist.ended_on + day), last)
    return days_off


def _today(zone: str) -> date:
    return clock.now().astimezone(ZoneInfo(zone)).date()
