"""The journey's next action as advice: the same label, and one click that does it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from core.agents.coach.advice import Advice, Offer
from core.agents.coach.facts import Facts
from core.engine.progress.start import start_button
from core.kit.wording import counted


@dataclass(frozen=True, slots=True)
class _Reason:
    """The reason why an action is next, and the risk of leaving it."""

    why: str
    risk: str


_WATCH = _Reason("It continues on its own.", "Until it ends, no other run of this migration can start.")
_RESUME = _Reason(
    "Loaded records stay; the run continues with the next chunk.",
    "Part of the data is imported, the rest is not.",
)

_REASONS: Mapping[str, _Reason] = {
    "check_files": _Reason(
        "A table without rows often has its header in another row, or another delimiter.",
        "Nothing can be mapped without rows.",
    ),
    "suggest": _Reason(
        "Each column is compared with the target by name, values and position; existing decisions stay.",
        "A column without a suggestion and without a decision is not imported.",
    ),
    "review": _Reason(
        "High-confidence suggestions can be accepted together; check money and people one by one.",
        "Unreviewed fields are imported anyway, with no reviewer on record.",
    ),
    "map": _Reason("Every field is excluded or without a target.", "An import would write nothing."),
    "validate": _Reason(
        "The whole data is read through the mapping, and nothing is written.",
        "Errors would surface only in the target.",
    ),
    "validate_again": _Reason(
        "The mapping, the rules or the files changed since the last validation.",
        "No run can start on outdated findings.",
    ),
    "dry_run": _Reason(
        "It does everything an import does and rolls it back: new, changed, same and held, field by field.",
        "What the import would change or hold is not known.",
    ),
    "view_dry_run": _WATCH,
    "end_dry_run": _Reason(
        "The mapping, the rules or the files changed since the dry run was paused.",
        "No other run of this migration can start until it has ended.",
    ),
    "resume_dry_run": _Reason(
        "It starts over; the target stays as it is.", "What the import would change or hold is not known."
    ),
    "approve_fields": _Reason(
        "Another person decided them; money, consent and loyalty above a limit need a second person.",
        "The import does not start without it.",
    ),
    "view_second": _Reason(
        "Money, consent and loyalty above a limit are approved by a second person.",
        "The import does not start without it.",
    ),
    "view_import": _WATCH,
    "view_rollback": _WATCH,
    "no_worker": _Reason(
        "Runs are carried out by the worker process, and none is online.",
        "The run goes on when a worker is online.",
    ),
    "resume": _RESUME,
    "approve": _Reason(
        "Source and target differ, or rows are held; each difference is listed with its day.",
        "The import stays open until a manager approves it or rolls it back.",
    ),
    "correct": _Reason(
        "The Runs screen lists them by cause, each with how to fix it.",
        "Until then these records exist in the old system only.",
    ),
    "decide_rows": _Reason(
        "Nobody decided the fields of their tables, so the import left them out.",
        "Until then these records exist in the old system only.",
    ),
    "compare": _Reason(
        "Every row has its outcome, and every difference of money is named.",
        "A difference is easiest to explain while both systems are at hand.",
    ),
    "roll_back": _Reason(
        "The cancelled import left records in the target.", "Reports would count partial data."
    ),
}

ROLLBACK_WARNS = (
    "Every record the import created or changed is restored, the newest first.",
    "Records edited since are kept and listed.",
)


def next_step(facts: Facts, step: str) -> Advice:
    """Return the journey's next action as advice; without the permission it names whom to ask and has no button."""
    action = facts.journey.action
    reason = _reason(facts, action.key)
    if not action.enabled:
        return Advice(step, action.key, action.label, action.reason, reason.risk)
    offer = _offer(facts, action.key, action.label)
    return Advice(step, action.key, action.label, reason.why, reason.risk, offer, action.screen)


def _reason(facts: Facts, key: str) -> _Reason:
    if key == "upload":
        school = facts.domain == "school"
        return _Reason(
            "Bring students, classes and enrollments exported on the same day: records refer to each other."
            if school
            else "Bring the menu, and orders with their lines and payments: what is exported together fits together.",
            "Rows with missing references are held."
            if school
            else "Without them, somebody has to say for every amount whether it is in cents.",
        )
    if key == "start":
        dry = facts.progress.dry_run
        return _Reason(
            f"The dry run of this mapping completed and held {counted(dry.held if dry else 0, 'row')}.",
            "Until you import, this export gets out of date.",
        )
    return _REASONS[key]


def _offer(facts: Facts, key: str, label: str) -> Offer | None:
    """Return the offer of one click; None where the action is done on its screen."""
    dry, imported = facts.progress.dry_run, facts.progress.imported
    actions: Mapping[str, tuple[str, dict[str, str]]] = {
        "suggest": ("suggest", {}),
        "validate": ("validate", {}),
        "validate_again": ("validate", {}),
        "dry_run": ("start", {"kind": "dry_run"}),
        "start": ("start", {"kind": "import"}),
        "resume_dry_run": ("resume", {"run_id": dry.id if dry else ""}),
        "resume": ("resume", {"run_id": imported.id if imported else ""}),
        "roll_back": ("rollback", {"run_id": imported.id if imported else ""}),
    }
    if key not in actions:
        return None
    warns: tuple[str, ...] = ROLLBACK_WARNS if key == "roll_back" else ()
    if key == "start":
        warns = start_button(facts.progress, facts.journey, facts.permissions).consequences
    name, arguments = actions[key]
    return Offer(name, label, arguments, warns)
