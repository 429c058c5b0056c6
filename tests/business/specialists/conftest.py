"""People of the operator for tests of the roster: a manager, two specialists and a partner, each signed in."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, replace
from datetime import timedelta

import pytest
from sqlalchemy import NullPool, create_engine, text

from core.business.specialists.exams.actions import answer_question, begin_exam, finish_exam
from core.business.specialists.exams.stored import drawn_of, find_attempt
from core.business.specialists.roster.actions import add_specialist
from core.business.specialists.roster.rules import RosterFields
from core.business.specialists.training.actions import tick_step
from core.business.specialists.training.rules import steps
from core.context import Context
from core.db.base import owner_url
from core.platform.access.actions import enter
from tests.staff import add_staff, operator

OFFICE = {day: [["09:00", "12:00"], ["13:00", "17:00"]] for day in ("mon", "tue", "wed", "thu", "fri")}
FIELDS = RosterFields("Europe/Berlin", ["en", "de"], ["Menus", "Modifiers"], OFFICE)
TABLES = ("certificate", "exam_attempt", "training_step", "absence", "busy_time", "specialist", "partner")


@dataclass
class Desk:
    """The operator's people with their contexts, and the ids of those in the roster."""

    manager: Context
    maya: Context
    noel: Context
    partner: Context
    maya_id: str
    noel_id: str
    partner_id: str


@pytest.fixture
def desk(people: dict[str, str]) -> Iterator[Desk]:
    """An empty roster with two specialists and a partner, all with office hours in Berlin."""
    empty_roster()
    with ExitStack() as stack:
        roles = {"manager": "manager", "maya": "specialist", "noel": "specialist", "partner": "partner"}
        staff = {key: add_staff(role, f"{key.title()} Ode") for key, role in roles.items()}
        contexts = {key: stack.enter_context(enter(person, operator())) for key, person in staff.items()}
        ids = {
            f"{key}_id": add_specialist(contexts["manager"], staff[key], FIELDS)
            for key in ("maya", "noel", "partner")
        }
        yield Desk(**contexts, **ids)


def empty_roster() -> None:
    """Delete the roster of every operator: people of one test are no colleagues of the next."""
    engine = create_engine(owner_url(), poolclass=NullPool)
    with engine.begin() as connection:
        for table in TABLES:
            connection.execute(text(f"delete from {table}"))
    engine.dispose()


def train(context: Context, specialist_id: str) -> None:
    """Tick every step of the training."""
    for step in steps():
        tick_step(context, specialist_id, step.key)


def take(context: Context, speciality: str, level: str, *, wrong: int = 0) -> tuple[str, bool]:
    """Take an exam with so many wrong answers; return the attempt and whether it is passed."""
    attempt = begin_exam(context, speciality, level)
    row = find_attempt(context, own_id_of(context), attempt)
    for number, question in enumerate(drawn_of(row)):
        choice = question.right if number >= wrong else (question.right + 1) % 4
        answer_question(context, attempt, question.id, choice)
    return attempt, finish_exam(context, attempt)


def own_id_of(context: Context) -> str:
    from core.business.specialists.stored import own_specialist

    return own_specialist(context).id


def later(context: Context, **delta: float) -> Context:
    """Return the same person's context at a later moment."""
    return replace(context, now=context.now + timedelta(**delta))
