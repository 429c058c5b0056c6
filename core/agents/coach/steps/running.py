"""Advice while the data is tested and goes live, beside the journey's next action."""

from __future__ import annotations

from collections.abc import Iterator

from core.agents.coach.advice import Advice, Offer
from core.agents.coach.facts import Facts
from core.agents.coach.steps.common import LIVE, TEST, second
from core.agents.coach.steps.journey import ROLLBACK_WARNS
from core.engine.progress.facts import RunFacts
from core.kit.wording import counted


def on_test(facts: Facts) -> Iterator[Advice]:
    latest = facts.validation
    if latest is None or not facts.is_validated or facts.imports_now:
        return
    if latest.held:
        yield Advice(
            TEST,
            "held_rows",
            f"View {counted(latest.held, 'row')} with errors",
            "Each finding names its row, its field and how to fix it.",
            "They would be held and stay out of the import.",
            screen="validation",
        )
    if units := latest.issues.get("unit_unproved"):
        yield Advice(
            TEST,
            "unit",
            f"Set the unit of {counted(units, 'money field')}: dollars or cents",
            "Neither the values nor a person has settled it.",
            "A price could come out 100x too high or too low.",
            screen="mapping",
            permission="mapping.edit",
        )
    yield from second(facts, TEST)


def on_live(facts: Facts) -> Iterator[Advice]:
    run = facts.progress.imported
    if run is None or run.state in {"cancelled", "rolled_back", "draft"}:
        if facts.is_validated:
            yield from second(facts, LIVE)
        return
    if run.state in {"paused", "failed"} and facts.has_written(run.id):
        yield _roll_back(run, "Until it is resumed, part of the data is imported and the rest is not.")
    if run.state in {"completed", "awaiting_approval"} and run.held:
        yield Advice(
            LIVE,
            "held_file",
            f"Download {counted(run.held, 'held row')} as a file",
            "It has the source's own columns, and beside each row the problem and how to fix it.",
            "Correct the rows in it, then upload it on Connect.",
            Offer("held_file", "Download held rows", {"run_id": run.id}),
            screen="runs",
        )
    if run.state in {"completed", "awaiting_approval"}:
        yield Advice(
            LIVE,
            "compare",
            "Compare source and target, day by day",
            "Every row has its outcome, and every difference of money is named.",
            "A difference is easiest to explain while both systems are at hand.",
            screen="reconciliation",
        )


def _roll_back(run: RunFacts, why: str) -> Advice:
    return Advice(
        LIVE,
        "roll_back",
        "Roll back the import",
        why,
        "Reports would count partial data.",
        Offer("rollback", "Roll back", {"run_id": run.id}, ROLLBACK_WARNS),
        screen="runs",
        permission=run.undo_permission,
    )
