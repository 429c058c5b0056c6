"""Break a real import: crashes of the server, kills and freezes of the worker. What comes out is held to an unbroken run.

The server is the embedded one of APP_DATA_DIR, the workers are processes. Every run that comes to its end is compared
with the unbroken one, rolled back (the checksums of all target tables must be those from before), and another one begins.
"""

from __future__ import annotations

import random
import signal
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psutil
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError

from adapters import SOURCES
from core.context import Context
from core.db import embedded
from core.engine.mapping.actions import accept_above, suggest_mapping
from core.engine.runs import actions, checksums
from core.engine.runs.tables import Run
from core.engine.sources import actions as sources
from core.engine.validation.actions import validate
from core.errors import ConflictError
from core.platform.access.actions import enter
from core.schema import target_schema
from core.settings import settings
from mock_data.toast.order_lines import write_order_lines
from tests.crash.content import content, dangling, entities
from tests.crash.stuck import reported

ROWS, CHUNK = 9_000, 150
RECOVERY = 30.0
"""Seconds within which a run must go on after its server or its worker is back."""
FINAL = ("completed", "awaiting_approval", "failed", "cancelled")

Spawn = Callable[[], Any]
"""Start a worker that carries out real runs; has kill() and signal(number)."""


def until(condition: Callable[[], Any], seconds: float) -> Any:
    """Wait for the condition while the server comes and goes; returns what it returned."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        with suppress(DBAPIError):
            if result := condition():
                return result
        time.sleep(0.02)
    raise AssertionError(f"it did not come about within {seconds:.0f} s")


def note(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


# --- the server -------------------------------------------------------------------------------------------------


def crash(number: int) -> None:
    """End the postmaster by SIGKILL or SIGQUIT (an immediate shutdown), and waits until its children are gone."""
    line = (embedded.data_folder() / "postmaster.pid").read_text().splitlines()[0]
    postmaster = psutil.Process(int(line))
    processes = [postmaster, *postmaster.children(recursive=True)]
    postmaster.send_signal(number)
    _, alive = psutil.wait_procs(processes, timeout=30)
    assert not alive, f"still there after the crash: {alive}"


def restart() -> None:
    """Start the server by the ordinary path: as every process does that asks for its address."""
    embedded.server_url.cache_clear()
    embedded.server_url()


# --- the import -------------------------------------------------------------------------------------------------


@dataclass
class Ground:
    """A tenant with an import that can be started again and again, and what an unbroken run made of it."""

    person: str
    tenant: str
    spawn: Spawn
    chance: random.Random
    migration: str = ""
    run: str = ""
    before: dict[str, str] = field(default_factory=dict)
    expected: dict[str, Any] = field(default_factory=dict)
    worker: Any = None
    ends: int = 0

    @contextmanager
    def entered(self) -> Iterator[Context]:
        with enter(self.person, self.tenant) as context:
            yield context

    def prepare(self, folder: Path) -> None:
        """Make the files and the plan, carries out the unbroken run, notes what it made, and takes it back."""
        path = folder / "ItemSelectionDetails.csv"
        write_order_lines(path, ROWS, seed=7)
        with self.entered() as context:
            self.migration = sources.create_migration(context, "Order lines").id
            sources.add_file(context, self.migration, path, SOURCES)
            suggest_mapping(context, self.migration, SOURCES)
            accept_above(context, self.migration, 0.0)
            validate(context, self.migration)
            self.before = checksums.table_checksums(context)
        self.begin()
        self.ensure_worker()
        until(lambda: self.state in FINAL, 120)
        self.expected = self.outcome()
        assert self.expected["tables"]["order_line"][0] == ROWS
        assert self.chunks >= 55, self.chunks
        self.take_back()

    def begin(self) -> None:
        def start() -> str:
            with self.entered() as context:
                return actions.start(context, self.migration, "import").id

        self.run = until(start, RECOVERY)

    def take_back(self) -> None:
        def ask() -> bool:
            with self.entered() as context:
                actions.rollback(context, self.run)
            return True

        until(ask, RECOVERY)
        with reported(self.worker):
            until(lambda: self.state == "rolled_back", 90)
        with self.entered() as context:
            assert checksums.table_checksums(context) == self.before
        self.run = ""

    def look(self, column: Any) -> Any:
        with self.entered() as context:
            return context.session.scalar(select(column).where(Run.id == self.run))

    @property
    def state(self) -> str:
        return str(self.look(Run.state))

    @property
    def chunks(self) -> int:
        with self.entered() as context:
            query = text(
                "select count(distinct (stream_id, chunk_no)) from run_chunk where tenant_id = :tenant and run_id = :run"
            )
            return int(context.session.scalar(query, {"tenant": self.tenant, "run": self.run}) or 0)

    def outcome(self) -> dict[str, Any]:
        """Read what equal imports have in common: content, references, ledger, fates, money, state, sums."""
        with self.entered() as context:
            run = context.session.get_one(Run, (self.tenant, self.run))
            params = {"tenant": self.tenant, "run": self.run}
            execute = context.session.execute
            return {
                "error": run.error,
                "state": run.state,
                "totals": {name: value for name, value in run.totals.items() if name != "rollback"},
                "tables": {entity: content(context, entity) for entity in entities()},
                "dangling": {
                    f"{entity}.{reference.name}": count
                    for entity in entities()
                    for reference in target_schema().entity(entity).references
                    if (count := dangling(context, entity, reference))
                },
                "ledger": [
                    tuple(row)
                    for row in execute(
                        text(
                            """select step_no, chunk_no, entity, rows, changed, fates::text from run_chunk
                        where tenant_id = :tenant and run_id = :run order by 1, 2, stream_id"""
                        ),
                        params,
                    )
                ],
                "fates": [
                    tuple(row)
                    for row in execute(
                        text(
                            """select entity, fate, reason, first_row, starts::text, ends::text from row_fate
                        where tenant_id = :tenant and run_id = :run order by 1, 4, 2, 3"""
                        ),
                        params,
                    )
                ],
                "money": [
                    tuple(row)
                    for row in execute(
                        text(
                            """select location, business_date, measure, source_amount, target_amount, difference, name
                        from difference where tenant_id = :tenant and run_id = :run order by 1, 2, 3"""
                        ),
                        params,
                    )
                ],
            }

    # --- faults -------------------------------------------------------------------------------------------------

    def ensure_worker(self) -> None:
        if self.worker is None or not self.worker.process.is_running():
            self.worker = self.spawn()

    def reach_a_moment(self) -> None:
        """Has a run and a worker at work, and comes to a random moment of it; a run that has ended is checked first."""
        if self.run and self.state in FINAL:
            self.settle()
        if not self.run:
            self.begin()
        self.ensure_worker()
        reached = self.chunks + self.chance.randint(1, 9)
        until(lambda: self.chunks >= reached or self.state in FINAL, RECOVERY)
        time.sleep(self.chance.uniform(0.0, 0.05))

    def goes_on(self) -> float:
        """Wait until the run has loaded another chunk or has ended; how many seconds that took."""
        began = time.monotonic()
        with reported(self.worker):
            loaded = until(lambda: (self.chunks, self.state), RECOVERY)
            if loaded[1] not in FINAL:
                until(lambda: self.chunks > loaded[0] or self.state in FINAL, RECOVERY)
        return time.monotonic() - began

    def settle(self) -> None:
        """Wait for the end of the run, holds it to the unbroken one, takes it back."""
        self.ensure_worker()
        with reported(self.worker):
            until(lambda: self.state in FINAL, 120)
        outcome = self.outcome()
        for part, expected in self.expected.items():
            assert outcome[part] == expected, (
                f"{part} of run {self.run}: {_differences(outcome[part], expected)}"
            )
        self.ends += 1
        self.take_back()

    def crash_at_a_random_moment(self) -> float:
        """Crash the server, by SIGKILL or at once, wherever the worker may be."""
        self.reach_a_moment()
        crash(self.chance.choice([signal.SIGKILL, signal.SIGQUIT]))
        time.sleep(self.chance.uniform(0.0, 0.3))
        restart()
        return self.goes_on()

    def crash_between_two_chunks(self) -> float:
        """Crash the server while the worker stands frozen between two chunks: it never sees that the server was away."""
        self.reach_a_moment()
        if not self.freeze_between_two_chunks():
            return 0.0
        try:
            crash(self.chance.choice([signal.SIGKILL, signal.SIGQUIT]))
            restart()
        finally:
            self.worker.signal(signal.SIGCONT)
        return self.goes_on()

    def freeze_between_two_chunks(self) -> bool:
        """Freeze the worker between two chunks; return False where the run ended before."""
        until_then = time.monotonic() + RECOVERY
        while time.monotonic() < until_then and self.state not in FINAL:
            self.worker.signal(signal.SIGSTOP)
            with self.entered() as context:
                writing = context.session.scalar(
                    text("select count(*) from pg_stat_activity where backend_xid is not null")
                )
            if not writing:
                return True
            self.worker.signal(signal.SIGCONT)
            time.sleep(0.003)
        return False

    def kill_the_worker(self) -> float:
        self.reach_a_moment()
        self.worker.kill()
        self.ensure_worker()
        return self.goes_on()

    def kill_the_postmaster(self) -> float:
        """Kill the postmaster; nobody but the worker starts the server again."""
        self.reach_a_moment()
        crash(signal.SIGKILL)
        return self.goes_on()

    def pause_and_resume_quickly(self) -> float:
        """Pause and resume the run twice, so quickly that the first try may still be at its chunk when the second or third begins."""
        self.reach_a_moment()
        with suppress(ConflictError), self.entered() as context:  # it may have ended meanwhile
            for steer in (actions.pause, actions.resume) * 2:
                steer(context, self.run)
                time.sleep(self.chance.choice([0.0, self.chance.uniform(0.0, 0.4)]))
        with suppress(ConflictError), self.entered() as context:
            if self.state == "paused":  # the second pause met its end of chunks
                actions.resume(context, self.run)
        return self.goes_on()


FAULTS: dict[str, Callable[[Ground], float]] = {
    "crashes of the server at a random moment": Ground.crash_at_a_random_moment,
    "crashes between two chunks, the worker frozen": Ground.crash_between_two_chunks,
    "kills of the worker": Ground.kill_the_worker,
    "kills of the postmaster, restarted by the worker": Ground.kill_the_postmaster,
    "pairs of quick pauses and resumes": Ground.pause_and_resume_quickly,
}


def storm(ground: Ground, counts: dict[str, int]) -> None:
    """Do as many faults of each kind, in a random order; then the last run must end. Print what was done."""
    kinds = [kind for kind, count in counts.items() for _ in range(count)]
    ground.chance.shuffle(kinds)
    longest = dict.fromkeys(counts, 0.0)
    for number, kind in enumerate(kinds, start=1):
        longest[kind] = max(longest[kind], FAULTS[kind](ground))
        if number % 20 == 0:
            note(f"{number} of {len(kinds)} faults, {ground.ends} runs ended as an unbroken one")
    if ground.run:
        ground.settle()
    for kind, count in counts.items():
        note(f"{count} {kind}: the run went on within {longest[kind]:.1f} s")
    note(f"{ground.ends} runs, each equal to the unbroken one")


def _differences(outcome: Any, expected: Any) -> str:
    """List the first few things that only one of both has."""
    if isinstance(expected, dict):
        outcome, expected = list(outcome.items()), list(expected.items())
    if not isinstance(expected, list):
        return f"{outcome} instead of {expected}"
    more = [item for item in outcome if item not in expected][:4]
    missing = [item for item in expected if item not in outcome][:4]
    return f"has {more} instead of {missing}"


def small_chunks() -> Any:
    """Return the settings with chunks so small that an import has sixty of them."""
    return settings().model_copy(update={"migration_batch_size": CHUNK})
