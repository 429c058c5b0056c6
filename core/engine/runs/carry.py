"""Carries a slice of a run's chunks to the target, side by side as far as the order of things allows.

A chunk's transaction holds all entities that are picked out of its rows. Where they lead up to one main entity (the
orders, dishes and shops before the lines they stand on), they go ahead in a lane of their own: while one connection
writes the lines of a chunk, another writes what the next chunk's lines refer to, and a third reads and types the
lines after that. Each lane is a thread with a session and a Walk of its own; frames never cross between them.
"""

from __future__ import annotations

from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass
from itertools import groupby

from sqlalchemy import select, text

from core.context import Context
from core.engine.plan import Plan
from core.engine.runs.book import Loaded, Task
from core.engine.runs.road import Prepared, Walk, load_chunks, prepare, walk
from core.engine.runs.tables import Run
from core.platform.access.actions import enter_as_worker


class RunStoppedError(Exception):
    """The run is not running any more: paused, cancelled or rolled back. The step ends without a trace."""


@dataclass(frozen=True, slots=True)
class Group:
    """The tasks of one chunk: `ahead` are picked out of its rows for `main`, which may be empty."""

    ahead: list[Task]
    main: list[Task]


def carry(tenant: str, person: str, run_id: str, tasks: list[Task]) -> int:
    """Loads the chunks; how many tasks were loaded now. Raises RunStoppedError at the first chunk after a pause."""
    with ExitStack() as stack:
        roads = [_road(stack.enter_context(enter_as_worker(tenant, person)), run_id) for _ in range(3)]
        pools = [
            stack.enter_context(ThreadPoolExecutor(1, thread_name_prefix=name))
            for name in ("ahead", "prepare")
        ]
        groups = [_group(roads[0].plan, list(own)) for _, own in groupby(tasks, key=lambda task: task[1:])]
        loaded = 0
        for _, own in groupby(groups, key=_pattern):
            segment = list(own)
            if len(segment) > 1 and segment[0].ahead and segment[0].main:
                loaded += _side_by_side(segment, roads, pools)
            else:
                loaded += sum(_write(roads[0], group.ahead + group.main) for group in segment)
        return loaded


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


def _side_by_side(segment: list[Group], roads: list[Walk], pools: list[ThreadPoolExecutor]) -> int:
    main, beside, scout = roads
    ahead, preparing = pools

    def go_ahead(number: int) -> Future[tuple[int, dict[str, dict[str, bytes]]]]:
        return ahead.submit(_write_ahead, beside, segment[number].ahead)

    def look_out(number: int) -> Future[Prepared]:
        return preparing.submit(_prepare, scout, segment[number].main[0])

    loaded = 0
    written, prepared = [go_ahead(0), go_ahead(1)], look_out(0)
    for number, group in enumerate(segment):
        count, made = written[number].result()
        chunk = prepared.result()
        if number + 2 < len(segment):
            written.append(go_ahead(number + 2))
        if number + 1 < len(segment):
            prepared = look_out(number + 1)
        main.made.clear()
        main.made.update(made)
        loaded += count + _write(main, group.main, chunk)
    return loaded


def _write_ahead(road: Walk, tasks: list[Task]) -> tuple[int, dict[str, dict[str, bytes]]]:
    """How many were loaded, and the records made: the main lane need not look those up."""
    road.made.clear()
    return _write(road, tasks), {entity: dict(ids) for entity, ids in road.made.items()}


def _write(road: Walk, tasks: list[Task], prepared: Prepared | None = None) -> int:
    """The tasks of one chunk in one transaction, behind the gate.

    It does not wait for the disk: a chunk that a crash of the server takes away is gone whole, its line in the ledger
    with it, and is loaded again; what the queue books after it reaches the disk after it.
    """
    road.context.session.execute(text("set local synchronous_commit = off"))
    gate(road.context, road.run.id)
    loaded = load_chunks(road, tasks, prepared)
    road.context.session.commit()
    _refresh_statistics(road.context, loaded)
    return len(loaded)


def _prepare(scout: Walk, task: Task) -> Prepared:
    prepared = prepare(scout, task)
    scout.context.session.commit()  # the shape of the records, needed once per run
    return prepared


def _road(context: Context, run_id: str) -> Walk:
    road = walk(context, run_id)
    context.session.expunge(road.run)
    context.session.rollback()
    return road


def gate(context: Context, run_id: str) -> None:
    """Share lock on the run: pause, cancel and rollback wait for the open chunk, and nothing commits after them."""
    query = select(Run.state).where(Run.id == run_id).with_for_update(read=True)
    if context.session.scalar(query) != "running":
        raise RunStoppedError(run_id)


def _refresh_statistics(context: Context, loaded: list[Loaded]) -> None:
    """A table that grew from nothing misleads the planner until it is analysed: after chunks 0, 4, 16, 64 …"""
    for line in loaded:
        power_of_four = line.chunk_no.bit_count() == 1 and line.chunk_no.bit_length() % 2 == 1
        if line.changed and line.chunk_no != 1 and (line.chunk_no == 0 or power_of_four):
            context.session.execute(text("select refresh_statistics(:entity)"), {"entity": line.entity})
    context.session.commit()
