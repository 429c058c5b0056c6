"""Draw the questions of an exam by its seed, score the answers, and decide who may begin one. Pure."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from itertools import chain, zip_longest

from core.business.specialists.exams.bank import OPTIONS, Question, questions
from core.business.specialists.program import certificate_title, level, program
from core.errors import ConflictError, InvalidInputError, LimitReachedError
from core.kit.wording import counted, day, listed

_HUNDRED = Decimal(100)


@dataclass(frozen=True, slots=True)
class DrawnQuestion:
    """A question of one attempt: its id, and the options (positions in the bank) in the order in which they are shown.

    `right` is the place of the right option in that order.
    """

    id: str
    order: tuple[int, ...]
    right: int

    def as_document(self) -> dict[str, object]:
        """Convert to what is stored."""
        return {"id": self.id, "order": list(self.order), "right": self.right}

    @classmethod
    def from_document(cls, document: Mapping[str, object]) -> DrawnQuestion:
        """Convert from what is stored."""
        order = document["order"]
        if not isinstance(order, list):
            raise TypeError("the order of the options is a list")
        return cls(str(document["id"]), tuple(map(int, order)), int(str(document["right"])))


def draw(speciality: str, level_key: str, seed: str) -> list[DrawnQuestion]:
    """Draw the questions of an exam, about as many from each module, and shuffle their options: the seed decides all."""
    by_module: dict[str, list[Question]] = {}
    for question in questions(speciality, level_key).values():
        by_module.setdefault(question.module, []).append(question)
    piles = [
        sorted(by_module[module], key=lambda question: _sort_key(seed, "draw", question.id))
        for module in sorted(by_module, key=lambda module: _sort_key(seed, "module", module))
    ]
    turns = chain.from_iterable(zip_longest(*piles))
    selection = [question for question in turns if question is not None][: program().exam.questions]
    selection.sort(key=lambda question: _sort_key(seed, "order", question.id))
    return [_shuffled(question, seed) for question in selection]


def _shuffled(question: Question, seed: str) -> DrawnQuestion:
    order = sorted(range(OPTIONS), key=lambda option: _sort_key(seed, question.id, option))
    return DrawnQuestion(question.id, tuple(order), order.index(question.answer))


def _sort_key(seed: str, *words: object) -> bytes:
    """Return by what something is sorted: chance to whoever does not know the seed, the same on every machine."""
    return hashlib.sha256("|".join(map(str, (seed, *words))).encode()).digest()


def score(selection: Sequence[DrawnQuestion], answers: Mapping[str, int]) -> Decimal:
    """Return the share of right answers in percent, with two digits; a question without an answer counts as wrong."""
    if not selection:
        raise ValueError("an exam has questions")
    right = sum(1 for question in selection if answers.get(question.id) == question.right)
    return (Decimal(right) * _HUNDRED / len(selection)).quantize(Decimal("0.01"), ROUND_HALF_UP)


def is_passed(level_key: str, percent: Decimal) -> bool:
    """Tell whether a score in percent passes the exam of a level."""
    return percent >= level(level_key).pass_percent


def check_answer(selection: Sequence[DrawnQuestion], question_id: str, choice: int) -> None:
    """Raise InvalidInputError for an answer to no question of the exam, or with no option of it."""
    if question_id not in {question.id for question in selection}:
        raise InvalidInputError("This question is not part of your exam.", hint="Open the exam again.")
    if not 0 <= choice < OPTIONS:
        raise InvalidInputError(f"A question has {OPTIONS} options.", hint="Choose one of them.")


def check_level_below(
    speciality: str, level_key: str, held: Collection[str], formerly: Collection[str] = ()
) -> None:
    """Raise ConflictError unless the level below is `held`, valid today; who has the level `formerly` renews it."""
    below = level(level_key).requires
    if below is None or level_key in {*held, *formerly} or below in held:
        return
    raise ConflictError(
        f"The exam {certificate_title(speciality, level_key)} needs a valid certificate"
        f" {certificate_title(speciality, below)}.",
        hint=f"Take the exam {certificate_title(speciality, below)} first.",
    )


def check_training(open_steps: Sequence[str]) -> None:
    """Raise ConflictError while steps of the training (titles) are open."""
    if open_steps:
        raise ConflictError(
            f"The training is not complete: {counted(len(open_steps), 'step', 'are')} open.",
            hint=f"Tick them when they are done: {listed(open_steps, limit=2)}.",
        )


def check_attempts(starts: Sequence[datetime], now: datetime) -> None:
    """Raise LimitReachedError where the moments at which attempts at one exam began allow no further one."""
    exam = program().exam
    window = timedelta(days=exam.within_days)
    recent = sorted(moment for moment in starts if moment > now - window)
    if len(recent) >= exam.attempts:
        opens = recent[-exam.attempts] + window
        raise LimitReachedError(
            f"An exam may be tried {exam.attempts} times in {exam.within_days} days.",
            hint=f"The next attempt is possible on {day(opens.date(), now.date())}.",
        )


def attempts_left(starts: Sequence[datetime], now: datetime) -> int:
    """Return how many attempts are possible now."""
    exam = program().exam
    since = now - timedelta(days=exam.within_days)
    return max(0, exam.attempts - sum(1 for moment in starts if moment > since))


def next_attempt_on(starts: Sequence[datetime], now: datetime) -> date | None:
    """Return the day from which a further attempt is possible; None where it is possible now."""
    if attempts_left(starts, now):
        return None
    exam = program().exam
    recent = sorted(starts)[-exam.attempts]
    return (recent + timedelta(days=exam.within_days)).date()
