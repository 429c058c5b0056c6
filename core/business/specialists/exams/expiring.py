"""End exams whose time is over: a job that may run twice without harm."""

from __future__ import annotations

from sqlalchemy import Select, func, select

from core.business.specialists.exams.actions import finish
from core.business.specialists.tables import ExamAttempt, Specialist
from core.db.session import TenantSession
from core.db.types import Id
from core.errors import AppError
from core.kit import clock
from core.platform.access.actions import enter_as_worker


def end_expired_exams() -> int:
    """Score the exams of the operator whose time is over and that nobody finished; return how many."""
    with TenantSession("", "") as session:
        operator = session.scalar(select(func.operator_tenant(type_=Id)))
    if not operator:
        return 0
    return sum(_end(operator, person) for person in _people(operator))


def _end(operator: str, person: str) -> int:
    """End the exams of a person in their own name, so that the log says whose they were."""
    try:
        with enter_as_worker(operator, person) as context:
            rows = context.session.scalars(_expired(operator, person).with_for_update(of=ExamAttempt)).all()
            for row in rows:
                finish(context, row)
            context.session.commit()
            return len(rows)
    except AppError:
        return 0  # the person left meanwhile


def _people(operator: str) -> list[str]:
    """List the people (ids) with exams whose time is over."""
    query = select(Specialist.person_id).where(
        Specialist.tenant_id == operator,
        Specialist.id.in_(_expired(operator).with_only_columns(ExamAttempt.specialist_id)),
    )
    with TenantSession(operator, "", system=True) as session:
        return list(session.scalars(query))


def _expired(operator: str, person: str | None = None) -> Select[ExamAttempt]:
    """Select the exams of the operator, or of one person, whose time is over and that nobody finished."""
    query = select(ExamAttempt).where(
        ExamAttempt.tenant_id == operator,
        ExamAttempt.finished_at.is_(None),
        ExamAttempt.expires_at <= clock.now(),
    )
    if person is None:
        return query
    entry = select(Specialist.id).where(Specialist.tenant_id == operator, Specialist.person_id == person)
    return query.where(ExamAttempt.specialist_id.in_(entry))
