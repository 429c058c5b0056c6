"""Advice while files are brought in and looked at."""

from __future__ import annotations

from collections.abc import Iterator

from core.agents.coach import gaps
from core.agents.coach.advice import Advice
from core.agents.coach.facts import Facts
from core.agents.coach.steps.common import CONNECT, PREVIEW, mixed, suggest, unrecognised
from core.agents.coach.words import some, words


def on_connect(facts: Facts) -> Iterator[Advice]:
    if not facts.sources:
        school = facts.domain == "school"
        yield Advice(
            CONNECT,
            "first_files",
            "Bring pupils, classes and enrollments of one day"
            if school
            else "Bring the menu, and orders with their lines and payments",
            "Records refer to each other; what is exported together fits together."
            if school
            else "Where lines, totals and payments add up, cents and dollars are told apart by proof.",
            "References that lead nowhere are held back."
            if school
            else "Without them somebody has to say the unit of every amount.",
        )
        return
    yield from suggest(facts, CONNECT)
    yield from mixed(facts, CONNECT)
    if missing := gaps.missing_companions(facts):
        yield Advice(
            CONNECT,
            "companions",
            f"Add an export with {' and '.join(map(words, missing))} records",
            "With them amounts and references can be proved instead of believed.",
            "What refers to them is held back or stays without its link.",
        )
    yield from unrecognised(facts, CONNECT)


def on_preview(facts: Facts) -> Iterator[Advice]:
    if gaps.has_mixed_dates(facts):
        yield Advice(
            PREVIEW,
            "mixed_dates",
            "Compare the dates: some streams have the month first, others the day",
            "One order of dates holds for the whole import, that of most rows.",
            "3 April would become 4 March, and nothing else would tell.",
        )
    yield from suggest(facts, PREVIEW)
    if count := gaps.empty_streams(facts):
        yield Advice(
            PREVIEW,
            "empty_streams",
            f"{some(count, 'stream', 'have')} no rows: look how the file was read",
            "A stream without rows often has its header in another row, or another delimiter.",
            "What it should hold would be missing without a word.",
            screen="connect",
        )
    yield from unrecognised(facts, PREVIEW)
