"""Load a slice of a run's chunks, in stages that run at the same time where the order of records allows it.

A chunk's transaction holds all entities that are picked out of its rows. Where they lead up to one main entity (orders,
dishes and shops, then the lines they stand on), the work is a pipeline of stages: one reads and types, one writes what
a chunk's lines refer to, one links and encodes the lines, two write them by turns. Each stage is a thread with a
session and entity states that it alone uses; a stage's results are the next one's arguments.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby

import polars as pl
from sqlalchemy import select, text

from core.context import Context
from core.db.keys import tenant_key
from core.engine.plan import Plan
from core.engine.runs.gate import gate, server_started
from core.engine.runs.loading.chunk import Prepared, process_chunk_tasks
from core.engine.runs.loading.ledger import ChunkResult, ChunkTask
from core.engine.runs.loading.references import NewRecords
from core.engine.runs.loading.run_plan import RunPlan, run_plan_for
from core.engine.runs.loading.stages import LinkedChunk, TransformedChunk, link_chunk, transform_chunk
from core.engine.runs.loading.state import (
    ChunkReader,
    ChunkRows,
    EntityState,
    entities_with_errors,
    new_states,
)
from core.engine.validation.tables import Validation
from core.kit.pipelines import Stage
from core.platform.access.actions import enter_as_worker


@dataclass(frozen=True, slots=True)
class ChunkGroup:
    """The tasks of one chunk: `parents` are picked out of its rows for `main`, which may be empty."""

    parents: list[ChunkTask]
    main: list[ChunkTask]

    @property
    def tasks(self) -> list[ChunkTask]:
        return self.parents + self.main


@dataclass(frozen=True, slots=True)
class Attempt:
    """One attempt at loading; all threads of it load the same run, on the server that was up when it began.

    queue_id  the queue's id of the try that carries the run out; None where none was noted
    server    when the database server started, UTC
    """

    run_plan: RunPlan
    queue_id: str | None
    server: datetime

    def open_transaction(self, context: Context) -> None:
        """Open a chunk's transaction; see gate for the errors where the run does not go on."""
        gate(context, self.run_plan.run_id, self.server, self.queue_id)


@dataclass(frozen=True, slots=True)
class Loader:
    """What one thread loads with: a session, and states that no other thread uses, unless it says so."""

    attempt: Attempt
    context: Context
    states: Sequence[EntityState]


def load_pipelined(
    tenant: str, person: str, run_id: str, tasks: list[ChunkTask], attempt: str | None = None
) -> int:
    """Load the chunks; return how many tasks were loaded now. Raises RunStoppedError at the first chunk after a pause.

    All states are of the server that the first of them was made on: where it was restarted meanwhile, the gate raises
    ServerRestartedError, and the next call begins with new, empty states.
    """
    with ExitStack() as stack:

        def new_context() -> Context:
            return stack.enter_context(enter_as_worker(tenant, person))

        context = new_context()
        run_plan = run_plan_for(context, run_id)
        this_attempt = Attempt(run_plan, attempt, server_started(context))
        faulty = entities_with_errors(context, run_plan.validation_id)
        context.session.rollback()  # it only read

        def new_stage(name: str, states: Sequence[EntityState] | None = None) -> Stage[Loader]:
            loader = Loader(this_attempt, new_context(), states or new_states(run_plan, faulty))
            return stack.enter_context(Stage(name, loader))

        alone = Loader(this_attempt, context, new_states(run_plan, faulty))
        groups = [
            _group(run_plan.plan, list(chunk)) for _, chunk in groupby(tasks, key=lambda task: task.chunk)
        ]
        stages: Stages | None = None
        loaded = 0
        for _, segment in groupby(groups, key=_pattern):
            alike = list(segment)
            if len(alike) > 1 and alike[0].parents and alike[0].main:
                stages = stages or _stages(new_stage, by_turns=_has_unique_ids(alone))
                loaded += _run_stages(alike, stages)
            else:
                loaded += _load_alone(alone, alike)
        return loaded


@dataclass(frozen=True, slots=True)
class Stages:
    """The stages of a chunk; `parents` writes what the main entity refers to; `writing` has one stage, or two that take turns."""

    transforming: Stage[Loader]
    parents: Stage[Loader]
    linking: Stage[Loader]
    writing: list[Stage[Loader]]


def _stages(new_stage: Callable[..., Stage[Loader]], *, by_turns: bool) -> Stages:
    """Make the stages. The two that write by turns share their states: all they learn is what the target holds."""
    writing = [new_stage("write")]
    if by_turns:
        writing.append(new_stage("write-2", writing[0].state.states))
    return Stages(new_stage("prepare"), new_stage("ahead"), new_stage("link"), writing)


def _has_unique_ids(loader: Loader) -> bool:
    """Whether no id stands twice in the files: then it makes no difference which of two chunks is written first."""
    session, validation_id = loader.context.session, loader.attempt.run_plan.validation_id
    totals = session.scalar(select(Validation.totals).where(Validation.id == validation_id))
    session.rollback()
    return not {"repeated_row", "duplicate_in_file"} & set((totals or {}).get("issues", {"repeated_row": 0}))


def _group(plan: Plan, tasks: list[ChunkTask]) -> ChunkGroup:
    """Part the main entity from its parents only where it comes last and alone: parents must not wait for it."""
    primary = [plan.entities[task.step_no].primary for task in tasks]
    if primary[-1] and not any(primary[:-1]):
        return ChunkGroup(tasks[:-1], tasks[-1:])
    return ChunkGroup(tasks, [])


def _pattern(group: ChunkGroup) -> tuple[object, ...]:
    """Key of chunks of one stream that are loaded in the same steps."""
    return group.tasks[0].stream_id, *(task.step_no for task in group.tasks)


# --- stages -----------------------------------------------------------------------------------------------------

TransformedRows = tuple[ChunkRows | None, dict[int, TransformedChunk]]
"""The rows of a chunk as they were read, so that no other stage reads them, and what was transformed of them, by step."""

WrittenParents = tuple[int, NewRecords]
"""How many tasks were loaded, and the records created: the linking stage need not look those up."""


@dataclass(frozen=True, slots=True)
class InFlightChunk:
    """The results of one chunk's writing stages, once they are there."""

    parents: Future[WrittenParents]
    main: Future[int]

    def loaded(self) -> int:
        """Wait until the chunk is written; return how many tasks were loaded."""
        return self.parents.result()[0] + self.main.result()


_MAX_PREPARED = 3
"""Chunks in the stages at once beside those that are written: more would only take memory."""


def _run_stages(segment: list[ChunkGroup], stages: Stages) -> int:
    """Load chunks of one pattern through the stages; return how many tasks were loaded."""
    loaded = 0
    in_flight: deque[InFlightChunk] = deque()
    for number, group in enumerate(segment):
        if len(in_flight) == _MAX_PREPARED + len(stages.writing):
            loaded += in_flight.popleft().loaded()
        in_flight.append(_start(group, stages, stages.writing[number % len(stages.writing)]))
    return loaded + sum(chunk.loaded() for chunk in in_flight)


def _start(group: ChunkGroup, stages: Stages, writing: Stage[Loader]) -> InFlightChunk:
    """Submit a chunk to its stages, the result of each as an argument of the next."""
    parent_states = stages.parents.state.states
    unbounded = [task for task in group.parents if parent_states[task.step_no].seen_records.is_unbounded()]
    transformed = stages.transforming.submit(_transform, [*unbounded, *group.main])
    parents = stages.parents.submit(_write_parents, group.parents, transformed)
    linked = stages.linking.submit(_link, group.main[0], transformed, parents)
    return InFlightChunk(parents, writing.submit(_write_linked, group.main, linked))


def _transform(loader: Loader, tasks: list[ChunkTask]) -> TransformedRows:
    reader, key = ChunkReader(loader.context), tenant_key(loader.context.session)
    chunks = {
        task.step_no: transform_chunk(loader.states[task.step_no], reader.rows_of(task), key)
        for task in tasks
    }
    loader.context.session.rollback()  # it only read
    return reader.last, chunks


def _write_parents(
    loader: Loader, tasks: list[ChunkTask], transformed: Future[TransformedRows]
) -> WrittenParents:
    rows, chunks = transformed.result()
    results = _write(loader, ChunkReader(loader.context, rows), tasks, chunks)
    return len(results), _new_records(results)


def _link(
    loader: Loader, task: ChunkTask, transformed: Future[TransformedRows], parents: Future[WrittenParents]
) -> dict[int, LinkedChunk]:
    new_records, step_no = parents.result()[1], task.step_no
    chunk = transformed.result()[1][step_no]
    linked = link_chunk(loader.context, loader.states[step_no], task, chunk, new_records, is_encoding=True)
    loader.context.session.rollback()  # it only read
    return {step_no: linked}


def _write_linked(loader: Loader, tasks: list[ChunkTask], linked: Future[dict[int, LinkedChunk]]) -> int:
    return len(_write(loader, ChunkReader(loader.context), tasks, linked.result()))


def _load_alone(loader: Loader, groups: Sequence[ChunkGroup]) -> int:
    """Load chunks one after the other; return how many tasks were loaded."""
    reader = ChunkReader(loader.context)
    return sum(len(_write(loader, reader, group.tasks)) for group in groups)


def _write(
    loader: Loader, reader: ChunkReader, tasks: list[ChunkTask], prepared: Prepared | None = None
) -> list[ChunkResult]:
    """Load the tasks of one chunk in one transaction, behind the gate; when it returns, the disk has them."""
    attempt, context = loader.attempt, loader.context
    attempt.open_transaction(context)
    results = process_chunk_tasks(context, attempt.run_plan, loader.states, reader, tasks, prepared)
    context.session.commit()
    _refresh_statistics(context, results)
    return results


def _new_records(results: Sequence[ChunkResult]) -> dict[str, pl.DataFrame]:
    return {result.entity: result.new_records for result in results if result.new_records is not None}


def _refresh_statistics(context: Context, results: list[ChunkResult]) -> None:
    """Refresh the planner's statistics of a table that grows from nothing: after chunks 0, 4, 16, 64 …"""
    for result in results:
        is_power_of_four = result.chunk_no.bit_count() == 1 and result.chunk_no.bit_length() % 2 == 1
        if result.records_written and result.chunk_no != 1 and (result.chunk_no == 0 or is_power_of_four):
            context.session.execute(text("select refresh_statistics(:entity)"), {"entity": result.entity})
    context.session.commit()
