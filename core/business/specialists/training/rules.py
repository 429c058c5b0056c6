"""Load the training from data/certification/training.yaml, and tell which steps are open. Pure."""

from __future__ import annotations

from collections.abc import Collection
from functools import cache

from pydantic import BaseModel, ConfigDict

from core.business.specialists.program import read_yaml
from core.errors import NotFoundError


class Step(BaseModel):
    """A step of the training, of so many hours; one with a `speciality` counts for its exams alone."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    key: str
    title: str
    hours: int
    speciality: str | None = None


class Day(BaseModel):
    """A day of the training with its steps."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    title: str
    steps: tuple[Step, ...]


@cache
def days() -> tuple[Day, ...]:
    """List the days of the training."""
    return tuple(Day.model_validate(entry) for entry in read_yaml("training")["days"])


def steps(speciality: str | None = None) -> tuple[Step, ...]:
    """List the steps of all days; with a `speciality` those that its exams need."""
    all_steps = (step for day in days() for step in day.steps)
    return tuple(step for step in all_steps if speciality is None or step.speciality in {None, speciality})


def check_step(key: str) -> None:
    """Raise NotFoundError for a step that the training does not have."""
    if key not in {step.key for step in steps()}:
        raise NotFoundError("There is no such step of the training.", hint="Open the checklist again.")


def open_steps(speciality: str, done: Collection[str]) -> list[str]:
    """List the titles of the steps that an exam of the speciality needs and that are not `done` (keys)."""
    return [step.title for step in steps(speciality) if step.key not in done]
