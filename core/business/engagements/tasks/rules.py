"""Decide which tasks findings open and close, which tasks block, and which dependencies are possible. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from core.business.engagements.milestones.rules import MilestoneKey
from core.business.engagements.rules import TaskState
from core.errors import ConflictError, InvalidInputError
from core.kit.wording import counted, listed

MAX_TITLE = 200


STATE_LABELS: Mapping[str, str] = {
    TaskState.OPEN: "Open",
    TaskState.DONE: "Done",
    TaskState.CANCELLED: "Cancelled",
}


class FindingKind(StrEnum):
    """What a task was opened by: it closes when the finding is gone."""

    UNDECIDED_FIELDS = "undecided_fields"
    HELD_ROWS = "held_rows"
    RECONCILIATION = "reconciliation"
    CERTIFICATE = "certificate"


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that is open. `subject` (id of a migration or a specialist) tells it from others of its kind."""

    kind: FindingKind
    subject: str
    title: str

    @property
    def key(self) -> str:
        """What task.finding stores: 'held_rows:<id>'."""
        return f"{self.kind.value}:{self.subject}"


BLOCKED_BY: Mapping[FindingKind, MilestoneKey | None] = {
    FindingKind.UNDECIDED_FIELDS: MilestoneKey.DATA_ANALYSIS,
    FindingKind.HELD_ROWS: MilestoneKey.DATA_MIGRATION,
    FindingKind.RECONCILIATION: MilestoneKey.SYSTEM_TESTING,
    FindingKind.CERTIFICATE: None,
}
"""What a task of a finding blocks; an expiring certificate blocks nothing: another specialist may take over."""


def title_of(kind: FindingKind, name: str, count: int = 0) -> str:
    """Write the title of a finding's task; `name` is the migration's or the specialist's."""
    if kind == FindingKind.UNDECIDED_FIELDS:
        return f"Decide {counted(count, 'field')} of {name}"
    if kind == FindingKind.HELD_ROWS:
        return f"Correct {counted(count, 'held row')} of {name}"
    if kind == FindingKind.RECONCILIATION:
        return f"Settle the reconciliation of {name}"
    return f"Renew the certificate of {name}"


@dataclass(frozen=True, slots=True)
class FindingTask:
    """A task that a finding opened, as it is stored."""

    id: str
    finding: str
    state: str
    title: str


@dataclass(frozen=True, slots=True)
class Changes:
    """What the findings of an order change of its tasks. `close` and `reopen` hold ids, `retitle` id -> title."""

    open: tuple[Finding, ...] = ()
    close: tuple[str, ...] = ()
    reopen: tuple[str, ...] = ()
    retitle: tuple[tuple[str, str], ...] = ()

    @property
    def count(self) -> int:
        return len(self.open) + len(self.close) + len(self.reopen) + len(self.retitle)


def changes(findings: Iterable[Finding], tasks: Sequence[FindingTask]) -> Changes:
    """Compare what is open with the tasks there are: one task a finding, open while the finding is there.

    A task that a person cancelled stays cancelled as long as its finding lasts. Applied, the same findings change nothing.
    """
    present = {finding.key: finding for finding in findings}
    by_key = {task.finding: task for task in tasks}
    renamed = [
        (task.id, present[key].title)
        for key, task in by_key.items()
        if key in present and task.state != TaskState.CANCELLED and task.title != present[key].title
    ]
    return Changes(
        open=tuple(finding for key, finding in present.items() if key not in by_key),
        close=tuple(
            task.id for key, task in by_key.items() if key not in present and task.state == TaskState.OPEN
        ),
        reopen=tuple(
            task.id for key, task in by_key.items() if key in present and task.state == TaskState.DONE
        ),
        retitle=tuple(renamed),
    )


def check_title(title: str) -> str:
    """Return the title in one line. InvalidInputError for none or one that is too long."""
    title = " ".join(title.split())
    if not title:
        raise InvalidInputError("The task has no title.", hint="Say in a few words what is to be done.")
    if len(title) > MAX_TITLE:
        raise InvalidInputError(f"The title has more than {MAX_TITLE} characters.", hint="Shorten it.")
    return title


def check_done_by_hand(state: str, finding: str | None, open_before: Sequence[str]) -> None:
    """Raise ConflictError unless a person may mark the task done; `open_before` are titles of tasks it waits for."""
    if finding:
        raise ConflictError(
            "This task closes by itself when its finding is gone.",
            hint="Open what it is about and settle it.",
        )
    if state != TaskState.OPEN:
        raise ConflictError(f"This task is {state} already.", hint="Reload the page.", state=state)
    if open_before:
        raise ConflictError(
            f"{counted(len(open_before), 'task')} must be done first: {listed(open_before)}.",
            hint="Do these first.",
        )


def leads_back(task: str, waits_for: str, edges: Mapping[str, Collection[str]]) -> bool:
    """Tell whether `waits_for` itself waits for the task, over other tasks or at once; `edges` is task -> what it waits for."""
    pending, visited = [waits_for], set()
    while pending:
        present = pending.pop()
        if present == task:
            return True
        if present not in visited:
            visited.add(present)
            pending += edges.get(present, ())
    return False


def due_status(due_on: date | None, state: str, today: date) -> str:
    """Word how a task stands: 'Cancelled', 'Done', '3 d late', 'Due today', 'Open'."""
    if state != TaskState.OPEN or due_on is None:
        return STATE_LABELS.get(state, state)
    if due_on < today:
        return f"{(today - due_on).days:,} d late"
    return "Due today" if due_on == today else STATE_LABELS[TaskState.OPEN]
