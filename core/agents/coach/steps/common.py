"""Advice that several steps give, and the names of the steps."""

from __future__ import annotations

from collections.abc import Iterator

from core.agents.coach import gaps
from core.agents.coach.advice import Advice, Offer
from core.agents.coach.facts import Facts
from core.agents.coach.words import some, words

CONNECT, PREVIEW, MAP, RULES, TEST, LIVE = "connect", "preview", "map", "rules", "test", "live"


def suggest(facts: Facts, step: str) -> Iterator[Advice]:
    if facts.review.unseen:
        yield Advice(
            step,
            "suggest",
            f"Let {some(facts.review.unseen, 'column')} be suggested",
            "Each is compared with the target by name, values and place; decisions that were made stay.",
            "What has no suggestion and no decision is not imported.",
            Offer("suggest", "Suggest the mapping"),
        )


def mixed(facts: Facts, step: str) -> Iterator[Advice]:
    if systems := gaps.systems(facts):
        yield Advice(
            step,
            "several_sources",
            f"Make one migration for each system: {', '.join(map(words, systems))}",
            "Within a migration records are known by the ids of one system.",
            "Equal ids of two systems would be taken for one record.",
        )


def unrecognised(facts: Facts, step: str) -> Iterator[Advice]:
    if count := gaps.unrecognised(facts):
        yield Advice(
            step,
            "unrecognised",
            f"Check how {some(count, 'file', 'were')} read",
            "The system is not recognised, so header, delimiter and date order are inferred from the rows.",
            "A wrong header row or date order spoils every value of a column.",
            screen="preview" if step == CONNECT else "connect",
        )


def validate(facts: Facts, step: str) -> Iterator[Advice]:
    if facts.validation is None:
        yield Advice(
            step,
            "validate",
            f"Validate {some(facts.rows, 'row')}",
            "The whole data is read through the mapping, and nothing is written.",
            "Its faults would first be seen in the target.",
            Offer("validate", "Validate now"),
        )
    elif not facts.is_validated:
        yield Advice(
            step,
            "validate_again",
            "Validate again",
            "The mapping or the files have changed since the last validation.",
            "No run can start on findings that are out of date.",
            Offer("validate", "Validate now"),
        )


def second(facts: Facts, step: str) -> Iterator[Advice]:
    if facts.awaiting_second:
        yield Advice(
            step,
            "second_person",
            f"Have a second person confirm {some(facts.awaiting_second, 'field')}",
            "Money, consent and loyalty above a limit are not decided by one person alone.",
            "The import does not start without it.",
            screen="mapping",
        )
