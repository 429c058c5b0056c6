"""The questions of data/feedback.yaml, their scores, and what answers add up to. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from functools import cache
from typing import Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field

from core.errors import ConflictError, InvalidInputError
from core.kit.printable import is_readable
from core.kit.wording import counted
from core.settings import ROOT

QUESTIONS = ROOT / "data" / "feedback.yaml"
SATISFACTION, NPS = "satisfaction", "nps"
SCALES: Mapping[str, tuple[int, int]] = {SATISFACTION: (1, 5), NPS: (0, 10)}
"""Kind -> lowest and highest score."""

MAX_COMMENT = 2_000  # characters
NO_VALUE = "–"
_PROMOTER_FROM, _DETRACTOR_TO = 9, 6
_TENTH = Decimal("0.1")


class Question(BaseModel):
    """What is asked, and by which scale."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    kind: Literal["satisfaction", "nps"]
    text: str


class FeedbackRules(BaseModel):
    """`questions`: milestone -> what is asked once it is reached. Below `min_sample` answers no figure is shown."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    min_sample: int = Field(ge=1)
    questions: Mapping[str, Question]


@dataclass(frozen=True, slots=True)
class Figure:
    """What answers of a period add up to; `value` is None below the minimum sample. `size` is how many there are."""

    kind: str
    value: Decimal | None
    size: int
    since: date | None
    until: date | None
    min_sample: int

    @property
    def text(self) -> str:
        """The value: '4.6' for an average, '+40', '0' or '-12' for an NPS, '–' without one."""
        if self.value is None:
            return NO_VALUE
        return f"{self.value:+f}" if self.kind == NPS and self.value else f"{self.value:f}"

    @property
    def sample_text(self) -> str:
        """The sample in words: '7 answers', or what is missing: '3 of 5 answers needed'."""
        if self.value is None:
            return f"{self.size} of {self.min_sample} answers needed"
        return counted(self.size, "answer")


@cache
def feedback_rules() -> FeedbackRules:
    """Read data/feedback.yaml."""
    with QUESTIONS.open(encoding="utf-8") as file:
        return FeedbackRules.model_validate(yaml.safe_load(file))


def check_score(kind: str, score: int) -> None:
    """Raise InvalidInputError unless the score is a whole number of the kind's scale."""
    lowest, highest = SCALES[kind]
    if isinstance(score, bool) or not isinstance(score, int) or not lowest <= score <= highest:
        raise InvalidInputError(
            "This is no score.", hint=f"Choose a whole number from {lowest} to {highest}."
        )


def check_comment(comment: str) -> str:
    """Return a comment without spaces around it, '' for none. InvalidInputError for a long or unreadable one."""
    text = comment.strip()
    if len(text) > MAX_COMMENT or not is_readable(text, more="\n\t"):
        raise InvalidInputError(
            "The comment cannot be stored.", hint=f"Write at most {MAX_COMMENT:,} characters."
        )
    return text


def check_open(score: int | None) -> None:
    """Raise ConflictError where a question has its answer."""
    if score is not None:
        raise ConflictError("This was answered already.", hint="Thank you; one answer counts.")


def average(scores: Sequence[int]) -> Decimal | None:
    """Compute the mean of satisfaction scores to one decimal, halves up; None without any."""
    if not scores:
        return None
    return (Decimal(sum(scores)) / len(scores)).quantize(_TENTH, ROUND_HALF_UP)


def net_promoter_score(scores: Sequence[int]) -> Decimal | None:
    """Compute the NPS: percentage of 9 and 10 less percentage of 0 to 6, whole, halves away from zero; None without any."""
    if not scores:
        return None
    promoters = sum(score >= _PROMOTER_FROM for score in scores)
    detractors = sum(score <= _DETRACTOR_TO for score in scores)
    return (Decimal(100 * (promoters - detractors)) / len(scores)).quantize(Decimal(1), ROUND_HALF_UP)


def figure(kind: str, scores: Sequence[int], since: date | None = None, until: date | None = None) -> Figure:
    """Add up the answers of a period, of a kind; no value below the minimum sample."""
    minimum = feedback_rules().min_sample
    compute = net_promoter_score if kind == NPS else average
    value = compute(scores) if len(scores) >= minimum else None
    return Figure(kind, value, len(scores), since, until, minimum)
