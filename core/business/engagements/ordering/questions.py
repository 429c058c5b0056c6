"""Read data/assessment.yaml: what a customer is asked before an order, and what is wrong with an answer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any, Literal, Self

import yaml
from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, model_validator

from core.business.catalog.packages import MEASURES, catalog
from core.errors import InvalidInputError
from core.kit.wording import listed
from core.settings import ROOT

ASSESSMENT = ROOT / "data" / "assessment.yaml"
MAX_TEXT = 500
Answer = int | str | list[str]


class Question(BaseModel):
    """A question of the assessment. `measure` is what its answer counts for the fit of a package, None for nothing."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    key: str
    label: str
    kind: Literal["count", "choices", "text"]
    measure: str | None = None
    least: int = 0
    most: int = 0
    options: Mapping[str, str] = Field(default_factory=dict)
    from_catalog: bool = False
    is_required: bool = False
    help: str = ""

    @model_validator(mode="after")
    def _check(self) -> Self:
        if self.measure is not None and self.measure not in MEASURES:
            raise ValueError(f"{self.key} counts what no package limits")
        if self.kind == "count" and self.most <= self.least:
            raise ValueError(f"{self.key} has no range")
        if (self.kind == "choices") != bool(self.options or self.from_catalog):
            raise ValueError(f"{self.key} needs options, or has some that nobody chooses")
        return self


@cache
def _declared() -> Mapping[str, Sequence[Question]]:
    with ASSESSMENT.open(encoding="utf-8") as file:
        return TypeAdapter(dict[str, list[Question]]).validate_python(yaml.safe_load(file))


@cache
def questions(domain: str) -> Sequence[Question]:
    """List the questions of a line of business. InvalidInputError for one that has none."""
    if domain not in _declared():
        raise InvalidInputError(
            "Nothing can be ordered in this line of business.", hint="Contact us for an offer."
        )
    sources = {key: source.title for key, source in catalog(domain).sources.items()}
    return [
        question.model_copy(update={"options": sources}) if question.from_catalog else question
        for question in _declared()[domain]
    ]


def check_answers(domain: str, answers: Mapping[str, Any]) -> dict[str, Answer]:
    """Return answers as they are stored. InvalidInputError for a key that is not asked, or a value of another kind.

    An answer of None takes an earlier one back: it stays out.
    """
    known = {question.key: question for question in questions(domain)}
    if unknown := answers.keys() - known.keys():
        raise InvalidInputError(f"{min(unknown)!r} is not asked.", hint="Reload the page.")
    return {key: _checked(known[key], value) for key, value in answers.items() if value is not None}


def _checked(question: Question, value: Any) -> Answer:
    if question.kind == "count" and isinstance(value, int) and not isinstance(value, bool):
        if question.least <= value <= question.most:
            return value
        raise InvalidInputError(
            f"{question.label}: enter a number from {question.least:,} to {question.most:,}.",
            hint="Correct the number.",
        )
    if question.kind == "text" and isinstance(value, str) and len(value) <= MAX_TEXT:
        return value.strip()
    if question.kind == "choices" and isinstance(value, (list, tuple)):
        chosen = set(value)
        if chosen <= question.options.keys():
            return [key for key in question.options if key in chosen]
    raise InvalidInputError(
        f"{question.label}: this is not an answer.",
        hint=f"Write at most {MAX_TEXT} characters." if question.kind == "text" else "Answer it again.",
    )


def answer_text(question: Question, answer: Answer | None) -> str:
    """Write an answer for people; '–' for none."""
    if answer in (None, "", []):
        return "–"
    if isinstance(answer, list):
        return listed([question.options.get(key, key) for key in answer])
    return f"{answer:,}" if isinstance(answer, int) else str(answer)


def missing(domain: str, answers: Mapping[str, Answer]) -> list[str]:
    """List the labels of required questions without an answer, in their order."""
    return [
        question.label
        for question in questions(domain)
        if question.is_required and answers.get(question.key) in (None, "", [])
    ]


def counts_of(domain: str, answers: Mapping[str, Answer]) -> dict[str, int]:
    """Return what the answers count: measure -> count. Of choices it is how many are chosen."""
    counts = {}
    for question in questions(domain):
        answer = answers.get(question.key)
        if question.measure is None or answer in (None, "", []):
            continue
        counts[question.measure] = answer if isinstance(answer, int) else len(answer or ())
    return counts
