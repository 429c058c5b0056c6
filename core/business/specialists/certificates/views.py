"""Show certificates, the renewals that are due, and print one as PDF."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import select

from core.business.specialists.certificates.document import content_of
from core.business.specialists.certificates.rules import HeldCertificate, Validity, best, due_notice
from core.business.specialists.certificates.stored import (
    as_held,
    certificates_by_specialist,
    find_certificate,
)
from core.business.specialists.program import program
from core.business.specialists.stored import find_specialist
from core.business.specialists.tables import Certificate, Specialist
from core.context import Context
from core.platform.access.actions import view
from core.platform.access.customers.actions import require_operator
from core.platform.access.tables import Person
from core.platform.audit.actions import note_reading
from core.platform.printing.pdf import print_pdf


@dataclass(frozen=True, slots=True)
class CertificateView:
    """A certificate as it stands today; `note` is the reason of one without an exam."""

    held: HeldCertificate
    validity: Validity
    days_left: int
    note: str
    revoked_reason: str
    by_exam: bool


@dataclass(frozen=True, slots=True)
class Renewal:
    """A certificate that ends soon and is not renewed; `notice` is the reminder (days before) that applies."""

    held: HeldCertificate
    specialist_name: str
    days_left: int
    notice: int


@dataclass(frozen=True, slots=True)
class Cover:
    """Who is certified for a speciality today: names by the highest level held."""

    speciality: str
    holders: dict[str, list[str]]

    @property
    def count(self) -> int:
        return sum(map(len, self.holders.values()))


@view("specialist.read")
def certificates(context: Context, specialist_id: str) -> list[CertificateView]:
    """List the certificates of a specialist, the newest first. NotFoundError for one whom the person does not see."""
    entry = find_specialist(context, specialist_id)
    today = context.today
    query = (
        select(Certificate)
        .where(Certificate.tenant_id == context.tenant.id, Certificate.specialist_id == entry.id)
        .order_by(Certificate.issued_on.desc(), Certificate.id.desc())
    )
    return [_view(row, today) for row in context.session.scalars(query)]


@view("specialist.read")
def due_renewals(context: Context) -> list[Renewal]:
    """List the certificates that end within the days of the first reminder and are not renewed, the next first."""
    require_operator(context)
    today = context.today
    names = _names(context)
    rows = []
    for specialist_id, held in certificates_by_specialist(context.session).items():
        for certificate in held:
            notice = due_notice(certificate, held, today)
            if notice is not None and specialist_id in names:
                days = certificate.days_left(today)
                rows.append(Renewal(certificate, names[specialist_id], days, notice))
    return sorted(rows, key=lambda row: (row.days_left, row.specialist_name))


@view("specialist.read")
def covers(context: Context) -> list[Cover]:
    """List for each speciality who is certified today, the highest level first; who has left does not count."""
    require_operator(context)
    today = context.today
    names = _names(context)
    levels = list(program().levels)[::-1]
    result = {key: Cover(key, {level: [] for level in levels}) for key in program().specialities}
    for specialist_id, held in certificates_by_specialist(context.session).items():
        for certificate in best(held, today).values():
            if specialist_id in names:
                result[certificate.speciality].holders[certificate.level].append(names[specialist_id])
    return list(result.values())


@view("specialist.read")
def certificate_pdf(context: Context, certificate_id: str) -> tuple[str, bytes]:
    """Return the name of the file and the PDF of a certificate, as it stands today."""
    row = find_certificate(context, certificate_id)
    entry = find_specialist(context, row.specialist_id)
    name = context.session.scalars(select(Person.name).where(Person.id == entry.person_id)).one()
    if entry.person_id != context.person:
        note_reading(
            context, "specialist", entry.id, data="certificate", purpose="certificate of a specialist"
        )
    content = content_of(context, as_held(row), name)
    return f"Certificate {row.number}.pdf", print_pdf("certificate", content)


def _view(row: Certificate, today: date) -> CertificateView:
    held = as_held(row)
    return CertificateView(
        held,
        held.validity(today),
        held.days_left(today),
        row.note or "",
        row.revoked_reason or "",
        row.attempt_id is not None,
    )


def _names(context: Context) -> dict[str, str]:
    """Map the specialists whom the person sees and who have not left to their names."""
    query = (
        select(Specialist.id, Person.name)
        .join(Person, Person.id == Specialist.person_id)
        .where(
            Specialist.tenant_id == context.tenant.id,
            Specialist.ended_on.is_(None) | (Specialist.ended_on >= context.today),
            Person.active,
        )
    )
    return {row.id: row.name for row in context.session.execute(query)}
