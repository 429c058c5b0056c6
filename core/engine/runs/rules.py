"""Define the states of a run and what may follow each, and the fates of a row. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class RunState(StrEnum):
    """Where a run is, from its start to its end or rollback; stored in run.state."""

    DRAFT = "draft"
    QUEUED = "queued"
    RUNNING = "running"
    PAUSED = "paused"
    VERIFYING = "verifying"
    AWAITING_APPROVAL = "awaiting_approval"
    COMPLETED = "completed"
    FAILED = "failed"
    CANCELLED = "cancelled"
    ROLLING_BACK = "rolling_back"
    ROLLED_BACK = "rolled_back"


STATES: dict[str, frozenset[str]] = {
    RunState.DRAFT: frozenset({RunState.QUEUED, RunState.CANCELLED}),
    RunState.QUEUED: frozenset({RunState.RUNNING, RunState.PAUSED, RunState.CANCELLED, RunState.FAILED}),
    RunState.RUNNING: frozenset(
        {RunState.PAUSED, RunState.VERIFYING, RunState.FAILED, RunState.CANCELLED, RunState.COMPLETED}
    ),
    RunState.PAUSED: frozenset(
        {RunState.RUNNING, RunState.QUEUED, RunState.CANCELLED, RunState.ROLLING_BACK}
    ),
    RunState.VERIFYING: frozenset(
        {
            RunState.AWAITING_APPROVAL,
            RunState.COMPLETED,
            RunState.FAILED,
            RunState.PAUSED,
            RunState.CANCELLED,
        }
    ),
    RunState.AWAITING_APPROVAL: frozenset({RunState.QUEUED, RunState.COMPLETED, RunState.ROLLING_BACK}),
    RunState.COMPLETED: frozenset({RunState.ROLLING_BACK}),
    RunState.FAILED: frozenset(
        {RunState.QUEUED, RunState.RUNNING, RunState.CANCELLED, RunState.ROLLING_BACK}
    ),
    RunState.CANCELLED: frozenset({RunState.ROLLING_BACK}),
    RunState.ROLLING_BACK: frozenset({RunState.ROLLED_BACK, RunState.FAILED}),
    RunState.ROLLED_BACK: frozenset({RunState.ROLLING_BACK}),  # again, for records that were kept at first
}
"""state -> the states it may change to. The UPDATE that changes it checks this."""

WORKING = frozenset({RunState.RUNNING, RunState.VERIFYING, RunState.ROLLING_BACK})
"""A worker carries the run out."""
ACTIVE = WORKING | {RunState.QUEUED}
"""A worker carries the run out, or will as soon as one is free."""
AT_WORK = WORKING | {RunState.PAUSED}
"""The run excludes every other run of the tenant."""
UNDER_WAY = AT_WORK | {RunState.QUEUED}
"""The run excludes another run of its migration."""
HALTED = frozenset({RunState.PAUSED, RunState.FAILED})
"""A person can resume the run."""
LOADED = frozenset({RunState.COMPLETED, RunState.AWAITING_APPROVAL})
"""All rows have their fates, and the target was compared with the source."""
LIVE = frozenset({RunState.COMPLETED, RunState.ROLLED_BACK})
"""A customer works with what the run loaded, or with what its rollback left: rolling that back takes two people."""
FINAL = frozenset({RunState.COMPLETED, RunState.CANCELLED, RunState.ROLLED_BACK, RunState.FAILED})

AWAITING_WORKER = "Waiting for a worker"
"""The step of a run that nobody carries out yet, also of one that was resumed."""

NO_ROOM = "Paused: the database's disk is full"
"""How the step of a run begins that waits for room on the disk; it goes on by itself."""


class Fate(StrEnum):
    """What became of a source row for an entity. Every row has exactly one."""

    MIGRATED = "migrated"  # written: a new record, or an existing one changed
    MERGED = "merged"  # folded into a record that is there already, nothing of it was lost
    SKIPPED = "skipped_by_rule"  # left out on purpose, by a rule that is named
    EXCLUDED = "excluded_by_consent"
    QUARANTINED = "quarantined"  # held back by an error in the data, can be corrected and sent again
    FAILED = "failed"  # could not be written though nothing is wrong with the data


STAYS = "; the record stays"
"""Behind the rule that skips a row whose record the source has deleted, and which stays; why follows."""

FATES: tuple[str, ...] = tuple(fate.value for fate in Fate)


def is_balanced(rows_read: int, rows_by_fate: Mapping[str, int]) -> bool:
    """Whether the six fates add up to the rows read."""
    return rows_read == sum(rows_by_fate[fate] for fate in FATES)


@dataclass(frozen=True, slots=True)
class EntityFates:
    """Rows of one entity: those read, and how many had each fate."""

    entity: str
    read: int
    migrated: int
    merged: int
    skipped_by_rule: int
    excluded_by_consent: int
    quarantined: int
    failed: int

    @property
    def is_balanced(self) -> bool:
        """Whether the six fates add up to the rows read."""
        return is_balanced(self.read, {fate: getattr(self, fate) for fate in FATES})
