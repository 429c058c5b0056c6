"""Load the questions of exams from data/certification/<speciality>.yaml, checked when they are read. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

from pydantic import BaseModel, ConfigDict, model_validator

from core.business.specialists.program import program, read_yaml, speciality

OPTIONS = 4


class Question(BaseModel):
    """A question with four options, of which that at `answer` is right; `why` explains it after the exam."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str
    module: str
    text: str
    options: tuple[str, ...]
    answer: int
    why: str

    @model_validator(mode="after")
    def _check(self) -> Question:
        if len(set(self.options)) != OPTIONS or not 0 <= self.answer < OPTIONS:
            raise ValueError(f"{self.id} needs {OPTIONS} different options, one of them right")
        if not (self.text.strip() and self.why.strip() and all(map(str.strip, self.options))):
            raise ValueError(f"{self.id} has an empty text")
        return self


@cache
def questions(speciality_key: str, level_key: str) -> Mapping[str, Question]:
    """Return the questions of an exam by their ids, in the order of the file. ValueError for a fault of the file."""
    document: Mapping[str, Sequence[Mapping[str, Any]]] = read_yaml(speciality_key)
    modules = speciality(speciality_key).modules
    entries = [Question.model_validate(entry) for entry in document[level_key]]
    by_id = {entry.id: entry for entry in entries}
    if len(by_id) != len(entries):
        raise ValueError(f"a question of {speciality_key} {level_key} stands twice")
    if unknown := {entry.module for entry in entries} - modules.keys():
        raise ValueError(f"{speciality_key} has no module {', '.join(sorted(unknown))}")
    return by_id


def coverage(speciality_key: str) -> Mapping[str, Mapping[str, int]]:
    """Count the questions of a speciality by level and module."""
    modules = speciality(speciality_key).modules
    result = {}
    for key in program().levels:
        counts = Counter(entry.module for entry in questions(speciality_key, key).values())
        result[key] = {module: counts[module] for module in modules}
    return result
