"""Take an exam: begin it, answer, finish; what is passed is certified at once. Each person takes their own."""

from __future__ import annotations

import secrets
from datetime import timedelta

from core.business.specialists.certificates.rules import levels_held
from core.business.specialists.certificates.stored import certificates_of, issue
from core.business.specialists.exams.rules import (
    check_answer,
    check_attempts,
    check_level_below,
    check_training,
    draw,
)
from core.business.specialists.exams.stored import (
    attempts_of,
    close,
    drawn_of,
    find_attempt,
    is_open,
    starts,
)
from core.business.specialists.program import certificate_title, level, program, speciality
from core.business.specialists.stored import find_specialist, own_specialist
from core.business.specialists.tables import ExamAttempt
from core.business.specialists.training.rules import open_steps
from core.business.specialists.training.stored import steps_done
from core.context import Context
from core.errors import ConflictError
from core.kit.ids import new_id
from core.platform.access.actions import action
from core.platform.audit.actions import record
from core.platform.events.actions import emit
from core.platform.events.recipients import people_in_roles


@action("exam.take")
def begin_exam(context: Context, speciality_key: str, level_key: str) -> str:
    """Begin an exam, or go on with the open one of the same kind; return the id of the attempt.

    The training and the level below come first, and attempts are limited: ConflictError, LimitReachedError.
    """
    speciality(speciality_key)
    level(level_key)
    entry = own_specialist(context, hold=True)
    if entry.ended_on is not None and entry.ended_on < context.today:
        raise ConflictError("Your work as a specialist has ended.", hint="Ask a manager.")
    attempts = attempts_of(context.session, entry.id)
    for row in attempts:
        if is_open(row, context.now):
            if (row.speciality, row.level) == (speciality_key, level_key):
                return row.id
            title = certificate_title(row.speciality, row.level)
            raise ConflictError(f"Your exam {title} is open.", hint="Finish it first.")
        if row.finished_at is None:
            finish(context, row)
    certificates = certificates_of(context.session, entry.id)
    held = levels_held(certificates, speciality_key, context.today)
    formerly = [row.level for row in certificates if row.speciality == speciality_key and not row.is_revoked]
    check_training(open_steps(speciality_key, steps_done(context.session, entry.id)))
    check_level_below(speciality_key, level_key, held, formerly)
    check_attempts(starts(attempts, speciality_key, level_key), context.now)
    return _begin(context, entry.id, speciality_key, level_key)


def _begin(context: Context, specialist_id: str, speciality_key: str, level_key: str) -> str:
    seed = secrets.token_hex(16)
    row = ExamAttempt(
        tenant_id=context.tenant.id,
        id=new_id(),
        created_at=context.now,
        specialist_id=specialist_id,
        speciality=speciality_key,
        level=level_key,
        seed=seed,
        questions=[question.as_document() for question in draw(speciality_key, level_key, seed)],
        answers={},
        expires_at=context.now + timedelta(minutes=program().exam.minutes),
        finished_at=None,
        score=None,
        passed=None,
    )
    context.session.add(row)
    record(context, "exam.begin", "exam", row.id, speciality=speciality_key, level=level_key)
    return row.id


@action("exam.take")
def answer_question(context: Context, attempt_id: str, question_id: str, choice: int) -> None:
    """Keep the answer to a question of one's open exam: the place of the option as it was shown.

    ConflictError where the exam is finished or its time is over.
    """
    row = find_attempt(context, own_specialist(context).id, attempt_id, hold=True)
    if not is_open(row, context.now):
        raise ConflictError("This exam is over.", hint="Finish it to see the result.")
    check_answer(drawn_of(row), question_id, choice)
    row.answers = {**row.answers, question_id: choice}


@action("exam.take")
def finish_exam(context: Context, attempt_id: str) -> bool:
    """Score one's exam; when passed, the certificate is issued. Return whether it is passed; again, it changes nothing."""
    row = find_attempt(context, own_specialist(context, hold=True).id, attempt_id, hold=True)
    if row.finished_at is None:
        finish(context, row)
    return bool(row.passed)


def finish(context: Context, row: ExamAttempt) -> None:
    """Score an attempt, and certify what is passed on the day on which it ended."""
    success = close(row, context.now)
    facts = {"speciality": row.speciality, "level": row.level}
    record(context, "exam.finish", "exam", row.id, score=str(row.score), passed=success, **facts)
    if not success or row.finished_at is None:
        return
    certificate = issue(
        context,
        row.specialist_id,
        row.speciality,
        row.level,
        issued_on=context.day_of(row.finished_at),
        attempt_id=row.id,
    )
    record(
        context, "certificate.issue", "specialist", row.specialist_id, certificate=certificate.number, **facts
    )
    managers = people_in_roles(context.session, ("manager",))
    emit(
        context,
        "certificate_issued",
        to=[context.person, *(person for person in managers if person != context.person)],
        certificate=certificate_title(row.speciality, row.level),
        number=certificate.number,
        holder=_initials(context, row.specialist_id),
        expires=certificate.expires_on.isoformat(),
    )


def _initials(context: Context, specialist_id: str) -> str:
    return find_specialist(context, specialist_id).initials
