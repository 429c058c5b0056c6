"""Derive the button that starts an import, and what its dialog says. Pure.

An import without a dry run stays possible, but its button is the main one only where the journey's next action is to
start.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from core.engine.progress.facts import CURRENT, NOT_VALIDATED, Facts, RunFacts
from core.engine.progress.rules import Journey
from core.engine.runs.rules import UNDER_WAY
from core.kit.wording import agree, counted
from core.platform.access.refusals import refusal


@dataclass(frozen=True, slots=True)
class StartButton:
    """`primary`: the journey's next action. `reason` says why it is not `enabled`; `consequences` are the dialog's."""

    label: str
    primary: bool
    enabled: bool
    reason: str
    consequences: tuple[str, ...]


def start_button(facts: Facts, journey: Journey, may: Collection[str]) -> StartButton:
    """Derive the start button of the Runs screen."""
    reason = _obstacle(facts, may)
    return StartButton(
        "Start import again" if facts.imported else "Start import",
        journey.action.key == "start" and not reason,
        not reason,
        reason,
        tuple(_consequences(facts)),
    )


def is_rehearsed(facts: Facts) -> bool:
    """Tell whether a dry run of the mapping and the files as they are has completed."""
    dry = facts.dry_run
    return dry is not None and dry.current and dry.state == "completed" and facts.validation == CURRENT


def _obstacle(facts: Facts, may: Collection[str]) -> str:
    if "run.start" not in may:
        return refusal("run.start")
    if facts.validation != CURRENT:
        return (
            "Validate the data first."
            if facts.validation == NOT_VALIDATED
            else "Validate the changed data again."
        )
    if not facts.planned:
        return "Map at least one field first."
    if facts.second:
        return f"{counted(facts.second, 'field')} must be approved by a second person first."
    runs = (facts.dry_run, facts.imported)
    if any(run and (run.state in UNDER_WAY) for run in runs):
        return "A run of this migration is in progress."
    return ""


def _consequences(facts: Facts) -> list[str]:
    lines = []
    if facts.imported and facts.imported.state == "failed":
        lines.append(
            "The last import failed: resuming it goes on where it stopped. Records it has loaded stay in the target."
        )
    dry = facts.dry_run
    if dry and is_rehearsed(facts):
        lines.append(_outcome(dry))
    else:
        lines.append(
            "No dry run was done for this mapping: what the import would change or hold is not known."
        )
    if facts.asked:
        lines.append(
            f"{counted(facts.asked, 'column')} with an open question {agree(facts.asked, 'are')} not imported."
        )
    if unreviewed := facts.to_review - facts.asked:
        lines.append(
            f"{counted(unreviewed, 'field')} not reviewed: high and medium suggestions are imported anyway,"
            " with no reviewer on record."
        )
    if facts.imported and facts.imported.state == "awaiting_approval":
        lines.append("The last import still awaits approval.")
    lines.append("Records that already exist follow the strategies set on Rules.")
    lines.append("The import can be paused, and rolled back afterwards.")
    return lines


def _outcome(dry: RunFacts) -> str:
    """Describe the dry run: '9 of 14 rows imported, 0 held for correction'."""
    held = f"{dry.held:,} held for correction"
    if not dry.file_rows:
        return f"The dry run: {counted(dry.held, 'row')} held for correction."
    return f"The dry run: {dry.imported:,} of {counted(dry.file_rows, 'row')} imported, {held}."
