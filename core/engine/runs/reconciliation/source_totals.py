"""Read what the files say, for the proof at the end of a run: typed under the plan again, independent of the loader.

Only the columns that money is added up from are read, chunk by chunk, and what the day's figures do not tell apart is
summed at once, so that a million lines stay as small as their orders.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import groupby

import polars as pl
from sqlalchemy import select

from core.context import Context
from core.engine.batch import MARK, ROW
from core.engine.plan import EntityPlan, Plan
from core.engine.runs.loading.references import look_up
from core.engine.runs.loading.run_plan import RunPlan, tasks_of
from core.engine.runs.rules import Fate
from core.engine.runs.tables import RowFate
from core.engine.seen_records import distinct_rows
from core.engine.sources.store import read_chunks
from core.engine.transforms import identity, transform_rows
from core.engine.validation.arithmetic import NEEDED, folded

Columns = dict[str, pl.DataFrame]

Cut = Callable[[EntityPlan], EntityPlan | None]
"""Leaves of an entity plan the columns that are wanted; None where it has none of them."""

_HELD = (Fate.QUARANTINED.value, Fate.FAILED.value)
_NOT_FOR_DAYS = {"modifiers", "quantity", "unit_price", "name", "price_delta"}
_CHUNKS_PER_READ = 3
"""Chunks: few enough to stay small, enough that their rows and not the calls over them take the time."""
_NO_ROWS = pl.DataFrame(schema={ROW: pl.Int64})


@dataclass(frozen=True, slots=True)
class SourceTotals:
    """The money columns of all rows, and of the `loaded` rows, without those that were held back; our location ids.

    Lines may be folded, see `folded`. `ids` are the external ids of all loaded records where they were asked for.
    """

    all: Columns
    loaded: Columns
    ids: Columns

    @property
    def is_loaded_whole(self) -> bool:
        return self.loaded is self.all


def money_plan(entity_plan: EntityPlan) -> EntityPlan | None:
    """Reduce the plan to the columns that money is added up from; None where the entity has none."""
    if entity_plan.entity not in {"order", "order_line", "payment"}:
        return None
    targets = set(NEEDED[entity_plan.entity]) - _NOT_FOR_DAYS
    fields = tuple(field for field in entity_plan.fields if field.target in targets)
    return replace(entity_plan, fields=fields)


def money_columns(plan: Plan) -> dict[str, list[str]]:
    """List by entity the planned columns that money is added up from, external_id first."""
    columns: dict[str, dict[str, None]] = {}
    for entity_plan in filter(None, map(money_plan, plan.entities)):
        names = columns.setdefault(entity_plan.entity, {"external_id": None})
        names |= dict.fromkeys(field.target for field in entity_plan.fields)
    return {entity: list(names) for entity, names in columns.items()}


def read_source(
    context: Context, run_plan: RunPlan, *, identified: bool = False, fold: bool = True
) -> SourceTotals:
    """Read all rows of the files, with the ids of their records if `identified`. `fold` sums lines on the way."""
    parts: dict[str, list[pl.DataFrame]] = {}
    loaded: dict[str, list[pl.DataFrame]] = {}
    ids: dict[str, list[pl.DataFrame]] = {}
    lines: list[pl.Series] = []
    stayed_out = held_rows(context, run_plan.run_id)
    for portion in _portions(context, run_plan, money_plan):
        rows = _read(context, portion)
        for plan in portion.plans:
            entity = plan.entity
            out = within(stayed_out.get((entity, portion.stream_id), _NO_ROWS), rows[ROW])
            typed = _typed(context, run_plan.plan, plan, rows, portion, every_row=bool(len(out)))
            frame = _records_of(typed, plan)
            part = _records_of(typed.join(out, on=ROW, how="anti"), plan) if len(out) else frame
            if identified:
                ids.setdefault(entity, []).append(part.select("external_id"))
            if entity == "order_line" and fold:
                lines.append(frame["external_id"].hash())
                part = folded(part) if part is not frame else part
                frame = folded(frame)
            parts.setdefault(entity, []).append(frame)
            loaded.setdefault(entity, []).append(part if len(out) else frame)
    if lines and (hashes := pl.concat(lines)).n_unique() < len(hashes):
        # A line that comes again counts once, wherever it stands.
        return read_source(context, run_plan, identified=identified, fold=False)
    frames = _joined(parts)
    locations = _locations(context, run_plan.plan.source, frames)
    frames = {entity: _at(frame, locations) for entity, frame in frames.items()}
    if not stayed_out:
        return SourceTotals(frames, frames, _joined(ids))
    return SourceTotals(
        frames, {entity: _at(frame, locations) for entity, frame in _joined(loaded).items()}, _joined(ids)
    )


def _records_of(frame: pl.DataFrame, plan: EntityPlan) -> pl.DataFrame:
    """Return the rows of a primary entity; of a secondary one, such as the orders in a list of lines, each record once."""
    return frame if plan.primary else frame.unique("external_id", keep="first", maintain_order=True)


def _joined(parts: Mapping[str, Sequence[pl.DataFrame]]) -> Columns:
    return {entity: pl.concat(frames, how="diagonal") for entity, frames in parts.items()}


# --- rows -------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Portion:
    """Neighbouring chunks of a stream, and the plans that pick money out of them."""

    stream_id: str
    chunks: Sequence[int]
    plans: Sequence[EntityPlan]


def typed_rows(
    context: Context, run_plan: RunPlan, cut: Cut
) -> Iterator[tuple[str, EntityPlan, pl.DataFrame]]:
    """Yield (stream, entity plan as `cut` leaves it, its typed rows), a few chunks at a time.

    Of a secondary entity rows that say the same may be left out, unless rows of the stream were held for it.
    """
    stayed_out = held_rows(context, run_plan.run_id)
    for portion in _portions(context, run_plan, cut):
        rows = _read(context, portion)
        for plan in portion.plans:
            every_row = (plan.entity, portion.stream_id) in stayed_out
            yield (
                portion.stream_id,
                plan,
                _typed(context, run_plan.plan, plan, rows, portion, every_row=every_row),
            )


def _portions(context: Context, run_plan: RunPlan, cut: Cut) -> Iterator[_Portion]:
    chunks = groupby(tasks_of(context, run_plan), key=lambda task: task.chunk)
    steps = [(*chunk, [task.step_no for task in tasks]) for chunk, tasks in chunks]
    for (stream_id, own_steps), chunks_of_steps in groupby(steps, key=lambda step: (step[0], step[2])):
        plans = [plan for step in own_steps if (plan := cut(run_plan.plan.entities[step]))]
        numbers = [chunk_no for _, chunk_no, _ in chunks_of_steps]
        for start in range(0, len(numbers) if plans else 0, _CHUNKS_PER_READ):
            yield _Portion(stream_id, numbers[start : start + _CHUNKS_PER_READ], plans)


def _read(context: Context, portion: _Portion) -> pl.DataFrame:
    """Read the portion's rows: the columns of the plans, or all where an id is made from the whole row."""
    if any(identity(plan) != "source" for plan in portion.plans):
        return _read_whole(context, portion)
    names = [ROW, *dict.fromkeys(name for plan in portion.plans for name in plan.columns())]
    try:
        frames = read_chunks(context, portion.stream_id, portion.chunks, names)
        return pl.concat(frames, how="diagonal" if MARK in names else "vertical")
    except pl.exceptions.ColumnNotFoundError:  # this file is without it
        return _read_whole(context, portion)


def _read_whole(context: Context, portion: _Portion) -> pl.DataFrame:
    return pl.concat(read_chunks(context, portion.stream_id, portion.chunks), how="diagonal")


def _typed(
    context: Context,
    plan: Plan,
    entity_plan: EntityPlan,
    rows: pl.DataFrame,
    portion: _Portion,
    *,
    every_row: bool,
) -> pl.DataFrame:
    """Type the rows; of a secondary entity only those that can differ, unless `every_row`.

    Where a mapped id is empty in some row, one is made from all its columns: then the rows are read whole.
    """
    batch = transform_rows(plan, entity_plan, rows if every_row else distinct_rows(entity_plan, rows))
    if "id_derived" in batch.issues["code"]:
        return transform_rows(plan, entity_plan, _read_whole(context, portion)).frame
    return batch.frame


# --- rows that were held back -----------------------------------------------------------------------------------


def held_rows(context: Context, run_id: str) -> dict[tuple[str, str], pl.DataFrame]:
    """Read by (entity, stream) the numbers of the rows that stayed out of the target."""
    fates = context.session.execute(
        select(RowFate.entity, RowFate.stream_id, RowFate.starts, RowFate.ends).where(
            RowFate.run_id == run_id, RowFate.fate.in_(_HELD)
        )
    )
    rows: dict[tuple[str, str], list[pl.DataFrame]] = {}
    for entity, stream_id, starts, ends in fates:
        ranges = pl.DataFrame({"first": starts, "last": ends}, schema={"first": pl.Int64, "last": pl.Int64})
        numbers = pl.int_ranges(pl.col("first"), pl.col("last") + 1).explode()
        rows.setdefault((entity, stream_id), []).append(ranges.select(numbers.alias(ROW)))
    return {key: pl.concat(parts) for key, parts in rows.items()}


def within(held: pl.DataFrame, rows: pl.Series) -> pl.DataFrame:
    return held.filter(pl.col(ROW).is_between(rows.min(), rows.max())) if len(rows) else held.clear()


# --- locations --------------------------------------------------------------------------------------------------


def _locations(context: Context, source: str, columns: Columns) -> dict[str, str]:
    """Look up our ids of the locations, by their names in the files."""
    orders = columns.get("order")
    if orders is None or "location_id" not in orders.columns:
        return {}
    return look_up(context, source, "location", orders["location_id"].drop_nulls().unique().to_list())


def _at(frame: pl.DataFrame, locations: dict[str, str]) -> pl.DataFrame:
    """Replace the locations by our ids; one that is not in the target becomes empty, as there."""
    if "location_id" not in frame.columns:
        return frame
    ours = pl.col("location_id").replace_strict(locations or {"": None}, default=None, return_dtype=pl.String)
    return frame.with_columns(ours)
