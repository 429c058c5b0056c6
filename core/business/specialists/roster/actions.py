"""Change the roster: managers add people and end their work, everybody keeps their own hours and absences."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import Date, cast, func, select

from core.business.specialists.roster.rules import (
    RosterFields,
    check_absence,
    check_free,
    check_photo,
    checked,
    initials,
    weekly_hours,
)
from core.business.specialists.stored import (
    encrypt_note,
    encrypt_photo,
    find_editable,
    find_specialist,
)
from core.business.specialists.tables import Absence, BusyTime, Specialist
from core.context import Context
from core.errors import ConflictError, InvalidInputError, NotFoundError
from core.kit.ids import is_id, new_id
from core.kit.wording import agree, counted
from core.platform.access.actions import action
from core.platform.access.customers.actions import require_operator
from core.platform.access.tables import Membership, Person
from core.platform.audit.actions import record

_ROLES = ("specialist", "partner", "manager", "admin")


@action("specialist.manage")
def add_specialist(
    context: Context, person_id: str, roster_fields: RosterFields, *, started_on: date | None = None
) -> str:
    """Add one of the operator's people to the roster; return the id. ConflictError for who is in it already.

    InvalidInputError for somebody who does not work for the operator. They start today, unless `started_on` says when.
    """
    require_operator(context)
    content = checked(roster_fields)
    query = (
        select(Person.name)
        .join(Membership, Membership.person_id == Person.id)
        .where(Membership.tenant_id == context.tenant.id, Membership.role.in_(_ROLES), Person.id == person_id)
    )
    name = context.session.scalar(query) if is_id(person_id) else None
    if name is None:
        raise InvalidInputError(
            "Only specialists, partners and managers stand in the roster.", hint="Invite the person first."
        )
    if context.session.scalar(select(Specialist.id).where(Specialist.person_id == person_id)) is not None:
        raise ConflictError(f"{name} is in the roster already.", hint="Open their entry.")
    row = Specialist(
        tenant_id=context.tenant.id,
        id=new_id(),
        created_at=context.now,
        person_id=person_id,
        partner_id=None,
        initials=initials(name),
        started_on=started_on or context.today,
        ended_on=None,
        version=1,
        updated_at=context.now,
        **_columns(content),
    )
    context.session.add(row)
    context.session.flush()
    record(context, "specialist.add", "specialist", row.id, hours=str(row.weekly_hours))
    return row.id


@action("specialist.edit")
def edit_specialist(context: Context, specialist_id: str, roster_fields: RosterFields, version: int) -> None:
    """Change zone, languages, skills and hours: one's own, of a manager everybody's.

    ConflictError where somebody changed the entry since it was read (`version`).
    """
    content = checked(roster_fields)
    row = find_editable(context, specialist_id)
    if row.version != version:
        raise ConflictError("Somebody changed this entry meanwhile.", hint="Look at it again, then save.")
    for column, value in _columns(content).items():
        setattr(row, column, value)
    _touch(context, row)
    record(context, "specialist.edit", "specialist", row.id, hours=str(row.weekly_hours))


@action("specialist.edit")
def set_photo(context: Context, specialist_id: str, photo: bytes | None) -> None:
    """Set the photo of a specialist, or remove it: initials stand in its place."""
    row = find_editable(context, specialist_id)
    row.photo = encrypt_photo(context.session, row.id, photo and check_photo(photo))
    _touch(context, row)
    record(context, "specialist.photo", "specialist", row.id, removed=photo is None)


@action("specialist.manage")
def end_specialist(context: Context, specialist_id: str, ended_on: date) -> None:
    """End the work of a specialist on a day. Certificates and history stay.

    ConflictError where it has ended, and where sessions are booked after the day: no customer waits for nobody.
    """
    row = find_specialist(context, specialist_id, hold=True)
    if row.ended_on is not None:
        raise ConflictError("The work of this specialist has ended already.")
    if ended_on < row.started_on:
        raise InvalidInputError("The last day is before the first.", hint=f"It began on {row.started_on}.")
    _check_nothing_booked(context, row, ended_on)
    row.ended_on = ended_on
    _touch(context, row)
    record(context, "specialist.end", "specialist", row.id, on=ended_on.isoformat())


def _check_nothing_booked(context: Context, row: Specialist, last: date) -> None:
    """Raise ConflictError where sessions are booked with a specialist after their last day; the row is locked."""
    query = select(func.count()).where(
        BusyTime.tenant_id == context.tenant.id,
        BusyTime.specialist_id == row.id,
        BusyTime.cancelled_at.is_(None),
        BusyTime.ends_at > context.now,
        cast(func.timezone(row.zone, BusyTime.ends_at), Date) > last,
    )
    if count := context.session.scalar(query):
        raise ConflictError(
            f"{counted(count, 'session')} after this day {agree(count, 'are')} booked with this specialist.",
            hint="Move or cancel them on Sessions first.",
        )


@action("specialist.edit")
def add_absence(
    context: Context, specialist_id: str, kind: str, starts_at: datetime, ends_at: datetime, note: str = ""
) -> str:
    """Add an absence between two moments; return its id. ConflictError where there is one in this time already."""
    note = check_absence(kind, starts_at, ends_at, note)
    row = find_editable(context, specialist_id)
    query = select(Absence.starts_at, Absence.ends_at).where(
        Absence.tenant_id == context.tenant.id,
        Absence.specialist_id == row.id,
        Absence.cancelled_at.is_(None),
    )
    check_free(starts_at, ends_at, [(begin, end) for begin, end in context.session.execute(query)])
    absence_id = new_id()
    context.session.add(
        Absence(
            tenant_id=context.tenant.id,
            id=absence_id,
            created_at=context.now,
            specialist_id=row.id,
            kind=kind,
            starts_at=starts_at,
            ends_at=ends_at,
            note=encrypt_note(context.session, absence_id, note),
            person_id=context.person,
            cancelled_at=None,
        )
    )
    record(context, "absence.add", "specialist", row.id, absence=absence_id)
    return absence_id


@action("specialist.edit")
def cancel_absence(context: Context, absence_id: str) -> None:
    """Cancel an absence; NotFoundError for one that the person does not see, ConflictError where it is cancelled."""
    require_operator(context)
    query = select(Absence).where(Absence.tenant_id == context.tenant.id, Absence.id == absence_id)
    absence = context.session.scalar(query.with_for_update()) if is_id(absence_id) else None
    if absence is None:
        raise NotFoundError("There is no such absence.", hint="Look at the list again.")
    find_editable(context, absence.specialist_id)
    if absence.cancelled_at is not None:
        raise ConflictError("This absence is cancelled already.")
    absence.cancelled_at = context.now
    record(context, "absence.cancel", "specialist", absence.specialist_id, absence=absence.id)


def _columns(fields: RosterFields) -> dict[str, object]:
    return {
        "zone": fields.zone,
        "languages": list(fields.languages),
        "skills": list(fields.skills),
        "hours": dict(fields.hours),
        "weekly_hours": weekly_hours(fields.hours),
    }


def _touch(context: Context, row: Specialist) -> None:
    row.version += 1
    row.updated_at = context.now
