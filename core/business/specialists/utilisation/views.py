"""Show how many of the specialists' available hours are booked; in a Context of the operator."""

from __future__ import annotations

from collections import defaultdict
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import select

from core.business.specialists.tables import Absence, BusyTime, Partner, Specialist
from core.business.specialists.utilisation.hours import Span, shared, shifts
from core.business.specialists.utilisation.rules import TeamUtilisation, Utilisation, measured, ordered
from core.context import Context
from core.errors import InvalidInputError
from core.platform.access.actions import view
from core.platform.access.customers.actions import require_operator
from core.platform.access.tables import Person

MAX_DAYS = 400


@view("utilisation.read")
def utilisation(context: Context, first: date, last: date) -> TeamUtilisation:
    """Measure each specialist's utilisation from `first` to `last`, both days included, in the specialist's zone.

    InvalidInputError for a period that ends before it begins, or is longer than MAX_DAYS.
    """
    require_operator(context)
    if last < first or (last - first).days >= MAX_DAYS:
        raise InvalidInputError(
            "This is no period to measure.", hint=f"Choose first and last day, at most {MAX_DAYS} days."
        )
    query = (
        select(Specialist, Person.name, Partner.name)
        .join(Person, Person.id == Specialist.person_id)
        .outerjoin(
            Partner, (Partner.id == Specialist.partner_id) & (Partner.tenant_id == Specialist.tenant_id)
        )
        .where(
            Specialist.tenant_id == context.tenant.id,
            Specialist.started_on <= last,
            Specialist.ended_on.is_(None) | (Specialist.ended_on >= first),
        )
    )
    absences = _times(context, Absence, first, last)
    sessions = _times(context, BusyTime, first, last)
    people = [
        _of(specialist, name, partner or "", absences[specialist.id], sessions[specialist.id], first, last)
        for specialist, name, partner in context.session.execute(query)
    ]
    return TeamUtilisation(first, last, ordered(people))


def week_of(context: Context) -> tuple[date, date]:
    """Return Monday and Sunday of the current week at the context's tenant."""
    today = context.today
    monday = today - timedelta(days=today.weekday())
    return monday, monday + timedelta(days=6)


def _of(
    specialist: Specialist,
    name: str,
    partner: str,
    absences: list[Span],
    sessions: list[Span],
    first: date,
    last: date,
) -> Utilisation:
    begins, ends = max(first, specialist.started_on), min(last, specialist.ended_on or last)
    zone = ZoneInfo(specialist.zone)
    period: Span = (
        datetime.combine(begins, time(), zone).astimezone(UTC),
        datetime.combine(ends + timedelta(days=1), time(), zone).astimezone(UTC),
    )
    clipped = [shared([session], [period]) for session in sessions]
    return measured(
        specialist.id,
        name,
        shifts(specialist.hours, specialist.zone, begins, ends),
        absences,
        [span for spans in clipped for span in spans],
        partner,
    )


def _times(
    context: Context, table: type[Absence | BusyTime], first: date, last: date
) -> dict[str, list[Span]]:
    """Read absences or booked times around the days, by specialist; what was cancelled does not count."""
    query = select(table.specialist_id, table.starts_at, table.ends_at).where(
        table.tenant_id == context.tenant.id,
        table.cancelled_at.is_(None),
        table.ends_at > datetime.combine(first - timedelta(days=1), time(), UTC),
        table.starts_at < datetime.combine(last + timedelta(days=2), time(), UTC),
    )
    times: dict[str, list[Span]] = defaultdict(list)
    for specialist_id, starts_at, ends_at in context.session.execute(query):
        times[specialist_id].append((starts_at, ends_at))
    return times
