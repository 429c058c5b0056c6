"""Shows recipes, what applying one would change, how two versions differ, and whether one still gives what it gave."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any

import polars as pl
from sqlalchemy import select

from core.context import Context
from core.db.keys import tenant_key
from core.engine.batch import ROW
from core.engine.mapping.recipes import document, replaying, rules
from core.engine.mapping.recipes.document import NO_RECORD_TYPE, Body
from core.engine.mapping.recipes.replaying import Replay
from core.engine.mapping.recipes.rules import (
    Difference,
    Misfit,
    Present,
    PresentStream,
    RecordTypeStep,
    State,
    Step,
)
from core.engine.mapping.tables import Recipe
from core.engine.mapping.views.fields import field_rows
from core.engine.mapping.views.plan import CONFLICT_SETTING, import_settings
from core.engine.mapping.views.record_types import chosen_record_types
from core.engine.sources import store
from core.engine.sources import views as sources
from core.engine.sources.actions import reader_options
from core.engine.sources.file_info import ReaderOptions
from core.engine.sources.tables import SourceFile
from core.errors import NotFoundError
from core.platform.access.actions import view
from core.platform.access.tables import Person


@dataclass(frozen=True, slots=True)
class ReaderStep:
    """A file that the recipe reads otherwise."""

    file_id: str
    file: str
    before: ReaderOptions
    after: ReaderOptions


@dataclass(frozen=True, slots=True)
class Preview:
    """What applying would do. `conflicts`: (entity, strategy now or '', strategy then), only where they differ.

    Record types are set where whole tables are applied.
    """

    steps: tuple[Step, ...]
    misfits: tuple[Misfit, ...]
    readers: tuple[ReaderStep, ...]
    conflicts: tuple[tuple[str, str, str], ...]
    record_types: tuple[RecordTypeStep, ...] = ()

    @property
    def changes(self) -> tuple[Step, ...]:
        return tuple(step for step in self.steps if not step.done)

    @property
    def high(self) -> tuple[Step, ...]:
        """Changes that exclude a field with a high-confidence suggestion; applied only where they are included."""
        return tuple(step for step in self.changes if step.excludes_high)


@dataclass(frozen=True, slots=True)
class RecipeVersion:
    """A version of a recipe; columns as in Recipe."""

    id: str
    name: str
    version: int
    domain: str
    source: str
    body: dict[str, Any]
    note: str
    created_at: datetime

    @property
    def tables(self) -> int:
        return len(self.body["streams"])

    @property
    def fields(self) -> int:
        return sum(len(stream["fields"]) for stream in self.body["streams"])


_COLUMNS = [getattr(Recipe, field.name) for field in fields(RecipeVersion)]


@view("migration.read")
def recipes(context: Context) -> list[RecipeVersion]:
    """List every version of every recipe of the tenant, by name, the newest version first."""
    query = select(*_COLUMNS).order_by(Recipe.name, Recipe.version.desc())
    return [RecipeVersion(*row) for row in context.session.execute(query)]


@view("migration.read")
def savers(context: Context) -> dict[str, str]:
    """Recipe id -> the name of the person who saved that version."""
    query = select(Recipe.id, Person.name).join(Person, Person.id == Recipe.created_by)
    return {row.id: row.name for row in context.session.execute(query)}


@view("migration.read")
def recipe(context: Context, recipe_id: str) -> RecipeVersion:
    """Return a version by its id; NotFoundError where there is none, or none of this tenant."""
    row = context.session.execute(select(*_COLUMNS).where(Recipe.id == recipe_id)).first()
    if row is None:
        raise NotFoundError("There is no such recipe here.", hint="Go back to the list of recipes.")
    return RecipeVersion(*row)


@view("migration.read")
def recipe_body(context: Context, recipe_id: str) -> Body:
    """Return the content of the version."""
    return Body.model_validate(recipe(context, recipe_id).body)


@view("migration.read")
def preview(
    context: Context,
    recipe_id: str,
    migration_id: str,
    *,
    streams: Collection[str] | None = None,
    fields: Collection[tuple[str, str]] | None = None,
) -> Preview:
    """List the changes of applying the recipe or a part of it. `streams` and `fields` are named as in the recipe."""
    body = recipe_body(context, recipe_id)
    part = rules.select_part(body, streams, fields)
    present = present_streams(context, migration_id)
    outcomes = list(
        rules.steps(
            part, present, fields_present(context, migration_id), import_settings(context, migration_id)
        )
    )
    steps = tuple(step for step in outcomes if isinstance(step, Step))
    types = list(rules.record_type_steps(part, present, context.tenant.domain)) if fields is None else []
    now = sources.migration(context, migration_id).settings.get(CONFLICT_SETTING, {})
    target_entities = {step.after.target.partition(".")[0] for step in steps if step.after.target}
    return Preview(
        steps,
        tuple(misfit for misfit in (*types, *outcomes) if isinstance(misfit, Misfit)),
        _readers(context, migration_id, part, present),
        tuple(
            (entity, now.get(entity, ""), str(strategy))
            for entity, strategy in body.conflicts.items()
            if entity in target_entities and now.get(entity) != strategy
        ),
        tuple(step for step in types if isinstance(step, RecordTypeStep)),
    )


@view("migration.read")
def compare(context: Context, recipe_id: str, other_id: str) -> list[Difference]:
    """List the differences of the other version."""
    return rules.differences(recipe_body(context, recipe_id), recipe_body(context, other_id))


@view("migration.read")
def replay(context: Context, recipe_id: str, migration_id: str) -> Replay:
    """Whether the recipe still gives over the migration's files what it gave: columns, mapping, outputs."""
    return replaying.replay(
        recipe_body(context, recipe_id),
        present_streams(context, migration_id),
        fields_present(context, migration_id),
        import_settings(context, migration_id),
        tenant_key(context.session),
    )


# --- a migration as recipes see it ----------------------------------------------------------------------------------


def present_streams(context: Context, migration_id: str) -> dict[str, PresentStream]:
    """Stream name -> its entity, columns and first rows, over all files that have it."""
    streams: dict[str, PresentStream] = {}
    choices = chosen_record_types(sources.migration(context, migration_id))
    types = {name: entity or NO_RECORD_TYPE for name, entity in choices.items()}
    for stream in sources.streams(context, migration_id):
        rows = store.decrypt_frame(context, stream.sample, f"source_stream|{stream.id}").drop(
            ROW, strict=False
        )
        rows = rows.select(pl.col(name) for name in stream.columns if name in rows.columns)
        before = streams.get(stream.name, PresentStream(None, (), pl.DataFrame()))
        streams[stream.name] = PresentStream(
            before.entity or stream.entity,
            tuple(dict.fromkeys((*before.columns, *stream.columns))),
            pl.concat([before.rows, rows], how="diagonal") if before.columns else rows,
            types.get(stream.name),
        )
    return streams


def fields_present(context: Context, migration_id: str) -> dict[tuple[str, str, int], Present]:
    return {
        (row.stream, row.source_field, row.slot): Present(
            row.id,
            row.version,
            State(row.target, row.transform, row.status),
            row.suggested_target,
            row.confidence,
        )
        for row in field_rows(context, migration_id)
    }


def _readers(
    context: Context, migration_id: str, part: list[document.StreamRule], present: Mapping[str, PresentStream]
) -> tuple[ReaderStep, ...]:
    """Return the reader options of the whole file: those of its first stream."""
    names = rules.match_streams(part, present)
    holding: dict[str, SourceFile] = {}
    files = {file.id: file for file in sources.files(context, migration_id)}
    for stream in sources.streams(context, migration_id):
        holding.setdefault(stream.name, files[stream.file_id])
    steps: dict[str, ReaderStep] = {}
    for rule in part:
        if rule.name not in names or (file := holding[names[rule.name]]).id in steps:
            continue
        now = reader_options(file)
        reader = rules.reader_for(rule.reader, now)
        if reader != now:
            steps[file.id] = ReaderStep(file.id, file.name, now, reader)
    return tuple(steps.values())
