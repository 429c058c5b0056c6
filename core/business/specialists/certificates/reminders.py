"""Remind specialist and managers 60, 30 and 7 days before a certificate ends: a job that may run twice without harm."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import func, select

from core.business.specialists.certificates.rules import HeldCertificate, due_notice
from core.business.specialists.certificates.stored import certificates_by_specialist
from core.business.specialists.program import program
from core.business.specialists.tables import Certificate, Specialist
from core.db.session import TenantSession
from core.db.types import Id
from core.kit import clock
from core.platform.access.tables import Person
from core.platform.events.actions import emit
from core.platform.events.recipients import people_in_roles, was_emitted

KIND = "certificate_expiring"


def remind_of_renewals() -> int:
    """Tell the specialist and the managers of each certificate whose reminder is due and was not sent; return how many.

    Where the job did not run for a while only the latest reminder is sent. A demo is not reminded.
    """
    with TenantSession("", "") as session:
        operator = session.scalar(select(func.operator_tenant(type_=Id)))
    return _remind(operator) if operator else 0


def _remind(operator: str) -> int:
    now = clock.now()
    count = 0
    with TenantSession(operator, "", system=True) as session:
        people = _people(session)
        managers = people_in_roles(session, ("manager",))
        for specialist_id, certificates in certificates_by_specialist(session).items():
            if specialist_id not in people:
                continue
            person, holder = people[specialist_id]
            for certificate in certificates:
                notice = due_notice(certificate, certificates, now.date())
                if notice is not None and not _was_sent(session, certificate, notice):
                    _tell(session, certificate, notice, [person, *managers], holder)
                    count += 1
        session.commit()
    return count


def _people(session: TenantSession) -> dict[str, tuple[str, str]]:
    """Map the specialists who work today, locked against a second reminder, to person and initials."""
    today = clock.now().date()
    query = (
        select(Specialist.id, Person.id.label("person_id"), Specialist.initials)
        .join(Person, Person.id == Specialist.person_id)
        .where(
            Specialist.tenant_id == session.tenant,
            Person.active,
            Specialist.ended_on.is_(None) | (Specialist.ended_on >= today),
            Specialist.id.in_(select(Certificate.specialist_id)),
        )
        .order_by(Specialist.id)
        .with_for_update(of=Specialist)
    )
    return {row.id: (row.person_id, row.initials) for row in session.execute(query)}


def _was_sent(session: TenantSession, certificate: HeldCertificate, notice: int) -> bool:
    since = clock.now() - timedelta(days=max(program().reminders) + 1)
    return was_emitted(session, KIND, since, certificate_id=certificate.id, notice=str(notice))


def _tell(
    session: TenantSession, certificate: HeldCertificate, notice: int, people: list[str], holder: str
) -> None:
    emit(
        session,
        KIND,
        to=people,
        certificate=certificate.title,
        certificate_id=certificate.id,
        notice=str(notice),
        holder=holder,
        expires=certificate.expires_on.isoformat(),
        days=str(certificate.days_left(clock.now().date())),
    )
