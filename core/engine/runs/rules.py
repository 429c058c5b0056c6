"""Define the states of a run and what may follow each, and the fates of a row. Pure."""

from __future__ import annotations

from enum import StrEnum

STATES: dict[str, frozenset[str]] = {
    "draft": frozenset({"queued", "cancelled"}),
    "queued": frozenset({"running", "paused", "cancelled", "failed"}),
    "running": frozenset({"paused", "verifying", "failed", "cancelled", "completed"}),
    "paused": frozenset({"running", "queued", "cancelled", "rolling_back"}),
    "verifying": frozenset({"awaiting_approval", "completed", "failed", "paused", "cancelled"}),
    "awaiting_approval": frozenset({"queued", "completed", "rolling_back"}),
    "completed": frozenset({"rolling_back"}),
    "failed": frozenset({"queued", "running", "cancelled", "rolling_back"}),
    "cancelled": frozenset({"rolling_back"}),
    "rolling_back": frozenset({"rolled_back", "failed"}),
    "rolled_back": frozenset({"rolling_back"}),  # again, for records that were kept at first
}
"""state -> the states it may change to. The UPDATE that changes it checks this."""

WAITING = "Waiting for a worker"
"""The step of a run that nobody carries out yet, also of one that was resumed."""

NO_ROOM = "Paused: the database's disk is full"
"""How the step of a run begins that waits for room on the disk; it goes on by itself."""

AT_WORK = frozenset({"running", "paused", "verifying", "rolling_back"})
ENDED = frozenset({"completed", "cancelled", "rolled_back", "failed"})


class Fate(StrEnum):
    """What became of a source row for an entity. Every row has exactly one."""

    MIGRATED = "migrated"  # written: a new record, or an existing one changed
    MERGED = "merged"  # folded into a record that is there already, nothing of it was lost
    SKIPPED = "skipped_by_rule"  # left out on purpose, by a rule that is named
    EXCLUDED = "excluded_by_consent"
    QUARANTINED = "quarantined"  # held back by an error in the data, can be corrected and sent again
    FAILED = "failed"  # could not be written though nothing is wrong with the data


FATES: tuple[str, ...] = tuple(fate.value for fate in Fate)
