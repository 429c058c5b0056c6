"""Show one run at one moment: its one state, rows, time left and each entity, from a single reading of the run.

A screen that shows a run draws card, table and bar from one Snapshot, so that no two of them can disagree.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import ceil

from core.context import Context
from core.engine.mapping import views as mapping
from core.engine.runs import views
from core.engine.runs.reconciliation.accounting import noted_tables
from core.engine.runs.rules import AWAITING_WORKER, LOADED, NO_ROOM
from core.engine.runs.tables import Run
from core.engine.runs.views import EntityCount, RunView
from core.kit import clock
from core.kit.wording import counted
from core.platform.access.actions import view
from core.schema import entity_label

_LABELS: Mapping[str, tuple[str, str]] = {
    "draft": ("Draft", "gray"),
    "queued": ("Queued", "gray"),
    "running": ("Running", "blue"),
    "paused": ("Paused", "orange"),
    "verifying": ("Verifying", "blue"),
    "awaiting_approval": ("Awaiting approval", "orange"),
    "completed": ("Completed", "green"),
    "failed": ("Failed", "red"),
    "cancelled": ("Cancelled", "gray"),
    "rolling_back": ("Rolling back", "blue"),
    "rolled_back": ("Rolled back", "violet"),
}
STATES_SHOWN: Mapping[str, str] = dict(_LABELS.values())
"""The words for states of a run -> their colour."""

_NO_PERCENT = frozenset({"draft", "queued", "rolling_back", "rolled_back"})
_ESTIMATE_FROM_SHARE, _ESTIMATE_FROM_SECONDS = 5.0, 30.0


@dataclass(frozen=True, slots=True)
class EntityProgress:
    """One entity of a run. `rows` is None where it is not known how many rows feed it."""

    entity: str
    label: str
    state: str
    colour: str
    rows: int | None
    read: int
    records_written: int
    held: int

    @property
    def percent(self) -> float | None:
        """100 only when it is done; None where the run is or was rolled back."""
        if self.state in {"Done", "Rolling back", "Rolled back"}:
            return 100.0 if self.state == "Done" else None
        return min(99.0, 100.0 * self.read / self.rows) if self.rows else 0.0


@dataclass(frozen=True, slots=True)
class Snapshot:
    """A run as a screen shows it.

    name       'Import 3': the third import of the migration
    label      the one state in words, with `colour` of the theme; a run that nobody carries out yet is Queued
    step       what happens now; '' where nothing does
    percent    whole, 100 only when all rows are done; None where it says nothing (queued, rolled back)
    remaining  'Estimating…', or 'about 3 min left'; '' where the run is not at work
    ends_at    when it ends at this rate; None without an estimate
    started_by a person's name
    """

    run: RunView
    name: str
    label: str
    colour: str
    step: str
    percent: int | None
    remaining: str
    ends_at: datetime | None
    started_by: str
    entities: tuple[EntityProgress, ...]

    @property
    def rate(self) -> str:
        """'4,100 rows a minute'; '' without one."""
        per_minute = round(self.run.rate * 60)
        return f"{counted(per_minute, 'row')} a minute" if per_minute and self.run.state == "running" else ""


@view("run.read")
def snapshots(context: Context, migration_id: str) -> list[Snapshot]:
    """Show the runs of a migration as they stand at this moment, the newest first."""
    runs = views.runs(context, migration_id)
    people = {run.id: context.session.get(Run, (context.tenant.id, run.id)) for run in runs}
    names = mapping.person_names(context, {row.created_by for row in people.values() if row})
    numbers = _numbers(runs)
    return [
        _snapshot(run, numbers[run.id], row, names.get(row.created_by, ""))
        for run in runs
        if (row := people[run.id])
    ]


def _snapshot(run: RunView, name: str, row: Run, person: str) -> Snapshot:
    is_waiting = run.state == "running" and run.step == AWAITING_WORKER
    label, colour = _LABELS["queued" if is_waiting else run.state]
    entities = tuple(_entities(run, row, is_waiting=is_waiting))
    percent = None if run.state in _NO_PERCENT or is_waiting else int(run.percent)
    time_left, ends_at = ("", None) if is_waiting else _estimate(run)
    return Snapshot(
        run,
        name,
        label,
        colour,
        _step(run, entities, is_waiting=is_waiting),
        percent,
        time_left,
        ends_at,
        person,
        entities,
    )


def _numbers(runs: Sequence[RunView]) -> dict[str, str]:
    """Run id -> 'Import 3' or 'Dry run 1', counted from the oldest of the kind."""
    count: defaultdict[str, int] = defaultdict(int)
    names = {}
    for run in reversed(runs):
        count[run.kind] += 1
        names[run.id] = f"{'Import' if run.kind == 'import' else 'Dry run'} {count[run.kind]}"
    return names


def _step(run: RunView, entities: Sequence[EntityProgress], *, is_waiting: bool) -> str:
    """Describe what happens now, by the chunks that are written and not by what was noted when the run began."""
    if run.state == "queued" or is_waiting:
        return AWAITING_WORKER
    if run.state in {"verifying", "rolling_back"}:
        return run.step if run.step != AWAITING_WORKER else ""
    if run.state != "running":
        return ""
    if run.step.startswith(NO_ROOM):
        return run.step
    if run.kind == "import" and (
        now := next((entity for entity in entities if entity.state == "Running"), None)
    ):
        return f"Importing {now.label.lower()} records"
    return run.step


def _entities(run: RunView, row: Run, *, is_waiting: bool) -> list[EntityProgress]:
    """List the entities in load order; the first that is not done is at work."""
    rows: defaultdict[str, int] = defaultdict(int)
    for table in noted_tables(row.totals) or ():
        for entity in table.entities:
            rows[entity] += table.rows
    order = dict.fromkeys(plan["entity"] for plan in row.plan.get("entities", []))
    counts = {count.entity: count for count in run.entities}
    at_work = run.state == "running" and not is_waiting
    views_of = []
    for entity in order:
        count = counts.get(entity) or EntityCount(entity, 0, 0, 0, 0, 0, 0, 0, 0)
        total = rows.get(entity) if rows else None
        state, colour = _entity_state(run, count, total, at_work=at_work)
        at_work = at_work and state != "Running"
        views_of.append(
            EntityProgress(
                entity,
                entity_label(entity),
                state,
                colour,
                total,
                count.read,
                count.migrated + count.merged,
                count.quarantined + count.failed,
            )
        )
    return views_of


def _entity_state(run: RunView, count: EntityCount, total: int | None, *, at_work: bool) -> tuple[str, str]:
    if run.state in {"rolling_back", "rolled_back"}:
        return _LABELS[run.state]
    if run.state in {*LOADED, "verifying"}:
        return "Done", "green"
    if total is not None and count.read >= total:
        return "Done", "green"
    if at_work:
        return "Running", "blue"
    if count.read and run.state in {"paused", "failed", "cancelled"}:
        return ("Paused", "orange") if run.state == "paused" else ("Stopped", "red")
    return "Waiting", "gray"


def _estimate(run: RunView) -> tuple[str, datetime | None]:
    """Estimate the remaining time, from 5% and 30 seconds on: before, it would jump."""
    if run.state != "running":
        return "", None
    too_early = run.percent < _ESTIMATE_FROM_SHARE or run.elapsed < _ESTIMATE_FROM_SECONDS
    if run.remaining is None or too_early:
        return "Estimating…", None
    minutes = ceil(run.remaining / 60)
    time_left = "less than a minute left" if run.remaining < 60 else f"about {minutes:,} min left"
    return time_left, clock.now() + timedelta(seconds=run.remaining)
