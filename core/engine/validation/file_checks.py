"""Goes through all rows of a plan once: each chunk is applied and checked by itself, and only the few columns that the
checks over whole files need are kept, so that memory does not grow with what a row holds.

Rows of several streams meet in those columns, so their numbers are made unique there: the stream's place above bit
40, the row below it. The first stream's numbers stay what they are.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial

import polars as pl

from core.context import Context
from core.engine.batch import ROW, Batch, together
from core.engine.mapping.rules import FAULT, apply
from core.engine.plan import EntityPlan, Plan
from core.engine.sources import store
from core.engine.sources.tables import SourceStream
from core.engine.validation.duplicates import CONTENT, PLACE
from core.engine.validation.ledger import IssueLedger
from core.engine.validation.rules import NEEDED, check

_AT_ONCE = 60_000
"""Rows that are looked at together at most: more would take memory and no less time."""
_OF_ROW = (ROW, "external_id", CONTENT)
_ENCODED = re.compile(r"\brow (\d{13,})")


@dataclass(slots=True)
class Gathered:
    """What is left of the rows.

    parts   entity -> (secondary, stream name) -> light columns, chunk by chunk
    places  the streams by their place in the row numbers, each with its entity plans
    rows    entity -> number of records: every row of a primary entity, every distinct one of a secondary
    again   entity -> ROW, external_id and CONTENT of the rows whose id stands in several tables that are mainly about it
    """

    parts: dict[str, dict[tuple[bool, str], list[pl.DataFrame]]] = field(default_factory=dict)
    places: list[tuple[SourceStream, dict[str, EntityPlan]]] = field(default_factory=list)
    rows: dict[str, int] = field(default_factory=dict)
    again: dict[str, pl.DataFrame] = field(default_factory=dict)

    def take_columns(self) -> dict[str, pl.DataFrame]:
        """One frame per entity. The parts are given up, so that they do not stay in memory beside it."""
        parts, self.parts = self.parts, {}
        return {entity: self._joined(entity, parts.pop(entity)) for entity in list(parts)}

    def encoded(self, rows: pl.DataFrame) -> pl.Series:
        """Rows (stream_id, row) as the unique numbers that the light columns have."""
        places = {stream.id: place * PLACE for place, (stream, _) in enumerate(self.places)}
        return rows.select(
            pl.col("stream_id").replace_strict(places, return_dtype=pl.Int64) + pl.col("row")
        ).to_series()

    def _joined(self, entity: str, groups: dict[tuple[bool, str], list[pl.DataFrame]]) -> pl.DataFrame:
        """Primary records first; of a record that several streams tell of, what the first of them says."""
        joined: list[pl.DataFrame] = []
        repeated: list[pl.DataFrame] = []
        self.rows[entity] = 0
        for secondary, stream in sorted(groups, key=lambda key: key[0]):
            frame = pl.concat(groups.pop((secondary, stream)), how="diagonal")
            self.rows[entity] += 0 if secondary else len(frame)
            if secondary:
                frame = frame.unique("external_id", keep="first", maintain_order=True)
            if joined:
                known = pl.concat([part["external_id"] for part in joined])
                is_known = frame["external_id"].is_in(known.implode())
                repeated += [] if secondary else [frame.filter(is_known).select(_OF_ROW)]
                frame = frame.filter(~is_known)
            self.rows[entity] += len(frame) if secondary else 0
            joined.append(frame)
        if any(rows.height for rows in repeated):
            ids = pl.concat(repeated)["external_id"].unique()
            first = [part.select(_OF_ROW) for part in joined if CONTENT in part.columns]
            rows = pl.concat([*first, *repeated])
            self.again[entity] = rows.filter(pl.col("external_id").is_in(ids.implode()))
        return pl.concat(joined, how="diagonal")

    def fields_of(self, entity: str) -> dict[int, tuple[str, ...]]:
        """The fields that each table gives the entity, by its place in the row numbers."""
        return {
            place: tuple(sorted(field.target for field in plans[entity].fields))
            for place, (_, plans) in enumerate(self.places)
            if entity in plans
        }


Progress = Callable[[int, int], None]
"""Takes rows checked so far and rows in all."""


def gather(
    context: Context,
    plan: Plan,
    streams: Sequence[SourceStream],
    ledger: IssueLedger,
    progress: Progress | None = None,
) -> Gathered:
    """Applies and checks every row of every entity plan; their issues go to the ledger."""
    mapped = {entity_plan.stream for entity_plan in plan.entities}
    done, total = 0, sum(stream.rows for stream in streams if stream.name in mapped)
    gathered = Gathered()
    by_stream: defaultdict[str, list[EntityPlan]] = defaultdict(list)
    for entity_plan in plan.entities:
        by_stream[entity_plan.stream].append(entity_plan)
    for stream in streams:
        plans = by_stream.get(stream.name, [])
        if not plans:
            continue
        place = len(gathered.places)
        gathered.places.append((stream, {plan.entity: plan for plan in plans}))
        heads = store.chunk_heads(context, stream.id)
        at_once = max(1, _AT_ONCE // max((head.rows for head in heads), default=_AT_ONCE))
        picked = [_Picked(plan) for plan in plans if not plan.primary]
        numbers = (head.chunk_no for head in heads)
        look = partial(_pick_out, plan, picked, context.now)
        for frame, records in store.work_through(context, stream.id, numbers, look, at_once=at_once):
            for entity_plan in plans:
                entity = entity_plan.entity
                batch = records.get(entity)
                if entity_plan.primary:
                    batch = check(plan, apply(plan, entity_plan, frame), context.now)
                if batch is not None:
                    ledger.add(batch.issues, stream.id, entity_plan)
                    groups = gathered.parts.setdefault(entity, {})
                    parts = groups.setdefault((not entity_plan.primary, stream.name), [])
                    parts.append(_light(batch, place, with_content=entity_plan.primary))
            done += frame.height
            if progress is not None:
                progress(min(done, total), total)
    return gathered


def _pick_out(
    plan: Plan, picked: Sequence[_Picked], now: datetime, frame: pl.DataFrame
) -> tuple[pl.DataFrame, dict[str, Batch]]:
    """The chunk, and by entity what is picked out of its rows and has not been; done while the one before is checked."""
    found: dict[str, Batch] = {}
    if not picked:
        return frame, found
    sound = _sound(frame)
    # In two calls for all of them: what stands on every line would take longer in calls than in work.
    hashed = sound.select(one.hashes(sound.columns).alias(str(place)) for place, one in enumerate(picked))
    may_be = hashed.select(
        one.any_new(pl.col(str(place))).alias(str(place)) for place, one in enumerate(picked)
    )
    for place, one in enumerate(picked):
        if not may_be[str(place)][0]:
            continue
        rows, hashes = one.fresh(sound, hashed[str(place)])
        if not rows.is_empty() or not one.begun:
            found[one.plan.entity] = check(plan, one.unseen(rows, hashes, apply(plan, one.plan, rows)), now)
            one.begun = True
    return frame, found


def decode(
    gathered: Gathered, entity: str, issues: pl.DataFrame
) -> Iterator[tuple[pl.DataFrame, str, EntityPlan]]:
    """Issues of the checks over whole files, stream by stream, with the rows' own numbers again."""
    for place, (stream, plans) in enumerate(gathered.places):
        of_stream = issues.filter(pl.col(ROW) // PLACE == place) if entity in plans else issues.clear()
        if len(of_stream):
            detail = pl.Series(
                "detail", [_told(gathered, text) for text in of_stream["detail"]], dtype=pl.String
            )
            yield of_stream.with_columns(pl.col(ROW) % PLACE, detail), stream.id, plans[entity]


def _told(gathered: Gathered, detail: str | None) -> str | None:
    def name(match: re.Match[str]) -> str:
        number = int(match[1])
        return f"row {number % PLACE} of {gathered.places[number // PLACE][0].name}"

    return _ENCODED.sub(name, detail) if detail else detail


def _sound(frame: pl.DataFrame) -> pl.DataFrame:
    """Without misshapen rows, which are the primary entity's matter."""
    return frame.filter(pl.col(FAULT).is_null()).drop(FAULT) if FAULT in frame.columns else frame


_FEW = 1_000
"""Shops, dishes and the like; of more records than these, some are new in every chunk."""


@dataclass(slots=True)
class _Picked:
    """An entity picked out of other rows of a stream: what of it has been, as hashes.

    Its rows repeat by the thousand, so a row whose planned columns have been is left out before it costs anything.
    `rows` has those columns' hashes, `ids` those of the ids.
    """

    plan: EntityPlan
    rows: pl.Series = field(default_factory=lambda: pl.Series(dtype=pl.UInt64))
    ids: pl.Series = field(default_factory=lambda: pl.Series(dtype=pl.UInt64))
    begun: bool = False

    def hashes(self, there: Collection[str]) -> pl.Expr:
        """Of each row's planned columns, `there` being those that the chunk has."""
        names = self.plan.columns() or [ROW]
        absent = pl.lit(None, dtype=pl.String)
        return together(pl.col(name) if name in there else absent for name in names)

    def any_new(self, hashes: pl.Expr) -> pl.Expr:
        """Whether the chunk may hold records that have not been; asked in earnest only of the few that repeat."""
        if not self.begun or len(self.rows) > _FEW:
            return pl.lit(value=True)
        return (~hashes.is_in(self.rows.implode())).any()

    def fresh(self, frame: pl.DataFrame, hashes: pl.Series) -> tuple[pl.DataFrame, pl.Series]:
        """The rows that may hold records that have not been, and their hashes."""
        first = _first(hashes, self.rows)
        return frame.filter(first), hashes.filter(first)

    def unseen(self, rows: pl.DataFrame, hashes: pl.Series, batch: Batch) -> Batch:
        """The batch of these rows without records that an earlier chunk, or an earlier row, has."""
        # An id that is made of the row is another one in every row, whatever the columns have.
        own = batch.frame.filter(pl.col("external_id").str.starts_with("row:"))[ROW]
        self.rows.append(hashes.filter(~rows[ROW].is_in(own.implode())) if len(own) else hashes)
        ids = batch.frame["external_id"].hash()
        first = _first(ids, self.ids)
        self.ids.append(ids.filter(first))
        frame = batch.frame.filter(first)
        issues = batch.issues.filter(pl.col(ROW).is_in(frame[ROW].implode()))
        return Batch(batch.entity, frame, issues)


def _first(hashes: pl.Series, seen: pl.Series) -> pl.Series:
    """Which hashes stand for the first time. Of many seen ones, only those that come again are indexed."""
    if len(seen) > len(hashes):
        seen = seen.filter(seen.is_in(hashes.implode()))
    if seen.is_empty():
        return hashes.is_first_distinct()
    new = ~hashes.is_in(seen.implode())
    return new & hashes.is_first_distinct() if new.any() else new


def _light(batch: Batch, place: int, *, with_content: bool) -> pl.DataFrame:
    frame = batch.frame
    wanted = [name for name in NEEDED[batch.entity] if name in frame.columns]
    row = (pl.col(ROW) + (place * PLACE)).alias(ROW)
    if not with_content:
        return frame.select(row, *wanted)
    texts = [
        pl.col(name).list.join("\x1f") if kind == pl.List(pl.String) else pl.col(name)
        for name, kind in sorted(frame.schema.items())
        if name != ROW
    ]
    return frame.select(row, *wanted, together(texts).alias(CONTENT))
