"""Advice while files are uploaded and previewed."""

from __future__ import annotations

from collections.abc import Iterator

from core.agents.coach import gaps
from core.agents.coach.advice import Advice
from core.agents.coach.facts import Facts
from core.agents.coach.steps.common import CONNECT, PREVIEW, mixed, unrecognised
from core.agents.coach.words import entity_noun
from core.kit.wording import counted, listed


def on_connect(facts: Facts) -> Iterator[Advice]:
    if not facts.sources:
        return
    yield from mixed(facts, CONNECT)
    if missing := gaps.missing_companions(facts):
        yield Advice(
            CONNECT,
            "companions",
            f"Add an export with {listed([entity_noun(name) for name in missing])} records",
            "With them, amounts and references can be proved.",
            "Rows that refer to them are held, or imported without the link.",
            permission="migration.write",
        )
    yield from unrecognised(facts, CONNECT)


def on_preview(facts: Facts) -> Iterator[Advice]:
    if gaps.has_mixed_dates(facts):
        yield Advice(
            PREVIEW,
            "mixed_dates",
            "Compare the dates: some tables have the month first, others the day",
            "Each column is read in the order its values prove, or it is asked; the transform of its field says which.",
            "A wrong order would make 3 April 4 March.",
        )
    if count := gaps.empty_streams(facts):
        yield Advice(
            PREVIEW,
            "empty_streams",
            f"{counted(count, 'table', 'have')} no rows: check the reader options",
            "A table without rows often has its header in another row, or another delimiter.",
            "Its records would be missing from the import.",
            screen="connect",
            permission="migration.write",
        )
    yield from unrecognised(facts, PREVIEW)
