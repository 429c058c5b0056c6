"""Derive the work that needs a person, and the figures of their migrations, from facts and journeys. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from core.engine.progress.facts import Facts
from core.engine.progress.rules import Journey
from core.engine.runs.rules import LOADED, UNDER_WAY, RunState
from core.kit.wording import counted

_RANK: dict[str, int] = {
    "resume": 0,
    "resume_dry_run": 0,
    "end_dry_run": 0,
    "no_worker": 0,
    "roll_back": 0,
    "approve": 1,
    "approve_fields": 2,
    "correct": 3,
    "decide_rows": 3,
    "start": 4,
    "dry_run": 5,
    "validate_again": 6,
    "validate": 6,
    "map": 7,
    "review": 8,
    "suggest": 9,
    "check_files": 10,
}
"""Action of a journey -> its rank: what is broken, what others wait for, what is held, what is ready, what is begun."""

_DECISIONS = frozenset(
    {"resume", "resume_dry_run", "end_dry_run", "no_worker", "roll_back", "approve", "approve_fields"}
)
_WORK = frozenset(_RANK) - {"approve"}
_ROLES = {
    "manager": _DECISIONS,
    "admin": frozenset({"resume", "resume_dry_run", "end_dry_run", "no_worker"}),
    "sales": _WORK,
}
_BUTTONS = {
    "resume": "Open import",
    "resume_dry_run": "Open dry run",
    "end_dry_run": "Open dry run",
    "no_worker": "View workers",
    "roll_back": "Open import",
    "approve": "Review and approve",
    "approve_fields": "Approve fields",
    "correct": "Open held rows",
    "decide_rows": "Open mapping",
    "start": "Open import",
    "dry_run": "Open dry run",
    "validate": "Open validation",
    "validate_again": "Open validation",
    "map": "Open mapping",
    "review": "Review fields",
    "suggest": "Open mapping",
    "check_files": "Open files",
}


@dataclass(frozen=True, slots=True)
class Need:
    """A piece of work that needs a person. `since`: when the migration came to this point, None where unknown.

    `run` is the run it is about, '' for none; `screen` the path of the button.
    """

    key: str
    rank: int
    status: str
    colour: str
    text: str
    button: str
    screen: str
    migration: str
    run: str = ""
    since: datetime | None = None


@dataclass(frozen=True, slots=True)
class MigrationProgress:
    """A migration with its facts and its journey for one person."""

    id: str
    name: str
    created_at: datetime
    facts: Facts
    journey: Journey


def needs(migrations: Iterable[MigrationProgress], role: str) -> list[Need]:
    """List what needs a person of the role, the most urgent first, without what the person may not do."""
    keys = _ROLES.get(role, _WORK)
    listed = [need for migration in migrations for need in _of(migration) if need.key in keys]
    return sorted(listed, key=lambda need: (need.rank, need.since is None, need.since))


def team_work(migrations: Iterable[MigrationProgress], role: str) -> list[Need]:
    """List the work that other roles usually do and this person may do, in the same order."""
    keys = _ROLES.get(role, _WORK)
    listed = [need for migration in migrations for need in _of(migration) if need.key not in keys]
    return sorted(listed, key=lambda need: (need.rank, need.since is None, need.since))


def _of(migration: MigrationProgress) -> Iterable[Need]:
    facts, action = migration.facts, migration.journey.action
    if action.key in _RANK and action.enabled:
        yield _need(migration, action.key, action.label)
    if facts.second_mine and action.key != "approve_fields":
        yield _need(migration, "approve_fields", f"Approve {counted(facts.second_mine, 'field')}")


def _need(migration: MigrationProgress, key: str, label: str) -> Need:
    facts, journey = migration.facts, migration.journey
    run = facts.dry_run if key in {"resume_dry_run", "end_dry_run"} else facts.imported
    about_run = (
        key in {"resume", "resume_dry_run", "end_dry_run", "no_worker", "roll_back", "approve", "correct"}
        and run
    )
    held = f", {run.held:,} held" if key == "approve" and run and run.held else ""
    screen = "mapping" if key == "approve_fields" else journey.action.screen
    return Need(
        key,
        _RANK[key],
        "Needs second approval" if key == "approve_fields" else journey.status.label,
        "orange" if key == "approve_fields" else journey.status.colour,
        f"{label}: {migration.name}{held}",
        _BUTTONS[key],
        screen,
        migration.id,
        run.id if about_run and run else "",
        run.at if about_run and run else migration.created_at,
    )


@dataclass(frozen=True, slots=True)
class Figure:
    """A number with what it is and its sample: 'Rows imported', '99.95%', '32,954 of 32,970 rows in files, 16 held'."""

    label: str
    value: str
    sample: str


def figures(migrations: Sequence[MigrationProgress], role: str) -> list[Figure]:
    """List the figures of a role over migrations; a figure without a sample is '–'."""
    if role == "specialist":
        return [_to_review(migrations), _held(migrations), _open(migrations), _imported(migrations)]
    if role == "sales":
        return [_ready(migrations), _open(migrations), _imported(migrations)]
    return [_open(migrations), _imported(migrations), _held(migrations), _to_review(migrations)]


_IN_PROGRESS = UNDER_WAY | {RunState.FAILED, RunState.AWAITING_APPROVAL}


def _open(migrations: Sequence[MigrationProgress]) -> Figure:
    states = [migration.facts.imported.state for migration in migrations if migration.facts.imported]
    open_ = [state for state in states if state in _IN_PROGRESS]
    approvals = open_.count("awaiting_approval")
    parts = [
        f"{approvals:,} awaiting approval" if approvals else "",
        f"{states.count('completed'):,} completed",
    ]
    return Figure("Open imports", f"{len(open_):,}", ", ".join(filter(None, parts)))


def _imported(migrations: Sequence[MigrationProgress]) -> Figure:
    """Compare rows imported with the rows of the files of imports that stand, approved or not; 100% only for all."""
    imports = [
        migration.facts.imported
        for migration in migrations
        if migration.facts.imported and migration.facts.imported.state in LOADED
    ]
    rows, imported = sum(run.file_rows for run in imports), sum(run.imported for run in imports)
    if not rows:
        return Figure("Rows imported", "–", _without_import(migrations))
    held = sum(run.held for run in imports)
    share = "100%" if imported == rows else f"{int(10_000 * imported / rows) / 100:.2f}%"
    not_imported = rows - imported - held
    parts = [
        f"{imported:,} of {counted(rows, 'row')}",
        f"{held:,} held" if held else "",
        f"{not_imported:,} not imported by choice or rule" if not_imported > 0 else "",
    ]
    return Figure("Rows imported", share, ", ".join(filter(None, parts)))


def _without_import(migrations: Sequence[MigrationProgress]) -> str:
    """Word why no rows of an import are counted."""
    rolled_back = [
        run
        for run in (migration.facts.imported for migration in migrations)
        if run and run.state == "rolled_back"
    ]
    partial = sum(run.partial for run in rolled_back)
    parts = [
        f"{partial:,} rolled back in part" if partial else "",
        f"{len(rolled_back) - partial:,} rolled back" if len(rolled_back) > partial else "",
    ]
    return f"No import stands: {', '.join(filter(None, parts))}" if rolled_back else "No import has ended yet"


def _held(migrations: Sequence[MigrationProgress]) -> Figure:
    imports = [
        migration.facts.imported
        for migration in migrations
        if migration.facts.imported and migration.facts.imported.state in LOADED
    ]
    with_held = sum(run.held > 0 for run in imports)
    return Figure(
        "Rows held for correction",
        f"{sum(run.held for run in imports):,}",
        f"in {with_held:,} of {counted(len(imports), 'import')}",
    )


def _to_review(migrations: Sequence[MigrationProgress]) -> Figure:
    open_ = [
        migration.facts
        for migration in migrations
        if migration.journey.status.phase == "mapping" and migration.facts.to_review
    ]
    fields = sum(facts.to_review for facts in open_)
    total = sum(facts.fields for facts in open_)
    return Figure(
        "Fields to review",
        f"{fields:,}",
        f"of {counted(total, 'field')} in {counted(len(open_), 'migration')}"
        if open_
        else "No mapping is open",
    )


def _ready(migrations: Sequence[MigrationProgress]) -> Figure:
    ready = [migration for migration in migrations if migration.facts.fields]
    return Figure("Demos ready", f"{len(ready):,}", f"of {counted(len(migrations), 'migration')}")
