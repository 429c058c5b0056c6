"""Show the exams that a person may take, the one that is open, and results."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from core.business.specialists.certificates.rules import best, levels_held
from core.business.specialists.certificates.stored import certificates_of
from core.business.specialists.exams.bank import coverage, questions
from core.business.specialists.exams.rules import (
    DrawnQuestion,
    attempts_left,
    check_level_below,
    next_attempt_on,
)
from core.business.specialists.exams.stored import attempts_of, drawn_of, find_attempt, is_open, starts
from core.business.specialists.program import certificate_title, level, program
from core.business.specialists.stored import (
    find_specialist,
    own_specialist,
    require_own_or_managed,
)
from core.business.specialists.tables import ExamAttempt
from core.business.specialists.training.rules import open_steps
from core.business.specialists.training.stored import steps_done
from core.context import Context
from core.errors import ConflictError
from core.platform.access.actions import view
from core.platform.access.customers.actions import require_operator


@dataclass(frozen=True, slots=True)
class ExamQuestion:
    """A question as it is shown; `answer` is the place chosen. Once the exam is over `right` and `why` are said."""

    id: str
    module: str
    text: str
    options: Sequence[str]
    answer: int | None
    right: int | None
    why: str


@dataclass(frozen=True, slots=True)
class ExamView:
    """An attempt: open until `expires_at`, or finished with its score in percent."""

    id: str
    speciality: str
    level: str
    title: str
    is_open: bool
    expires_at: datetime
    finished_at: datetime | None
    score: Decimal | None
    is_passed: bool | None
    pass_percent: int
    questions: Sequence[ExamQuestion]

    @property
    def answer_count(self) -> int:
        return sum(1 for question in self.questions if question.answer is not None)


@dataclass(frozen=True, slots=True)
class ExamOffer:
    """An exam that the person could take. `blocked` says why not now, '' where it may begin.

    `held_until` is the last day of the certificate held, `open_attempt` the id of the attempt that goes on.
    """

    speciality: str
    level: str
    title: str
    held_until: date | None
    attempts_left: int
    next_on: date | None
    blocked: str
    open_attempt: str | None


@dataclass(frozen=True, slots=True)
class AttemptRow:
    """An attempt in the list of results; `is_passed` is None before it is scored.

    It is open while it can be answered; one whose time is over is scored by the program within minutes.
    """

    id: str
    title: str
    begun_at: datetime
    finished_at: datetime | None
    score: Decimal | None
    is_passed: bool | None
    is_open: bool

    @property
    def result(self) -> str:
        """Its result in words: 'Open', 'Time is over', 'Passed', 'Not passed'."""
        if self.is_passed is None:
            return "Open" if self.is_open else "Time is over"
        return "Passed" if self.is_passed else "Not passed"


@view("exam.take")
def exam_offers(context: Context) -> list[ExamOffer]:
    """List the person's exams by speciality and level. NotFoundError for who is not in the roster."""
    entry = own_specialist(context)
    attempts = attempts_of(context.session, entry.id)
    certificates = certificates_of(context.session, entry.id)
    today = context.today
    held = best(certificates, today)
    done = steps_done(context.session, entry.id)
    offers = []
    for speciality in program().specialities:
        levels = levels_held(certificates, speciality, today)
        former = [row.level for row in certificates if row.speciality == speciality and not row.is_revoked]
        for key in program().levels:
            moments = starts(attempts, speciality, key)
            certificate = held.get(speciality)
            offers.append(
                ExamOffer(
                    speciality,
                    key,
                    certificate_title(speciality, key),
                    certificate.expires_on if certificate and key in levels else None,
                    attempts_left(moments, context.now),
                    next_attempt_on(moments, context.now),
                    _blocked(speciality, key, levels, former, len(open_steps(speciality, done))),
                    _open_attempt(attempts, speciality, key, context.now),
                )
            )
    return offers


@view("exam.take")
def exam(context: Context, attempt_id: str) -> ExamView:
    """Return one's own attempt, with the right answers once it is over. NotFoundError for that of anybody else."""
    row = find_attempt(context, own_specialist(context).id, attempt_id)
    is_over = row.finished_at is not None
    return ExamView(
        id=row.id,
        speciality=row.speciality,
        level=row.level,
        title=certificate_title(row.speciality, row.level),
        is_open=is_open(row, context.now),
        expires_at=row.expires_at,
        finished_at=row.finished_at,
        score=row.score,
        is_passed=row.passed,
        pass_percent=level(row.level).pass_percent,
        questions=[
            _question(row, question, is_over=is_over)
            for question in drawn_of(row)
            if question.id in questions(row.speciality, row.level)
        ],
    )


@view("specialist.read")
def attempts(context: Context, specialist_id: str) -> list[AttemptRow]:
    """List a specialist's attempts, the newest first: to the person and to managers. NotAllowedError for a colleague's."""
    entry = find_specialist(context, specialist_id)
    require_own_or_managed(context, entry)
    return [
        AttemptRow(
            row.id,
            certificate_title(row.speciality, row.level),
            row.created_at,
            row.finished_at,
            row.score,
            row.passed,
            is_open(row, context.now),
        )
        for row in attempts_of(context.session, entry.id)
    ]


@view("specialist.read")
def question_counts(context: Context) -> dict[str, dict[str, dict[str, int]]]:
    """Count the questions of the bank: speciality -> level -> module -> how many."""
    require_operator(context)
    return {
        key: {level: dict(counts) for level, counts in coverage(key).items()}
        for key in program().specialities
    }


def _question(row: ExamAttempt, selection: DrawnQuestion, *, is_over: bool) -> ExamQuestion:
    question = questions(row.speciality, row.level)[selection.id]
    return ExamQuestion(
        selection.id,
        question.module,
        question.text,
        [question.options[option] for option in selection.order],
        row.answers.get(selection.id),
        selection.right if is_over else None,
        question.why if is_over else "",
    )


def _blocked(speciality: str, level_key: str, held: set[str], former: Sequence[str], open_count: int) -> str:
    if open_count:
        return f"{open_count} steps of the training are open" if open_count > 1 else "One step is open"
    try:
        check_level_below(speciality, level_key, held, former)
    except ConflictError as fault:
        return fault.hint
    return ""


def _open_attempt(rows: Sequence[ExamAttempt], speciality: str, level_key: str, now: datetime) -> str | None:
    for row in rows:
        if (row.speciality, row.level) == (speciality, level_key) and is_open(row, now):
            return row.id
    return None
