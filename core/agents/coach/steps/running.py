"""Advice while the data is tested and goes live."""

from __future__ import annotations

from collections.abc import Iterator

from core.agents.coach.advice import Advice, Offer
from core.agents.coach.facts import Facts, RunFact
from core.agents.coach.steps.common import LIVE, TEST, second, suggest, validate
from core.agents.coach.words import some

UNDER_WAY = frozenset({"queued", "running", "verifying", "rolling_back"})


def on_test(facts: Facts) -> Iterator[Advice]:
    if not facts.review.planned:
        yield from suggest(facts, TEST)
        return
    yield from validate(facts, TEST)
    found = facts.validation
    if found is None or not facts.is_validated:
        return
    yield from _rehearse(facts, TEST)
    if found.held:
        yield Advice(
            TEST,
            "held_rows",
            f"Look at {some(found.held, 'row')} with errors",
            "Each finding names its row, its field and what to do.",
            "They would stay out of the import.",
            screen="validation",
        )
    if units := found.issues.get("unit_unproved"):
        yield Advice(
            TEST,
            "unit",
            f"Say of {some(units, 'money field')} whether it is in cents",
            "Neither the values nor a person has settled it.",
            "A price could come out a hundred times too high or too low.",
            screen="mapping",
        )
    yield from second(facts, TEST)


def on_live(facts: Facts) -> Iterator[Advice]:
    run = facts.runs.get("import")
    if run and run.state not in {"cancelled", "rolled_back", "draft"}:
        yield from _under_way(facts, run)
        return
    if run and run.state == "cancelled" and facts.has_written(run.id):
        yield _take_back(run, "The cancelled import has left records behind.")
    if not facts.review.planned:
        return
    yield from validate(facts, LIVE)
    if facts.validation is None or not facts.is_validated:
        return
    yield from second(facts, LIVE)
    if not _rehearsed(facts):
        yield from _rehearse(facts, LIVE)
    elif not facts.awaiting_second:
        held = facts.runs["dry_run"].held
        yield Advice(
            LIVE,
            "import",
            f"Start the import of {some(facts.rows, 'row')}",
            f"The dry run of the same mapping has ended and held {held:,} back.",
            "The old system goes on alone, and this export grows old.",
            Offer(
                "start",
                "Start import",
                {"kind": "import"},
                (
                    f"The last dry run held {some(held, 'row')}.",
                    "Records that are there already follow the strategies set on Rules.",
                    "The import can be paused, and rolled back afterwards.",
                ),
            ),
        )


def _under_way(facts: Facts, run: RunFact) -> Iterator[Advice]:
    if run.state == "queued" and not facts.has_worker:
        yield Advice(
            LIVE,
            "no_worker",
            "Start a worker: the import waits, and nobody is there to carry it out",
            "Runs are carried out by the worker process.",
            "It waits until one is there.",
            screen="operations",
        )
    if run.state in {"paused", "failed"}:
        yield Advice(
            LIVE,
            "resume",
            f"Go on with the {run.state} import",
            "What is loaded stays; it goes on with the next chunk.",
            "A part of the data is there, and the rest is not.",
            Offer("resume", "Resume", {"run_id": run.id}),
        )
        if facts.has_written(run.id):
            yield _take_back(run, "Until it goes on, a part of the data is there and the rest is not.")
    if run.state == "awaiting_approval":
        yield Advice(
            LIVE,
            "differences",
            "Look at the differences, then approve the import or roll it back",
            "Source and target do not agree in everything; each difference is listed with its day.",
            "The import stays open until a manager has decided.",
            screen="parallel_run",
        )
    if run.state in {"completed", "awaiting_approval"} and run.held:
        yield Advice(
            LIVE,
            "held_file",
            f"Correct {some(run.held, 'row')} that stayed out, and send the file again",
            "The file has the source's own columns, and beside each row the problem and its remedy.",
            "These records exist in the old system only.",
            Offer("held_file", "Download held rows", {"run_id": run.id}),
            screen="runs",
        )
    if run.state == "completed":
        yield Advice(
            LIVE,
            "compare",
            "Compare source and target, day by day",
            "Every row has its fate, and every cent of a difference has a name.",
            "A difference is cheapest to explain while both systems are at hand.",
            screen="parallel_run",
        )


def _rehearsed(facts: Facts) -> bool:
    """Whether a dry run of the newest validation has come to its end."""
    run, found = facts.runs.get("dry_run"), facts.validation
    return run is not None and found is not None and run.state == "completed" and run.at >= found.at


def _rehearse(facts: Facts, step: str) -> Iterator[Advice]:
    run = facts.runs.get("dry_run")
    if _rehearsed(facts) or any(other.state in UNDER_WAY for other in facts.runs.values()):
        return
    if run and run.state in {"paused", "failed"}:
        yield Advice(
            step,
            "resume_dry_run",
            f"Go on with the {run.state} dry run",
            "It begins anew; the target stays as it is.",
            "What the import would change is not known yet.",
            Offer("resume", "Resume", {"run_id": run.id}),
            screen="dry_run",
        )
        return
    yield Advice(
        step,
        "dry_run",
        "Do a dry run",
        "It does all that an import does, and takes it back: new, changed, same and held, field by field.",
        "What the import would change is not known yet.",
        Offer("start", "Start a dry run", {"kind": "dry_run"}),
        screen="dry_run",
    )


def _take_back(run: RunFact, why: str) -> Advice:
    return Advice(
        LIVE,
        "roll_back",
        "Roll the import back",
        why,
        "Reports would count what is there only in part.",
        Offer(
            "rollback",
            "Roll back",
            {"run_id": run.id},
            (
                "Every record the import made or changed is put back, the newest first.",
                "Records that somebody edited since are kept and listed.",
            ),
        ),
        screen="runs",
    )
