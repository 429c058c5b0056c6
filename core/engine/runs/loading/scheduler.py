"""Carries a slice of a run's chunks to the target, side by side as far as the order of things allows.

A chunk's transaction holds all entities that are picked out of its rows. Where they lead up to one main entity (the
orders, dishes and shops before the lines they stand on), lanes work like a line of people who pass buckets: one reads
and types, one writes what a chunk's lines refer to, one links and encodes the lines, two write them by turns. Each lane
is a thread with a session and a Walk of its own; a frame is handed on, never used by two at once.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Concatenate, ParamSpec, TypeVar

import polars as pl
from sqlalchemy import select, text

from core.context import Context
from core.engine.plan import Plan
from core.engine.runs.gate import gate, server_started
from core.engine.runs.loading.chunk import Ahead, load_chunks
from core.engine.runs.loading.ledger import Loaded, Task
from core.engine.runs.loading.stages import Prepared, Ready, make_ready, prepare
from core.engine.runs.loading.state import Rows, Walk, walk
from core.engine.validation.tables import Validation
from core.platform.access.actions import enter_as_worker

P = ParamSpec("P")
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Group:
    """The tasks of one chunk: `ahead` are picked out of its rows for `main`, which may be empty."""

    ahead: list[Task]
    main: list[Task]


def carry(tenant: str, person: str, run_id: str, tasks: list[Task], attempt: str | None = None) -> int:
    """Loads the chunks; how many tasks were loaded now. Raises RunStoppedError at the first chunk after a pause.

    All walks stand on the server that the first of them met: where it was restarted meanwhile, the gate raises
    ServerRestartedError, and the next call begins with walks that remember nothing.
    """
    with ExitStack() as stack:
        server: datetime | None = None

        def road() -> Walk:
            road = _road(stack.enter_context(enter_as_worker(tenant, person)), run_id, server)
            road.attempt = attempt
            return road

        def lane(name: str) -> Lane:
            return Lane(road(), stack.enter_context(ThreadPoolExecutor(1, thread_name_prefix=name)))

        alone = road()
        server = alone.server
        groups = [_group(alone.plan, list(own)) for _, own in groupby(tasks, key=lambda task: task[1:])]
        lanes: Lanes | None = None
        loaded = 0
        for _, own in groupby(groups, key=_pattern):
            segment = list(own)
            if len(segment) > 1 and segment[0].ahead and segment[0].main:
                lanes = lanes or _lanes(lane, by_turns=_told_apart(alone))
                loaded += _side_by_side(segment, lanes)
            else:
                loaded += sum(_write(alone, group.ahead + group.main) for group in segment)
        return loaded


@dataclass(frozen=True, slots=True)
class Lane:
    """A thread and the walk that only it uses."""

    road: Walk
    thread: ThreadPoolExecutor

    def do(self, work: Callable[Concatenate[Walk, P], T], *args: P.args, **kwargs: P.kwargs) -> Future[T]:
        return self.thread.submit(work, self.road, *args, **kwargs)


@dataclass(frozen=True, slots=True)
class Lanes:
    """The stages of a chunk; `writing` has one lane, or two that take turns."""

    preparing: Lane
    ahead: Lane
    linking: Lane
    writing: list[Lane]


def _lanes(lane: Callable[[str], Lane], *, by_turns: bool) -> Lanes:
    writing = [lane(name) for name in ("write", "write too")[: 1 + by_turns]]
    for other in writing[1:]:  # what one has just learned about the target, the other knows
        other.road.fresh = writing[0].road.fresh
    return Lanes(lane("prepare"), lane("ahead"), lane("link"), writing)


def _told_apart(road: Walk) -> bool:
    """Whether no id stands twice in the files: then it makes no difference which of two chunks is written first."""
    found = road.context.session.scalar(
        select(Validation.totals).where(Validation.id == road.run.validation_id)
    )
    road.context.session.rollback()
    return not {"repeated_row", "duplicate_in_file"} & set((found or {}).get("issues", {"repeated_row": 0}))


@dataclass(frozen=True, slots=True)
class Passing:
    """One chunk on its way: each lane waits for what the one before it hands on."""

    ahead: Future[WrittenAhead]
    written: Future[int]


Begun = tuple[Rows | None, dict[int, Prepared]]
"""The rows of a chunk as they were read, so that nobody reads them again, and what was prepared of them, by step."""

WrittenAhead = tuple[int, dict[str, pl.DataFrame]]
"""How many tasks were loaded, and the records made: the main lane need not look those up."""


def _group(plan: Plan, tasks: list[Task]) -> Group:
    """Two lanes only where the main entity comes last and alone: what goes ahead must not wait for it."""
    primary = [plan.entities[int(task[0])].primary for task in tasks]
    if primary[-1] and not any(primary[:-1]):
        return Group(tasks[:-1], tasks[-1:])
    return Group(tasks, [])


def _pattern(group: Group) -> tuple[object, ...]:
    """Chunks of one stream that are loaded in the same steps."""
    tasks = group.ahead + group.main
    return tasks[0][1], *(task[0] for task in tasks)


_UNDER_WAY = 3
"""Chunks in the lanes at once beside those that are written: more would only take memory."""


def _side_by_side(segment: list[Group], lanes: Lanes) -> int:
    def pass_on(number: int) -> Passing:
        group, writing = segment[number], lanes.writing[number % len(lanes.writing)]
        many = [task for task in group.ahead if lanes.ahead.road.met(int(task[0])).has_many()]
        begun = lanes.preparing.do(_prepare, [*many, *group.main])
        ahead = lanes.ahead.do(_write_ahead, group.ahead, begun)
        ready = lanes.linking.do(_make_ready, group.main[0], begun, ahead)
        return Passing(ahead, writing.do(_write_ready, group.main, ready))

    loaded = 0
    first = _UNDER_WAY + len(lanes.writing)
    under_way = deque(pass_on(number) for number in range(min(first, len(segment))))
    for number in range(first, len(segment) + first):
        if under_way:
            passing = under_way.popleft()
            loaded += passing.ahead.result()[0] + passing.written.result()
        if number < len(segment):
            under_way.append(pass_on(number))
    return loaded


def _prepare(road: Walk, tasks: list[Task]) -> Begun:
    prepared = {int(task[0]): prepare(road, task) for task in tasks}
    road.context.session.rollback()  # it only read
    rows, road.rows = road.rows, None  # handed on
    return rows, prepared


def _write_ahead(road: Walk, tasks: list[Task], begun: Future[Begun]) -> WrittenAhead:
    road.made.clear()
    road.rows, prepared = begun.result()
    return _write(road, tasks, prepared), dict(road.made)


def _make_ready(
    road: Walk, task: Task, begun: Future[Begun], written: Future[WrittenAhead]
) -> dict[int, Ready]:
    road.made.clear()
    road.made.update(written.result()[1])
    step_no = int(task[0])
    ready = make_ready(road, task, begun.result()[1][step_no], ahead=True)
    road.context.session.rollback()  # it only read
    return {step_no: ready}


def _write_ready(road: Walk, tasks: list[Task], ready: Future[dict[int, Ready]]) -> int:
    return _write(road, tasks, ready.result())


def _write(road: Walk, tasks: list[Task], ahead: Ahead | None = None) -> int:
    """The tasks of one chunk in one transaction, behind the gate; when it returns, the disk has them."""
    gate(road.context, road.run.id, road.server, road.attempt)
    loaded = load_chunks(road, tasks, ahead)
    road.context.session.commit()
    _refresh_statistics(road.context, loaded)
    return len(loaded)


def _road(context: Context, run_id: str, server: datetime | None) -> Walk:
    road = walk(context, run_id)
    road.server = server or server_started(context)
    context.session.expunge(road.run)
    context.session.rollback()
    return road


def _refresh_statistics(context: Context, loaded: list[Loaded]) -> None:
    """A table that grew from nothing misleads the planner until it is analysed: after chunks 0, 4, 16, 64 …"""
    for line in loaded:
        power_of_four = line.chunk_no.bit_count() == 1 and line.chunk_no.bit_length() % 2 == 1
        if line.changed and line.chunk_no != 1 and (line.chunk_no == 0 or power_of_four):
            context.session.execute(text("select refresh_statistics(:entity)"), {"entity": line.entity})
    context.session.commit()
