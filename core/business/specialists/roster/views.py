"""Show the roster, and one specialist: partners see themselves alone, absences are the person's and the managers'."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal

from sqlalchemy import func, select

from core.business.specialists.certificates.rules import HeldCertificate, best
from core.business.specialists.certificates.stored import certificates_by_specialist
from core.business.specialists.roster.rules import WEEKDAYS, Hours
from core.business.specialists.stored import (
    decrypt_note,
    decrypt_photo,
    find_specialist,
    is_own_or_managed,
    own_specialist,
)
from core.business.specialists.tables import Absence, BusyTime, Partner, Specialist
from core.context import Context
from core.errors import NotFoundError
from core.platform.access.actions import view
from core.platform.access.customers.actions import require_operator
from core.platform.access.tables import Membership, Person
from core.platform.audit.actions import note_reading


@dataclass(frozen=True, slots=True)
class RosterRow:
    """A specialist in the list. `booked` are the hours of guided sessions in the seven days from today.

    `certificates` are those that count today, the highest of each speciality. `partner` is '' for our own people.
    `away_until` is None for who is here, and for whom the person may not know.
    """

    id: str
    person_id: str
    name: str
    role: str
    initials: str
    photo: bytes | None
    zone: str
    languages: Sequence[str]
    skills: Sequence[str]
    weekly_hours: Decimal
    booked_hours: Decimal
    certificates: Sequence[HeldCertificate]
    partner: str
    ended_on: date | None
    away_until: datetime | None
    is_own: bool

    @property
    def next_expiry(self) -> date | None:
        return min((certificate.expires_on for certificate in self.certificates), default=None)


@dataclass(frozen=True, slots=True)
class AbsenceView:
    """An absence that is not cancelled, with its note."""

    id: str
    kind: str
    starts_at: datetime
    ends_at: datetime
    note: str


@dataclass(frozen=True, slots=True)
class SpecialistView:
    """A specialist's entry. `absences` is None where they are not the person's to see; `may_edit` says who changes it.

    `partner_id` is the company it works for, None for our own people.
    """

    row: RosterRow
    hours: Hours
    started_on: date
    version: int
    absences: Sequence[AbsenceView] | None
    may_edit: bool
    partner_id: str | None = None

    @property
    def days(self) -> list[tuple[str, Sequence[Sequence[str]]]]:
        """The week, as (weekday, spans)."""
        return [(label, self.hours.get(key, ())) for key, label in WEEKDAYS.items()]


@dataclass(frozen=True, slots=True)
class Candidate:
    """One of the operator's people who is not in the roster yet."""

    person_id: str
    name: str
    role: str


@view("specialist.read")
def roster(
    context: Context, *, search: str = "", speciality: str = "", with_ended: bool = False
) -> list[RosterRow]:
    """List the specialists that the person sees, by name; `search` is part of a name, skill or zone.

    `speciality` lists those who hold a certificate of it that counts today.
    """
    require_operator(context)
    rows = _rows(context)
    word = search.strip().casefold()
    return [
        row
        for row in rows
        if (with_ended or _works(row, context.today))
        and (not speciality or any(held.speciality == speciality for held in row.certificates))
        and word in " ".join((row.name, row.zone, row.partner, *row.skills)).casefold()
    ]


@view("specialist.read")
def specialist(context: Context, specialist_id: str) -> SpecialistView:
    """Return a specialist's entry. NotFoundError for one whom the person does not see."""
    entry = find_specialist(context, specialist_id)
    (row,) = _rows(context, specialist_id)
    is_visible = is_own_or_managed(context, entry)
    absences = _absences(context, entry) if is_visible else None
    return SpecialistView(
        row,
        entry.hours,
        entry.started_on,
        entry.version,
        absences,
        may_edit=is_visible and context.may("specialist.edit"),
        partner_id=entry.partner_id,
    )


@view("specialist.read")
def own_id(context: Context) -> str | None:
    """Return the id of the person's own entry; None for who is not in the roster."""
    try:
        return own_specialist(context).id
    except NotFoundError:
        return None


@view("specialist.manage")
def people_to_add(context: Context) -> list[Candidate]:
    """List the operator's specialists, partners and managers who are not in the roster, by name."""
    require_operator(context)
    listed = select(Specialist.person_id).where(Specialist.tenant_id == context.tenant.id)
    query = (
        select(Person.id, Person.name, Membership.role)
        .join(Membership, Membership.person_id == Person.id)
        .where(
            Membership.tenant_id == context.tenant.id,
            Membership.role.in_(("specialist", "partner", "manager")),
            Person.active,
            Person.id.not_in(listed),
        )
        .order_by(Person.name, Person.id)
    )
    return [Candidate(*row) for row in context.session.execute(query)]


def _works(row: RosterRow, today: date) -> bool:
    return row.ended_on is None or row.ended_on >= today


def _rows(context: Context, specialist_id: str | None = None) -> list[RosterRow]:
    query = (
        select(Specialist, Person.name, Membership.role, Partner.name)
        .join(Person, Person.id == Specialist.person_id)
        .outerjoin(
            Membership,
            (Membership.person_id == Person.id) & (Membership.tenant_id == Specialist.tenant_id),
        )
        .outerjoin(
            Partner, (Partner.tenant_id == Specialist.tenant_id) & (Partner.id == Specialist.partner_id)
        )
        .where(Specialist.tenant_id == context.tenant.id)
        .order_by(Person.name, Specialist.id)
    )
    if specialist_id is not None:
        query = query.where(Specialist.id == specialist_id)
    today = context.today
    certificates = certificates_by_specialist(context.session)
    booked_hours, away = _booked_hours(context), _away(context)
    return [
        RosterRow(
            id=row.id,
            person_id=row.person_id,
            name=name,
            role=role or "",
            initials=row.initials,
            photo=decrypt_photo(context.session, row),
            zone=row.zone,
            languages=row.languages,
            skills=row.skills,
            weekly_hours=row.weekly_hours,
            booked_hours=booked_hours.get(row.id, Decimal(0)),
            certificates=tuple(best(certificates.get(row.id, ()), today).values()),
            partner=partner or "",
            ended_on=row.ended_on,
            away_until=away.get(row.id),
            is_own=row.person_id == context.person,
        )
        for row, name, role, partner in context.session.execute(query)
    ]


def _booked_hours(context: Context) -> Mapping[str, Decimal]:
    """Add up the hours of guided sessions in the seven days from now, by specialist."""
    seconds = func.sum(func.extract("epoch", BusyTime.ends_at - BusyTime.starts_at))
    query = (
        select(BusyTime.specialist_id, seconds)
        .where(
            BusyTime.tenant_id == context.tenant.id,
            BusyTime.cancelled_at.is_(None),
            BusyTime.starts_at >= context.now,
            BusyTime.starts_at < context.now + timedelta(days=7),
        )
        .group_by(BusyTime.specialist_id)
    )
    return {key: Decimal(total) / 3600 for key, total in context.session.execute(query)}


def _away(context: Context) -> Mapping[str, datetime]:
    """Map who is absent now, as far as the person may know, to when the absence ends."""
    query = select(Absence.specialist_id, func.max(Absence.ends_at).label("until")).where(
        Absence.tenant_id == context.tenant.id,
        Absence.cancelled_at.is_(None),
        Absence.starts_at <= context.now,
        Absence.ends_at > context.now,
    )
    rows = context.session.execute(query.group_by(Absence.specialist_id))
    return {row.specialist_id: row.until for row in rows}


def _absences(context: Context, entry: Specialist) -> list[AbsenceView]:
    """List the absences that are not over; that a manager sees those of somebody else is noted."""
    query = (
        select(Absence)
        .where(
            Absence.tenant_id == context.tenant.id,
            Absence.specialist_id == entry.id,
            Absence.cancelled_at.is_(None),
            Absence.ends_at > context.now,
        )
        .order_by(Absence.starts_at)
    )
    rows = context.session.scalars(query).all()
    if rows and entry.person_id != context.person:
        note_reading(context, "specialist", entry.id, data="absences", purpose="absences of a specialist")
    return [
        AbsenceView(row.id, row.kind, row.starts_at, row.ends_at, decrypt_note(context.session, row))
        for row in rows
    ]
