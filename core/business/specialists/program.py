"""Load the certification program from data/certification/program.yaml: specialities, levels, the size of an exam. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any

import yaml
from pydantic import BaseModel, ConfigDict

from core.errors import NotFoundError
from core.settings import ROOT

FOLDER = ROOT / "data" / "certification"


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Speciality(_Part):
    """What a certificate is about; `months` is how long it holds, `modules` are key -> title."""

    title: str
    domain: str
    months: int
    modules: Mapping[str, str]


class Level(_Part):
    """How far a certificate reaches; `requires` is the level below, `pass_percent` the share of right answers needed."""

    title: str
    scope: str
    requires: str | None
    pass_percent: int


class ExamSize(_Part):
    """An exam: how many questions in how many minutes, and `attempts` allowed within `within_days`."""

    questions: int
    minutes: int
    attempts: int
    within_days: int


class Program(_Part):
    """The certification; `reminders` are days before a certificate expires, the most first."""

    specialities: Mapping[str, Speciality]
    levels: Mapping[str, Level]
    exam: ExamSize
    reminders: tuple[int, ...]


@cache
def program() -> Program:
    """Return the certification program."""
    return Program.model_validate(read_yaml("program"))


def speciality(key: str) -> Speciality:
    """Return a speciality by its key; NotFoundError for one that does not exist."""
    if key not in program().specialities:
        raise NotFoundError(
            f"There is no speciality {key!r}.", hint=f"Use one of {', '.join(program().specialities)}."
        )
    return program().specialities[key]


def level(key: str) -> Level:
    """Return a level by its key; NotFoundError for one that does not exist."""
    if key not in program().levels:
        raise NotFoundError(f"There is no level {key!r}.", hint=f"Use one of {', '.join(program().levels)}.")
    return program().levels[key]


def rank(key: str) -> int:
    """Return how high a level is: 0 for the lowest. ValueError for one that does not exist."""
    return tuple(program().levels).index(key)


def certificate_title(speciality_key: str, level_key: str) -> str:
    """Name a certificate: 'Toast Professional'."""
    return f"{speciality(speciality_key).title} {level(level_key).title}"


def read_yaml(name: str) -> Any:
    """Read data/certification/<name>.yaml."""
    with (FOLDER / f"{name}.yaml").open("rb") as file:
        return yaml.load(file, Loader=yaml.CSafeLoader)
