"""Shows the mapping: fields, progress, samples, decisions, and the plan that comes of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil

import polars as pl
from sqlalchemy import select

from core.context import Context
from core.engine.batch import ROW
from core.engine.mapping import plans
from core.engine.mapping.bands import AMBER_FROM, BANDS, band
from core.engine.mapping.plans import Link, build_plan
from core.engine.mapping.tables import MappingDecision, MappingField
from core.engine.plan import Conflict, Plan
from core.engine.sources import store
from core.engine.sources import views as sources
from core.engine.sources.tables import SourceStream
from core.kit.masking import is_personal, mask
from core.kit.sheets import write_sheet
from core.platform.access.actions import view

SUGGESTED = "suggested"
CONFLICT_SETTING = "conflict"
SAMPLES = 3

_MONTH_FIRST = frozenset({"US", "PH", "FM", "MH", "PW"})


@dataclass(frozen=True, slots=True)
class StreamProgress:
    name: str
    total: int
    decided: int


@dataclass(frozen=True, slots=True)
class Progress:
    """`by_band` counts the fields nobody has decided yet; `minutes_left` is what reviewing them takes."""

    total: int
    decided: int
    by_band: dict[str, int]
    minutes_left: int
    streams: tuple[StreamProgress, ...]


@view("migration.read")
def mapping_fields(
    context: Context,
    migration_id: str,
    *,
    stream: str | None = None,
    band: str | None = None,
    entity: str | None = None,
    undecided: bool = False,
    search: str = "",
) -> list[MappingField]:
    """The fields of the streams there are, in the order of streams and columns; `band` is a name of BANDS."""
    return [
        field
        for field in _fields(context, migration_id)
        if (stream is None or field.stream == stream)
        and (band is None or _band(field) == band)
        and (entity is None or (field.target or "").partition(".")[0] == entity)
        and (not undecided or field.status == SUGGESTED)
        and search.casefold() in f"{field.stream} {field.source_field} {field.target or ''}".casefold()
    ]


@view("migration.read")
def progress(context: Context, migration_id: str) -> Progress:
    """How far the review is."""
    fields = _fields(context, migration_id)
    left = Counter(_band(field) for field in fields if field.status == SUGGESTED)
    totals = Counter(field.stream for field in fields)
    decided = Counter(field.stream for field in fields if field.status != SUGGESTED)
    seconds = sum(BANDS[name].seconds * count for name, count in left.items())
    return Progress(
        len(fields),
        decided.total(),
        {name: left[name] for name in BANDS},
        ceil(seconds / 60),
        tuple(StreamProgress(name, totals[name], decided[name]) for name in totals),
    )


@view("migration.read")
def samples_for(context: Context, migration_id: str) -> dict[tuple[str, str], list[str]]:
    """Up to three different values by (stream, source field); people's own are masked without personal.read."""
    personal = {
        (field.stream, field.source_field)
        for field in _fields(context, migration_id)
        if field.target and is_personal(*field.target.split(".", 1))
    }
    shown: dict[tuple[str, str], list[str]] = {}
    for stream in sources.streams(context, migration_id):
        rows = store.unpack(context, stream.sample, f"source_stream|{stream.id}")
        for name in rows.columns:
            key = (stream.name, name)
            if name == ROW or len(shown.get(key, [])) >= SAMPLES:
                continue
            values = rows[name].drop_nulls().unique(maintain_order=True).head(SAMPLES).to_list()
            hidden = key in personal or sources.looks_personal(rows[name], stream.entity)
            if hidden and not context.may("personal.read"):
                values = [mask(value) for value in values]
            shown[key] = list(dict.fromkeys([*shown.get(key, []), *values]))[:SAMPLES]
    return shown


@view("migration.read")
def decisions(context: Context, migration_id: str) -> list[MappingDecision]:
    """Every decision, the newest first."""
    query = select(MappingDecision).where(MappingDecision.migration_id == migration_id)
    return list(
        context.session.scalars(query.order_by(MappingDecision.created_at.desc(), MappingDecision.id.desc()))
    )


@view("migration.read")
def current_plan(context: Context, migration_id: str, *, accept_above: float = AMBER_FROM) -> Plan:
    """The plan as decided, with suggestions nobody looked at yet where their confidence is `accept_above` or more."""
    settings = sources.migration(context, migration_id).settings
    conflicts = {entity: Conflict(name) for entity, name in settings.get(CONFLICT_SETTING, {}).items()}
    links = planned_links(_fields(context, migration_id), accept_above)
    return build_plan(
        links, stream_entities(context, migration_id), plan_frame(context, migration_id), conflicts
    )


@view("migration.read")
def contested(
    context: Context, migration_id: str, *, accept_above: float = AMBER_FROM
) -> list[tuple[str, str, tuple[str, ...]]]:
    """(stream, target, source fields) wherever several fields want one target and only one of them can have it."""
    return list(plans.contested(planned_links(_fields(context, migration_id), accept_above)))


@view("migration.read")
def export_mapping(context: Context, migration_id: str, form: str) -> bytes:
    """The mapping as 'csv', 'xlsx' or 'json', one row per source field and target."""
    columns = (
        "stream",
        "source_field",
        "target",
        "transform",
        "status",
        "confidence",
        "suggested_target",
        "reason",
    )
    rows = [[getattr(field, name) for name in columns] for field in _fields(context, migration_id)]
    return write_sheet(columns, rows, form, name="Mapping")


def plan_frame(context: Context, migration_id: str) -> Plan:
    """A plan without entities: what the files, or else the tenant, say of zone, currency, country and dates."""
    migration, files = sources.migration(context, migration_id), sources.files(context, migration_id)
    # A date that begins with its year is read in any order, so only the other orders have a say, by their rows.
    orders: Counter[str] = Counter()
    for stream in sources.streams(context, migration_id):
        if stream.date_order in ("mdy", "dmy"):
            orders[stream.date_order] += stream.rows
    by_country = "mdy" if context.tenant.country in _MONTH_FIRST else "dmy"
    return Plan(
        context.tenant.domain,
        migration.source,
        (),
        next((file.zone for file in files if file.zone), context.tenant.zone),
        next((file.currency for file in files if file.currency), context.tenant.currency),
        context.tenant.country,
        max(orders, key=orders.__getitem__, default=by_country),
    )


def stream_entities(context: Context, migration_id: str) -> dict[str, str | None]:
    """Stream name -> its main entity where that is known, in the order the streams were read."""
    entities: dict[str, str | None] = {}
    for stream in sources.streams(context, migration_id):
        entities[stream.name] = entities.get(stream.name) or stream.entity
    return entities


def planned_links(fields: Sequence[MappingField], accept_above: float) -> list[Link]:
    return [
        link
        for field in fields
        if (link := _link(field)) and (link.decided or link.confidence >= accept_above)
    ]


def _link(field: MappingField) -> Link | None:
    if field.target is None or field.status == "ignored":
        return None
    return Link(
        field.stream,
        field.source_field,
        field.target,
        field.transform,
        field.status != SUGGESTED,
        1.0 if field.status != SUGGESTED else field.confidence or 0.0,
        field.position,
    )


def _band(field: MappingField) -> str:
    return band(field.confidence).name


def _fields(context: Context, migration_id: str) -> list[MappingField]:
    """Fields whose column is still there; those of removed files wait until they come back."""
    columns: dict[str, set[str]] = {}
    for stream in sources.streams(context, migration_id):
        columns.setdefault(stream.name, set()).update(stream.columns)
    place = {name: number for number, name in enumerate(columns)}
    query = select(MappingField).where(MappingField.migration_id == migration_id)
    there = [
        field
        for field in context.session.scalars(query)
        if field.source_field in columns.get(field.stream, set())
    ]
    return sorted(there, key=lambda field: (place[field.stream], field.position, field.slot))


def stream_rows(
    context: Context, streams: Sequence[SourceStream], *, chunks: int, columns: Sequence[str] | None = None
) -> pl.DataFrame:
    """Rows to judge streams of one name by: up to `chunks` chunks, spread over all their files, ROW and text."""
    heads = [head for stream in streams for head in store.chunk_heads(context, stream.id)]
    step = max(1, len(heads) // chunks)
    picked = heads[::step][:chunks]
    frames = [store.read_chunk(context, head.stream_id, head.chunk_no, columns) for head in picked]
    if not frames:
        names = [ROW, *(columns or streams[0].columns)]
        return pl.DataFrame(schema={name: pl.Int64 if name == ROW else pl.String for name in names})
    return pl.concat(frames, how="diagonal")
