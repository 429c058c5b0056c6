"""Read attempts at exams, and end those whose time is over."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select

from core.business.specialists.exams.rules import DrawnQuestion, is_passed, score
from core.business.specialists.tables import ExamAttempt
from core.context import Context
from core.db.session import TenantSession
from core.errors import NotFoundError
from core.kit.ids import is_id


def attempts_of(session: TenantSession, specialist_id: str) -> list[ExamAttempt]:
    """Read the attempts of a specialist, the newest first."""
    query = (
        select(ExamAttempt)
        .where(ExamAttempt.tenant_id == session.tenant, ExamAttempt.specialist_id == specialist_id)
        .order_by(ExamAttempt.created_at.desc(), ExamAttempt.id.desc())
    )
    return list(session.scalars(query))


def find_attempt(context: Context, specialist_id: str, attempt_id: str, *, hold: bool = False) -> ExamAttempt:
    """Return an attempt of the specialist, locked with `hold`. NotFoundError for that of anybody else."""
    row = None
    if is_id(attempt_id):
        query = select(ExamAttempt).where(
            ExamAttempt.tenant_id == context.tenant.id,
            ExamAttempt.specialist_id == specialist_id,
            ExamAttempt.id == attempt_id,
        )
        row = context.session.scalar(query.with_for_update() if hold else query)
    if row is None:
        raise NotFoundError("There is no such exam of yours.", hint="Open Certification.")
    return row


def drawn_of(row: ExamAttempt) -> list[DrawnQuestion]:
    """Return the questions of an attempt."""
    return [DrawnQuestion.from_document(document) for document in row.questions]


def starts(rows: Sequence[ExamAttempt], speciality: str, level: str) -> list[datetime]:
    """List the moments at which attempts at one exam began."""
    return [row.created_at for row in rows if (row.speciality, row.level) == (speciality, level)]


def is_open(row: ExamAttempt, now: datetime) -> bool:
    """Tell whether an attempt can still be answered."""
    return row.finished_at is None and now < row.expires_at


def close(row: ExamAttempt, now: datetime) -> bool:
    """Score an attempt and end it, at the latest at its end; return whether it is passed."""
    row.score = score(drawn_of(row), row.answers)
    row.passed = is_passed(row.level, row.score)
    row.finished_at = min(now, row.expires_at)
    return row.passed
