"""The road of a row: read, apply, check, link, load.

A chunk is one transaction: its row in the ledger, the data, the fates, the before-images and an audit line stand or
fall together. A chunk that is in the ledger was loaded, one that is not was not.
"""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl
from sqlalchemy import select

from core.db.target import target_table
from core.engine.batch import ROW
from core.engine.runs.loading import bisect, fates
from core.engine.runs.loading.ledger import Loaded, Task, book, not_loaded
from core.engine.runs.loading.references import MADE
from core.engine.runs.loading.stages import Prepared, Ready, make_ready, prepare
from core.engine.runs.loading.state import Walk
from core.engine.runs.loading.upsert import write_rows
from core.engine.runs.rules import Fate
from core.kit.masking import is_personal, mask
from core.platform.access.actions import require

Ahead = Mapping[int, Prepared | Ready]
"""What was done ahead for the tasks of one chunk, by step."""


def load_chunks(road: Walk, tasks: list[Task], ahead: Ahead | None = None) -> list[Loaded]:
    """Takes one chunk down the whole road under each of its entity plans, in the open transaction.

    What was loaded before is left alone, and not in the answer.
    """
    require(road.context, "run.work")
    done = ahead or {}
    left = not_loaded(road.context, road.run.id, tasks)
    passed = road.familiar_steps(left)
    loaded = [
        _pass_over(road, task)
        if task[0] in passed
        else _load(road, task, done.get(int(task[0])) or prepare(road, task))
        for task in left
    ]
    book(road.context, road.run.id, loaded)
    return loaded


def _pass_over(road: Walk, task: Task) -> Loaded:
    """A shop that stands on every line, once more."""
    entity = road.plan.entities[int(task[0])].entity
    road.made[entity] = pl.DataFrame(schema=MADE)
    rows = road.read(str(task[1]), int(task[2]))[ROW]
    return Loaded(task, entity, fates.whole(rows, Fate.MERGED, "repeated_row"), 0, None)


def _load(road: Walk, task: Task, ahead: Prepared | Ready) -> Loaded:
    step_no, entity = int(task[0]), road.plan.entities[int(task[0])].entity
    given = ahead if isinstance(ahead, Ready) else make_ready(road, task, ahead)
    chunk, linked = given.chunk, given.linked
    if step_no not in road.fresh:
        road.fresh[step_no] = _holds_nothing(road, entity)
    outcome, failed = bisect.load_what_fits(road.loading(task), linked, write_rows, given.sent)
    stayed_out = [
        fates.fate_of(given.held, Fate.QUARANTINED, pl.col("reason")),
        fates.fate_of(given.orphans, Fate.QUARANTINED, "missing_reference"),
        failed,
    ]
    _remember(road, task, chunk, linked, pl.concat([part.select(ROW) for part in stayed_out]))
    all_new = outcome.height == linked.height and bool((outcome["outcome"] == "new").all())
    road.fresh[step_no] = all_new
    if entity in road.referred:
        new = (
            linked
            if all_new
            else linked.join(outcome.filter(pl.col("outcome").is_in(_ADDED)), on=ROW, how="semi")
        )
        road.made[entity] = new.select(*MADE)
    written = outcome.filter(pl.col("outcome").is_in(_WRITTEN)).height
    if all_new and written == chunk.rows.height:
        booked = fates.whole(chunk.rows[ROW], Fate.MIGRATED, "")
    else:
        booked = fates.ranges(_fates(entity, given, stayed_out, outcome))
    return Loaded(task, entity, booked, written, _last_item(entity, linked))


def _holds_nothing(road: Walk, entity: str) -> bool:
    """Whether the target has no record of this source yet."""
    table = target_table(entity)
    any_there = select(table.c.id).where(
        table.c.tenant_id == road.context.tenant.id, table.c.source_name == road.plan.source
    )
    return road.context.session.execute(any_there.limit(1)).first() is None


def _remember(
    road: Walk, task: Task, chunk: Prepared, linked: pl.DataFrame, stayed_out: pl.DataFrame
) -> None:
    met = road.met(int(task[0]))
    if met.entity_plan.primary:
        return
    there = chunk.batch.frame.select(ROW).join(stayed_out, on=ROW, how="anti")
    texts = None if met.has_many() else road.read(str(task[1]), int(task[2])).join(there, on=ROW, how="semi")
    met.remember(linked.join(stayed_out, on=ROW, how="anti", maintain_order="left"), texts)


_FATE_OF_OUTCOME = {
    "new": (Fate.MIGRATED, ""),
    "changed": (Fate.MIGRATED, "changed"),
    "duplicate": (Fate.MIGRATED, "duplicate"),
    "same": (Fate.MERGED, "already_there"),
    "kept": (Fate.MERGED, "kept_existing"),
    "repeated": (Fate.MERGED, "repeated_row"),
}


_ADDED = ("new", "duplicate")
_WRITTEN = (*_ADDED, "changed")


def _fates(entity: str, ready: Ready, stayed_out: list[pl.DataFrame], outcome: pl.DataFrame) -> pl.DataFrame:
    """The fate of each row of a chunk; `stayed_out` are those held back or refused, with their fates."""
    chunk = ready.chunk
    fate = {name: booked[0].value for name, booked in _FATE_OF_OUTCOME.items()}
    reason = {name: booked[1] for name, booked in _FATE_OF_OUTCOME.items()}
    repeated = pl.concat([chunk.known, ready.again.select(ROW), chunk.merged.select(ROW)])
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
            chunk.rows.join(chunk.batch.frame, on=ROW, how="anti"), Fate.SKIPPED, f"no {entity} in this row"
        ),
    )


def _last_item(entity: str, frame: pl.DataFrame) -> str | None:
    if frame.is_empty():
        return None
    name = "name" if "name" in frame.columns else "external_id"
    value = str(frame[name][-1] or "")
    return mask(value) if is_personal(entity, name) else value[:80]
