"""Facts about a migration from which its journey follows. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

STEPS = ("connect", "preview", "map", "rules", "test", "live")
"""The wizard's steps in their order."""

DONE, OPEN, BLOCKED, SKIPPED = "done", "open", "blocked", "skipped"
"""States of a step."""

NOT_VALIDATED, OUTDATED, CURRENT = "none", "outdated", "current"
"""States of the newest validation: there is none, the mapping or the files changed since, or it is current."""


@dataclass(frozen=True, slots=True)
class RunFacts:
    """The newest run of a kind. `current`: the mapping and the files are still those it was started with.

    `percent` is whole, below 100 until all rows are done; `held` counts rows held for correction or failed;
    `has_records`: records of it are in the target; `records_left` counts records that a rollback left, `partial`: it was asked
    for some of the entities only. `file_rows`, `imported` and `not_mapped` (of tables with fields that nobody decided) count
    rows of the files, 0 while it has not ended; `at` is when its state last changed. `undo_permission` is what the person
    needs to roll it back: less for an import the person started.
    """

    id: str
    state: str
    current: bool
    percent: int = 0
    held: int = 0
    has_records: bool = False
    records_left: int = 0
    partial: bool = False
    file_rows: int = 0
    imported: int = 0
    not_mapped: int = 0
    at: datetime | None = None
    undo_permission: str = "run.rollback"


@dataclass(frozen=True, slots=True)
class Facts:
    """Counts of a migration as it stands.

    `fields` are mapping fields of columns that the files have, `reviewed` those a person decided, `weak` the
    unreviewed ones below 70%, without a suggestion or with a question (`asked`), `unsuggested` columns without a field, `planned` fields an
    import would take. `second` counts fields without their second approval, `second_mine` those this person may
    approve. `held` rows have an error in the newest validation. `has_worker` matters only while a run is under way.
    """

    files: int = 0
    rows: int = 0
    fields: int = 0
    reviewed: int = 0
    weak: int = 0
    asked: int = 0
    unsuggested: int = 0
    planned: int = 0
    second: int = 0
    second_mine: int = 0
    validation: str = NOT_VALIDATED
    held: int = 0
    dry_run: RunFacts | None = None
    imported: RunFacts | None = None
    has_worker: bool = True

    @property
    def to_review(self) -> int:
        """Fields that no person has decided yet."""
        return self.fields - self.reviewed
