"""Advice that several steps give, and the names of the steps."""

from __future__ import annotations

from collections.abc import Iterator

from core.agents.coach import gaps
from core.agents.coach.advice import Advice
from core.agents.coach.facts import Facts
from core.agents.coach.words import systems
from core.kit.wording import counted

CONNECT, PREVIEW, MAP, RULES, TEST, LIVE = "connect", "preview", "map", "rules", "test", "live"


def mixed(facts: Facts, step: str) -> Iterator[Advice]:
    if names := gaps.systems(facts):
        yield Advice(
            step,
            "several_sources",
            f"Create one migration for each system: {systems(names)}",
            "Within a migration records are known by the IDs of one system.",
            "Equal IDs of two systems would be taken for one record.",
            permission="migration.write",
        )


def unrecognised(facts: Facts, step: str) -> Iterator[Advice]:
    if count := gaps.unrecognised(facts):
        yield Advice(
            step,
            "unrecognised",
            f"Check how {counted(count, 'file', 'were')} read",
            "The system is not recognised, so header, delimiter and date order are inferred from the rows.",
            "A wrong header row or date order spoils every value of a column.",
            screen="preview" if step == CONNECT else "connect",
        )


def second(facts: Facts, step: str) -> Iterator[Advice]:
    if facts.awaiting_second:
        yield Advice(
            step,
            "second_person",
            f"Get second approval for {counted(facts.awaiting_second, 'field')}",
            "Money, consent and loyalty above a limit are approved by a second person.",
            "The import does not start without it.",
            screen="mapping",
            permission="mapping.edit",
        )
