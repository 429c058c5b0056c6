"""The road of a row: read, apply, check, link, load.

A chunk is one transaction: its row in the ledger, the data, the fates, the before-images and an audit line stand or
fall together. A chunk that is in the ledger was loaded, one that is not was not.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import polars as pl
from sqlalchemy import select

from core.context import Context
from core.engine.batch import ROW, Batch
from core.engine.mapping.plans import plan_from_json
from core.engine.mapping.rules import apply
from core.engine.plan import EntityPlan, Plan
from core.engine.runs import fates, quarantine
from core.engine.runs.book import Loaded, Task, book, not_loaded
from core.engine.runs.familiar import Familiar
from core.engine.runs.link import Linker
from core.engine.runs.load import Loading, sealed, write_rows
from core.engine.runs.rules import Fate
from core.engine.runs.tables import Run
from core.engine.sources.store import chunk_heads, read_chunk
from core.engine.sources.tables import SourceFile, SourceStream
from core.engine.validation.tables import IssueRecord
from core.errors import NotFoundError
from core.kit.ids import new_id_bytes
from core.kit.masking import is_personal, mask
from core.schema import target_schema


@dataclass(slots=True)
class Walk:
    """What the steps of one run share inside one process.

    linkers  by step: what they found stays true while the run lasts, as records are only added
    familiar by step: records and rows met in earlier chunks, to leave the database alone
    fresh    steps whose last chunk met no record that was there before
    made     by entity: external id -> our id of the records that the chunk at hand has just made
    rows     the chunk read last, for the other entities that are picked out of it
    """

    context: Context
    run: Run
    plan: Plan
    linkers: dict[int, Linker] = field(default_factory=dict)
    familiar: dict[int, Familiar] = field(default_factory=dict)
    fresh: set[int] = field(default_factory=set)
    made: dict[str, dict[str, bytes]] = field(default_factory=dict)
    rows: tuple[str, int, pl.DataFrame] | None = None
    errors: frozenset[str] | None = None

    def loading(self, step_no: int) -> Loading:
        return Loading(
            self.context,
            self.plan,
            self.plan.entities[step_no],
            self.run.migration_id,
            self.run.id,
            step_no in self.fresh,
        )

    def linker(self, step_no: int) -> Linker:
        return self.linkers.setdefault(step_no, Linker(self.context, self.plan.source, self.made))

    def met(self, step_no: int) -> Familiar:
        return self.familiar.setdefault(step_no, Familiar(self.plan.entities[step_no]))

    def faulty(self) -> frozenset[str]:
        """Entities in which the validation found an error, looked up once."""
        if self.errors is None:
            found = self.context.session.scalars(
                select(IssueRecord.entity)
                .where(IssueRecord.validation_id == self.run.validation_id, IssueRecord.level == "error")
                .distinct()
            )
            self.errors = frozenset(found)
        return self.errors

    def read(self, stream_id: str, chunk_no: int) -> pl.DataFrame:
        if self.rows is None or self.rows[:2] != (stream_id, chunk_no):
            self.rows = (stream_id, chunk_no, read_chunk(self.context, stream_id, chunk_no))
        return self.rows[2]


def walk(context: Context, run_id: str) -> Walk:
    run = context.session.get(Run, (context.tenant.id, run_id))
    if run is None:
        raise NotFoundError("There is no such run.")
    return Walk(context, run, plan_from_json(run.plan))


@dataclass(frozen=True, slots=True)
class Prepared:
    """A chunk read and typed, before it meets the database: needs no lock, so it can be made ahead.

    rows    the numbers of all its rows
    known   those of rows that an earlier chunk brought in exactly so; they are not in `batch`
    ready   one sealed row per record; `merged` were folded into one of those
    """

    rows: pl.DataFrame
    known: pl.DataFrame
    batch: Batch
    ready: pl.DataFrame
    merged: pl.DataFrame


def prepare(road: Walk, task: Task) -> Prepared:
    """Reads the chunk, applies the mapping, folds repeated records, seals each row's source record."""
    step_no, stream_id, chunk_no = int(task[0]), str(task[1]), int(task[2])
    entity_plan = road.plan.entities[step_no]
    rows = road.read(stream_id, chunk_no)
    known, fresh = road.met(step_no).split(rows)
    batch = apply(road.plan, entity_plan, fresh)
    ready, merged = _one_row_each(entity_plan, batch.good().frame)
    # The whole record stays with the primary entity; those picked out of it keep the columns they came from.
    own = rows if entity_plan.primary else rows.select(ROW, *entity_plan.columns())
    return Prepared(rows.select(ROW), known, batch, sealed(road.loading(step_no), ready, own), merged)


def load_chunks(road: Walk, tasks: list[Task], prepared: Prepared | None = None) -> list[Loaded]:
    """Takes one chunk down the whole road under each of its entity plans, in the open transaction.

    `prepared` belongs to the only task. What was loaded before is left alone, and not in the answer.
    """
    loaded = [_load(road, task, prepared) for task in not_loaded(road.context, road.run.id, tasks)]
    book(road.context, road.run.id, loaded)
    return loaded


def _load(road: Walk, task: Task, prepared: Prepared | None) -> Loaded:
    step_no, stream_id = int(task[0]), str(task[1])
    entity_plan = road.plan.entities[step_no]
    chunk = prepared or prepare(road, task)
    held = _held(road, entity_plan, stream_id, chunk)
    if chunk.batch.frame.is_empty() and chunk.known.height == chunk.rows.height and held.is_empty():
        road.made[entity_plan.entity] = {}
        booked = fates.whole(chunk.rows[ROW], Fate.MERGED, "repeated_row")
        return Loaded(task, entity_plan.entity, booked, 0, None)
    ready, again = road.met(step_no).fresh(chunk.ready.join(held, on=ROW, how="anti"))
    linked, orphans = road.linker(step_no).link(
        entity_plan.entity, ready.with_columns(pl.Series("id", new_id_bytes(ready.height), pl.Binary))
    )
    outcome, failed = quarantine.load_what_fits(road.loading(step_no), linked, write_rows)
    stayed_out = [
        fates.fate_of(held, Fate.QUARANTINED, pl.col("reason")),
        fates.fate_of(orphans, Fate.QUARANTINED, "missing_reference"),
        failed,
    ]
    _remember(road, task, chunk, linked, pl.concat([part.select(ROW) for part in stayed_out]))
    all_new = outcome.height == linked.height and bool((outcome["outcome"] == "new").all())
    (road.fresh.add if all_new else road.fresh.discard)(step_no)
    new = linked if all_new else linked.join(outcome.filter(pl.col("outcome") == "new"), on=ROW, how="semi")
    road.made[entity_plan.entity] = dict(zip(new["external_id"].to_list(), new["id"].to_list(), strict=True))
    written = outcome.filter(pl.col("outcome").is_in(_WRITTEN)).height
    if all_new and written == chunk.rows.height:
        booked = fates.whole(chunk.rows[ROW], Fate.MIGRATED, "")
    else:
        booked = fates.ranges(_fates(entity_plan, chunk, stayed_out, outcome, again))
    return Loaded(task, entity_plan.entity, booked, written, _last_item(entity_plan.entity, linked))


def _remember(
    road: Walk, task: Task, chunk: Prepared, linked: pl.DataFrame, stayed_out: pl.DataFrame
) -> None:
    if not road.plan.entities[int(task[0])].primary:
        there = chunk.batch.frame.select(ROW).join(stayed_out, on=ROW, how="anti")
        rows = road.read(str(task[1]), int(task[2])).join(there, on=ROW, how="semi")
        road.met(int(task[0])).remember(
            linked.join(stayed_out, on=ROW, how="anti", maintain_order="left"), rows
        )


def _held(road: Walk, entity_plan: EntityPlan, stream_id: str, chunk: Prepared) -> pl.DataFrame:
    """Rows that an error holds back (ROW, reason): what typing found now, and what the validation found before."""
    now = chunk.batch.issues.filter(pl.col("level") == "error").select(ROW, pl.col("code").alias("reason"))
    if entity_plan.entity not in road.faulty():
        return now.unique(ROW, keep="first", maintain_order=True)
    found = road.context.session.execute(
        select(IssueRecord.row, IssueRecord.code).where(
            IssueRecord.validation_id == road.run.validation_id,
            IssueRecord.entity == entity_plan.entity,
            IssueRecord.stream_id == stream_id,
            IssueRecord.row.between(chunk.rows[ROW][0], chunk.rows[ROW][-1]),
            IssueRecord.level == "error",
        )
    ).all()
    before = pl.DataFrame(
        [tuple(row) for row in found], schema={ROW: pl.Int64, "reason": pl.String}, orient="row"
    )
    return pl.concat([now, before]).unique(ROW, keep="first", maintain_order=True)


def _one_row_each(entity_plan: EntityPlan, frame: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    """(one row per external_id, the rows folded into one of those).

    The orders in a list of order lines stand there many times: each field takes its first value that is not empty.
    """
    if frame["external_id"].n_unique() == frame.height:
        return frame, frame.clear()
    first = frame.unique("external_id", keep="first", maintain_order=True)
    merged = frame.join(first.select(ROW), on=ROW, how="anti")
    if entity_plan.primary:
        return first, merged
    fields = [name for name in frame.columns if name not in {ROW, "external_id"}]
    folded = frame.group_by("external_id", maintain_order=True).agg(
        pl.col(ROW).first(), *(pl.col(name).drop_nulls().first() for name in fields)
    )
    return folded.select(frame.columns), merged


_FATE_OF_OUTCOME = {
    "new": (Fate.MIGRATED, ""),
    "changed": (Fate.MIGRATED, "changed"),
    "duplicate": (Fate.MIGRATED, "duplicate"),
    "same": (Fate.MERGED, "already_there"),
    "kept": (Fate.MERGED, "kept_existing"),
    "repeated": (Fate.MERGED, "repeated_row"),
}


_WRITTEN = ("new", "changed", "duplicate")


def _fates(
    entity_plan: EntityPlan,
    chunk: Prepared,
    stayed_out: list[pl.DataFrame],
    outcome: pl.DataFrame,
    again: pl.DataFrame,
) -> pl.DataFrame:
    """The fate of each row of a chunk; `stayed_out` are those held back or refused, with their fates."""
    fate = {name: booked[0].value for name, booked in _FATE_OF_OUTCOME.items()}
    reason = {name: booked[1] for name, booked in _FATE_OF_OUTCOME.items()}
    repeated = pl.concat([chunk.known, again.select(ROW), chunk.merged.select(ROW)])
    return fates.fates(
        chunk.rows[ROW],
        *stayed_out,
        outcome.select(
            ROW,
            pl.col("outcome").replace_strict(fate).alias("fate"),
            pl.col("outcome").replace_strict(reason).alias("reason"),
        ),
        fates.fate_of(repeated, Fate.MERGED, "repeated_row"),
        fates.fate_of(
            chunk.rows.join(chunk.batch.frame, on=ROW, how="anti"),
            Fate.SKIPPED,
            f"no {entity_plan.entity} in this row",
        ),
    )


def _last_item(entity: str, frame: pl.DataFrame) -> str | None:
    if frame.is_empty():
        return None
    name = "name" if "name" in frame.columns else "external_id"
    value = str(frame[name][-1] or "")
    return mask(value) if is_personal(entity, name) else value[:80]


def tasks_of(context: Context, run: Run) -> list[Task]:
    """Every chunk of every entity plan, in the order they must be loaded.

    Entities that are picked out of the same rows go together, chunk by chunk: the rows are read once.
    """
    tasks: list[Task] = []
    for steps in _together(plan_from_json(run.plan)):
        streams = context.session.scalars(
            select(SourceStream.id)
            .join(
                SourceFile,
                (SourceFile.tenant_id == SourceStream.tenant_id) & (SourceFile.id == SourceStream.file_id),
            )
            .where(
                SourceStream.migration_id == run.migration_id,
                SourceStream.name == steps[0][1].stream,
            )
            .order_by(SourceFile.created_at, SourceFile.id)
        ).all()
        for stream in streams:
            heads = chunk_heads(context, stream)
            tasks += [[step_no, stream, head.chunk_no] for head in heads for step_no, _ in steps]
    return tasks


def _together(plan: Plan) -> list[list[tuple[int, EntityPlan]]]:
    """Neighbouring plans of one stream whose references among each other lie in the same row."""
    groups: list[list[tuple[int, EntityPlan]]] = []
    for step in enumerate(plan.entities):
        if groups and _same_rows([before for _, before in groups[-1]], step[1]):
            groups[-1].append(step)
        else:
            groups.append([step])
    return groups


def _same_rows(before: list[EntityPlan], plan: EntityPlan) -> bool:
    if before[0].stream != plan.stream:
        return False
    parents = {earlier.entity: earlier for earlier in before}
    for reference in target_schema().entity(plan.entity).references:
        parent, link = parents.get(str(reference.refers_to)), plan.field(reference.name)
        if parent is None or link is None:
            continue
        named = [parent.field(name) for name in ("external_id", "name", "display_name")]
        if link.sources not in [field.sources for field in named if field is not None]:
            return False
    return True
