"""Shows the plan that comes of a mapping, and where several fields want one target."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import polars as pl
from sqlalchemy import and_, or_, select, true

from core.context import Context
from core.engine.batch import MARK, ROW
from core.engine.mapping import plans
from core.engine.mapping.bands import AMBER_FROM
from core.engine.mapping.business_days.views import plan_with_days
from core.engine.mapping.plans import Link, build_plan
from core.engine.mapping.review import SUGGESTED, is_asked, is_consent
from core.engine.mapping.row_rules.views import plan_with_row_rules
from core.engine.mapping.tables import MappingField
from core.engine.mapping.views.date_orders import with_orders
from core.engine.mapping.views.fields import FieldRow, existing_columns, field_rows, rows_where
from core.engine.mapping.views.record_types import chosen_record_types
from core.engine.plan import Conflict, ImportSettings, Plan
from core.engine.sources import store
from core.engine.sources import views as sources
from core.engine.sources.facts.columns import ColumnFacts, merge_facts
from core.engine.sources.non_data.marks import without_marked
from core.engine.sources.tables import SourceFile, SourceStream
from core.kit.times import UNDECIDED
from core.platform.access.actions import view

CONFLICT_SETTING = "conflict"
STRICT_SETTING = "strict_fields"
"""Target -> whether an unreadable value holds its row, where a person said so."""


@view("migration.read")
def current_plan(context: Context, migration_id: str, *, accept_above: float = AMBER_FROM) -> Plan:
    """Return the plan as decided, with suggestions nobody looked at yet where their confidence is `accept_above` or more."""
    settings = sources.migration(context, migration_id).settings
    conflicts = {entity: Conflict(name) for entity, name in settings.get(CONFLICT_SETTING, {}).items()}
    fields = field_rows(context, migration_id)
    links = planned_links(fields, accept_above)
    settings_of_import = import_settings(context, migration_id)
    plan = build_plan(
        links,
        stream_entities(context, migration_id),
        settings_of_import,
        conflicts,
        stream_facts(context, migration_id),
    )
    plan = with_orders(context, migration_id, plan, settings_of_import)
    strict = settings.get(STRICT_SETTING, {})
    plan = replace(
        plan,
        strict=tuple(sorted(target for target, holds in strict.items() if holds)),
        lenient=tuple(sorted(target for target, holds in strict.items() if not holds)),
    )
    plan = plan_with_row_rules(context, migration_id, plan)
    return plan_with_days(context, migration_id, plan, _zone_columns(fields))


def _zone_columns(fields: Sequence[FieldRow]) -> dict[str, str]:
    """Return the column that names the time zone of each row, by stream, unless a person excluded it.

    What a file says of its times counts, whether or not the name of the zone itself is imported.
    """
    return {
        field.stream: field.source_field
        for field in reversed(fields)
        if field.target == "location.timezone" and field.status != "ignored"
    }


@view("migration.read")
def contested(context: Context, migration_id: str) -> list[tuple[str, str, tuple[str, ...]]]:
    """(stream, target, source fields) wherever several fields want one target and only one of them can have it."""
    return list(plans.contested(links_of(context, migration_id, with_asked=True)))


@dataclass(frozen=True, slots=True)
class Rivals:
    """A target of a stream that several columns claim, and their fields."""

    stream: str
    target: str
    fields: tuple[FieldRow, ...]


@view("migration.read")
def contested_rows(
    context: Context, migration_id: str, *, links: Sequence[Link] | None = None
) -> list[Rivals]:
    """As `contested`, with the fields; reads whole fields only of the targets that are contested.

    `links`: what `links_of` answered already.
    """
    claims = list(
        plans.contested(links_of(context, migration_id, with_asked=True) if links is None else links)
    )
    if not claims:
        return []
    targets = {target for _, target, _ in claims}
    rows = rows_where(context, migration_id, MappingField.target.in_(targets))
    by_place = {(row.stream, row.source_field, row.target): row for row in rows}
    return [
        Rivals(stream, target, tuple(by_place[stream, name, target] for name in names))
        for stream, target, names in claims
    ]


@view("migration.read")
def links_of(
    context: Context, migration_id: str, *, accept_above: float = AMBER_FROM, with_asked: bool = False
) -> list[Link]:
    """Return the links an import would use, of columns that are still there, by stream and position; no other columns read.

    `with_asked`: also those whose question is open, which an import does not use, but which claim their targets.
    """
    columns = existing_columns(context, migration_id)
    query = select(
        MappingField.stream,
        MappingField.source_field,
        MappingField.target,
        MappingField.transform,
        MappingField.status,
        MappingField.confidence,
        MappingField.position,
    ).where(
        MappingField.migration_id == migration_id,
        MappingField.target.is_not(None),
        or_(
            MappingField.status.in_(("accepted", "edited")),
            and_(
                MappingField.status == SUGGESTED,
                MappingField.confidence >= accept_above,
                true() if with_asked else MappingField.question == "",
            ),
        ),
    )
    links = [
        Link(
            row.stream,
            row.source_field,
            row.target,
            row.transform,
            row.status != SUGGESTED,
            1.0 if row.status != SUGGESTED else row.confidence or 0.0,
            row.position,
        )
        for row in context.session.execute(query)
        if row.source_field in columns.get(row.stream, ())
        and (with_asked or row.status != SUGGESTED or not is_consent(row.target))
    ]
    order = {name: number for number, name in enumerate(columns)}
    return sorted(links, key=lambda link: (order[link.stream], link.position))


def import_settings(context: Context, migration_id: str) -> ImportSettings:
    """Read zone, currency and country from the files, or else from the tenant.

    The order of day and month is said by the transforms of the fields; days without it that can be read either way are held.
    """
    files = context.session.execute(
        select(SourceFile.zone, SourceFile.currency)
        .where(SourceFile.migration_id == migration_id)
        .order_by(SourceFile.created_at, SourceFile.id)
    ).all()
    return ImportSettings(
        context.tenant.domain,
        sources.migration(context, migration_id).source,
        zone=next((file.zone for file in files if file.zone), context.tenant.zone),
        currency=next((file.currency for file in files if file.currency), context.tenant.currency),
        country=context.tenant.country,
        date_order=UNDECIDED,
    )


def stream_entities(context: Context, migration_id: str) -> dict[str, str | None]:
    """Stream name -> its main entity where that is known, in the order the streams were read."""
    entities: dict[str, str | None] = {}
    query = select(SourceStream.name, SourceStream.entity).where(SourceStream.migration_id == migration_id)
    for name, entity in context.session.execute(query.order_by(SourceStream.created_at, SourceStream.id)):
        entities[name] = entities.get(name) or entity
    chosen = chosen_record_types(sources.migration(context, migration_id))
    return {name: chosen.get(name) or entity for name, entity in entities.items()}


def stream_facts(context: Context, migration_id: str) -> dict[str, dict[str, ColumnFacts]]:
    """Stream name -> column -> facts over all rows of the stream's files; none of files that were read without them."""
    facts: dict[str, list[dict[str, ColumnFacts]]] = {}
    query = select(SourceStream.name, SourceStream.facts).where(SourceStream.migration_id == migration_id)
    for name, columns in context.session.execute(query):
        facts.setdefault(name, []).append(
            {column: ColumnFacts.from_json(document) for column, document in columns.items()}
        )
    return {name: merge_facts(files) for name, files in facts.items() if all(files)}


def planned_links(fields: Sequence[FieldRow | MappingField], accept_above: float) -> list[Link]:
    """Return the links of decided fields, and of suggestions from `accept_above` on that ask nothing.

    A column that an expression names is read also where its own field is excluded, or belongs to another target.
    """
    links = [
        link
        for field in fields
        if (link := _link(field)) and (link.is_decided or link.confidence >= accept_above)
    ]
    return [
        *links,
        *plans.named_in_expressions(
            links, [(field.stream, field.source_field, field.position) for field in fields]
        ),
    ]


def _link(field: FieldRow | MappingField) -> Link | None:
    if field.target is None or field.status == "ignored" or is_asked(field):
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


_OF_A_CHUNK = 20_000
"""Rows of each chunk that are looked at: enough to tell what a column holds."""


def stream_rows(
    context: Context, streams: Sequence[SourceStream], *, chunks: int, columns: Sequence[str] | None = None
) -> pl.DataFrame:
    """Rows to judge streams of one name by: from up to `chunks` chunks, spread over all their files, ROW and text."""
    heads = [head for stream in streams for head in store.list_chunks(context, stream.id)]
    step = max(1, len(heads) // chunks)
    picked = heads[::step][:chunks]
    columns = [*columns, MARK] if columns is not None else None
    frames = [
        without_marked(store.read_chunk(context, head.stream_id, head.chunk_no, columns)).head(_OF_A_CHUNK)
        for head in picked
    ]
    if not frames:
        names = [ROW, *(columns or streams[0].columns)]
        return pl.DataFrame(schema={name: pl.Int64 if name == ROW else pl.String for name in names})
    return pl.concat(frames, how="diagonal")
