"""Which fields a model is asked about, between which targets it may choose, and what its answer does. Pure.

It may only re-rank: its choice is one of the matcher's own candidates, or none of them. Its own confidence is one
opinion and is never taken as it stands. With m the matcher's confidence in the target and a the model's:

    both choose it          1 - sqrt((1 - m)(1 - a)), at most 0.95
    the model prefers it    the same, at most 0.90 (never green: two judges differ, so a person looks), where a is more
                            than the matcher's confidence in its own choice
    the matcher's stands    where a is not: its confidence falls to 1 - sqrt((1 - m)a), or stays if that is more

The square root of the product of doubts lies between both opinions: two judges who look at the same name do not err
independently, so agreeing makes neither surer than the surer of them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import log, sqrt
from typing import Any

from core.engine.mapping.bands import GREEN, GREEN_ABOVE, band
from core.platform.ai.rules import NO_CHOICE, Choice
from core.schema import target_schema

AI = "ai"
"""The origin of a suggestion that a model chose, and the feature of the evidence with its reason."""
UNANSWERED = "ai_unanswered"
"""The feature of the evidence that says why a model was asked and gave no answer; it weighs nothing."""

MOST_WHEN_AGREED = 0.95
LEFT_ALONE = 0.7
"""How sure the matcher counts as where it suggests nothing: a model has to be surer to fill the place."""
MOST_CHOICES = 6
BATCH = 25
OPERATION, VERSION = "field_mapping", "field_mapping/1"

INSTRUCTIONS = """
You help to move a business from one system of record to another. Each question is about one column of an export of
the old system; its choices are fields of the new one. Choose the field that holds the same thing. Go by what the
column means together with the table and the columns beside it, not by likeness of letters. A "*" stands for a word
that is kept from you. "none" is right for what the new system has no field for.
"""


@dataclass(frozen=True, slots=True)
class FieldSnapshot:
    """A field as the matcher left it. `confidences`: candidate -> the matcher's confidence; `target` None: nothing."""

    target: str | None
    confidences: Mapping[str, float]

    @property
    def confidence(self) -> float:
        """The matcher's confidence in its choice; that nothing fits is one as well."""
        return self.confidences[self.target] if self.target else LEFT_ALONE


@dataclass(frozen=True, slots=True)
class Outcome:
    """What an answer makes of a field. `is_model_choice`: the target is the model's word, agreeing or not."""

    target: str | None
    confidence: float | None
    is_model_choice: bool
    evidence: dict[str, Any]


def is_unsure(confidence: float | None) -> bool:
    return band(confidence) is not GREEN


def choices(snapshot: FieldSnapshot) -> tuple[str, ...]:
    """Return the closed list: the matcher's best candidates, in an order that tells nothing of how it ranks them."""
    best = sorted(snapshot.confidences, key=lambda target: -snapshot.confidences[target])
    return tuple(sorted(best[:MOST_CHOICES]))


def meaning(target: str) -> str:
    """Return a target as the schema explains it: 'money: base price'."""
    field = target_schema().field(target)
    kind = f"one of {', '.join(field.options)}" if field.options else field.kind
    return f"{'list of ' if field.is_list else ''}{kind}: {field.meaning}"


def judge(snapshot: FieldSnapshot, pick: Choice) -> Outcome:
    """Return the field after the model's answer."""
    choice = None if pick.choice == NO_CHOICE else pick.choice
    joined = _joined(snapshot.confidences.get(choice or "", 0.0), pick.confidence)
    if choice == snapshot.target:
        verdict = "agreed" if choice else "agreed that nothing fits"
        return Outcome(
            choice, min(MOST_WHEN_AGREED, joined) if choice else None, True, _reason(verdict, pick)
        )
    if pick.confidence > snapshot.confidence:
        verdict = f"chose {choice}" if choice else "says that nothing fits"
        verdict += f" instead of {snapshot.target}" if snapshot.target else ""
        return Outcome(choice, min(GREEN_ABOVE, joined) if choice else None, True, _reason(verdict, pick))
    fallen = min(snapshot.confidence, 1 - sqrt((1 - snapshot.confidence) * pick.confidence))
    verdict = f"would choose {choice}" if choice else "sees nothing that fits"
    return Outcome(
        snapshot.target, fallen if snapshot.target else None, False, _reason(verdict, pick, sign=-1)
    )


def unanswered(reason: str) -> dict[str, Any]:
    """Evidence that a model was asked in vain."""
    text = f"The language model gave no answer, so this is what the rules suggest: {reason}"
    return {"feature": UNANSWERED, "weight": 0.0, "text": text}


def held_by_another(outcome: Outcome) -> dict[str, Any]:
    """Evidence that the model's choice was not taken, because a column of the same table holds it already."""
    text = f"{outcome.evidence['text']} Not taken over: another column of this table holds {outcome.target}."
    return {"feature": AI, "weight": 0.0, "text": text}


def _joined(matcher: float, model: float) -> float:
    return 1 - sqrt((1 - matcher) * (1 - model))


def _reason(verdict: str, pick: Choice, *, sign: int = 1) -> dict[str, Any]:
    """Weighs as much as the model is sure, in log odds like all evidence."""
    sure = min(max(pick.confidence, 0.5), 0.99)
    because = f", because: {pick.reason}" if pick.reason else "."
    return {
        "feature": AI,
        "weight": sign * round(log(sure / (1 - sure)), 2),
        "text": f"The language model {verdict} ({pick.confidence:.0%} sure){because}",
    }
