"""Load a slice of a run's chunks, in stages that run at the same time where the order of records allows it.

A chunk's transaction holds all entities that are picked out of its rows. Where they lead up to one main entity (the
orders, dishes and shops before the lines they stand on), the work is a pipeline of stages: one reads
and types, one writes what a chunk's lines refer to, one links and encodes the lines, two write them by turns. Each stage
is a thread with a session and a LoadState of its own; a frame is handed on, never used by two at once.
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
from core.engine.runs.loading.chunk import Ahead, process_chunk_tasks
from core.engine.runs.loading.ledger import ChunkResult, ChunkTask
from core.engine.runs.loading.stages import LinkedChunk, TransformedChunk, link_chunk, transform_chunk
from core.engine.runs.loading.state import LoadState, Rows, load_state_for
from core.engine.validation.tables import Validation
from core.platform.access.actions import enter_as_worker

P = ParamSpec("P")
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class ChunkGroup:
    """The tasks of one chunk: `ahead` are picked out of its rows for `main`, which may be empty."""

    ahead: list[ChunkTask]
    main: list[ChunkTask]


def load_pipelined(
    tenant: str, person: str, run_id: str, tasks: list[ChunkTask], attempt: str | None = None
) -> int:
    """Load the chunks; return how many tasks were loaded now. Raises RunStoppedError at the first chunk after a pause.

    All states are of the server that the first of them was made on: where it was restarted meanwhile, the gate raises
    ServerRestartedError, and the next call begins with new, empty states.
    """
    with ExitStack() as stack:
        server: datetime | None = None

        def new_state() -> LoadState:
            state = _state_for(stack.enter_context(enter_as_worker(tenant, person)), run_id, server)
            state.attempt = attempt
            return state

        def stage(name: str) -> Stage:
            return Stage(new_state(), stack.enter_context(ThreadPoolExecutor(1, thread_name_prefix=name)))

        alone = new_state()
        server = alone.server
        groups = [_group(alone.plan, list(chunk)) for _, chunk in groupby(tasks, key=lambda task: task.chunk)]
        stages: Stages | None = None
        loaded = 0
        for _, alike in groupby(groups, key=_pattern):
            segment = list(alike)
            if len(segment) > 1 and segment[0].ahead and segment[0].main:
                stages = stages or _stages(stage, by_turns=_has_unique_ids(alone))
                loaded += _run_stages(segment, stages)
            else:
                loaded += sum(_write(alone, group.ahead + group.main) for group in segment)
        return loaded


@dataclass(frozen=True, slots=True)
class Stage:
    """A thread and the state that only it uses."""

    state: LoadState
    thread: ThreadPoolExecutor

    def do(
        self, work: Callable[Concatenate[LoadState, P], T], *args: P.args, **kwargs: P.kwargs
    ) -> Future[T]:
        return self.thread.submit(work, self.state, *args, **kwargs)


@dataclass(frozen=True, slots=True)
class Stages:
    """The stages of a chunk; `parents` writes what the main entity refers to; `writing` has one stage, or two that take turns."""

    transforming: Stage
    parents: Stage
    linking: Stage
    writing: list[Stage]


def _stages(stage: Callable[[str], Stage], *, by_turns: bool) -> Stages:
    writing = [stage(name) for name in ("write", "write-2")[: 1 + by_turns]]
    for other in writing[1:]:  # what one has just learned about the target, the other knows
        other.state.expect_new = writing[0].state.expect_new
    return Stages(stage("prepare"), stage("ahead"), stage("link"), writing)


def _has_unique_ids(state: LoadState) -> bool:
    """Whether no id stands twice in the files: then it makes no difference which of two chunks is written first."""
    totals = state.context.session.scalar(
        select(Validation.totals).where(Validation.id == state.run.validation_id)
    )
    state.context.session.rollback()
    return not {"repeated_row", "duplicate_in_file"} & set((totals or {}).get("issues", {"repeated_row": 0}))


@dataclass(frozen=True, slots=True)
class InFlightChunk:
    """One chunk on its way: each stage waits for what the one before it hands on."""

    parents: Future[WrittenParents]
    written: Future[int]


TransformedRows = tuple[Rows | None, dict[int, TransformedChunk]]
"""The rows of a chunk as they were read, so that nobody reads them again, and what was transformed of them, by step."""

WrittenParents = tuple[int, dict[str, pl.DataFrame]]
"""How many tasks were loaded, and the records made: the main stage need not look those up."""


def _group(plan: Plan, tasks: list[ChunkTask]) -> ChunkGroup:
    """Two stages only where the main entity comes last and alone: what goes ahead must not wait for it."""
    primary = [plan.entities[task.step_no].primary for task in tasks]
    if primary[-1] and not any(primary[:-1]):
        return ChunkGroup(tasks[:-1], tasks[-1:])
    return ChunkGroup(tasks, [])


def _pattern(group: ChunkGroup) -> tuple[object, ...]:
    """Chunks of one stream that are loaded in the same steps."""
    tasks = group.ahead + group.main
    return tasks[0].stream_id, *(task.step_no for task in tasks)


_UNDER_WAY = 3
"""Chunks in the stages at once beside those that are written: more would only take memory."""


def _run_stages(segment: list[ChunkGroup], stages: Stages) -> int:
    """Load chunks of one pattern through the stages; return how many tasks were loaded."""

    def start(number: int) -> InFlightChunk:
        group, writing = segment[number], stages.writing[number % len(stages.writing)]
        unbounded = [
            task for task in group.ahead if stages.parents.state.seen_records_of(task.step_no).is_unbounded()
        ]
        transformed = stages.transforming.do(_transform, [*unbounded, *group.main])
        parents = stages.parents.do(_write_parents, group.ahead, transformed)
        linked = stages.linking.do(_link, group.main[0], transformed, parents)
        return InFlightChunk(parents, writing.do(_write_linked, group.main, linked))

    loaded = 0
    first = _UNDER_WAY + len(stages.writing)
    under_way = deque(start(number) for number in range(min(first, len(segment))))
    for number in range(first, len(segment) + first):
        if under_way:
            chunk = under_way.popleft()
            loaded += chunk.parents.result()[0] + chunk.written.result()
        if number < len(segment):
            under_way.append(start(number))
    return loaded


def _transform(state: LoadState, tasks: list[ChunkTask]) -> TransformedRows:
    chunks = {task.step_no: transform_chunk(state, task) for task in tasks}
    state.context.session.rollback()  # it only read
    rows, state.rows = state.rows, None  # handed on
    return rows, chunks


def _write_parents(
    state: LoadState, tasks: list[ChunkTask], transformed: Future[TransformedRows]
) -> WrittenParents:
    state.new_records.clear()
    state.rows, chunks = transformed.result()
    return _write(state, tasks, chunks), dict(state.new_records)


def _link(
    state: LoadState, task: ChunkTask, transformed: Future[TransformedRows], written: Future[WrittenParents]
) -> dict[int, LinkedChunk]:
    state.new_records.clear()
    state.new_records.update(written.result()[1])
    step_no = task.step_no
    linked = link_chunk(state, task, transformed.result()[1][step_no], is_encoding=True)
    state.context.session.rollback()  # it only read
    return {step_no: linked}


def _write_linked(state: LoadState, tasks: list[ChunkTask], linked: Future[dict[int, LinkedChunk]]) -> int:
    return _write(state, tasks, linked.result())


def _write(state: LoadState, tasks: list[ChunkTask], ahead: Ahead | None = None) -> int:
    """The tasks of one chunk in one transaction, behind the gate; when it returns, the disk has them."""
    gate(state.context, state.run.id, state.server, state.attempt)
    results = process_chunk_tasks(state, tasks, ahead)
    state.context.session.commit()
    _refresh_statistics(state.context, results)
    return len(results)


def _state_for(context: Context, run_id: str, server: datetime | None) -> LoadState:
    state = load_state_for(context, run_id)
    state.server = server or server_started(context)
    context.session.expunge(state.run)
    context.session.rollback()
    return state


def _refresh_statistics(context: Context, results: list[ChunkResult]) -> None:
    """A table that grew from nothing misleads the planner until it is analysed: after chunks 0, 4, 16, 64 …"""
    for result in results:
        power_of_four = result.chunk_no.bit_count() == 1 and result.chunk_no.bit_length() % 2 == 1
        if result.changed and result.chunk_no != 1 and (result.chunk_no == 0 or power_of_four):
            context.session.execute(text("select refresh_statistics(:entity)"), {"entity": result.entity})
    context.session.commit()
