"""Takes a person's word on the record type of a table, and suggests its fields anew with that type settled."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from core.context import Context
from core.engine.mapping import views
from core.engine.mapping.actions.decide import Decision, locked, save
from core.engine.mapping.actions.decision_log import Mark, log_decision, state
from core.engine.mapping.actions.suggest import proposals_of, samples_of, suggest_fields
from core.engine.mapping.actions.undo import undo
from core.engine.mapping.tables import MappingDecision, MappingField
from core.engine.mapping.views.record_types import record_type_label
from core.engine.sources import views as sources_views
from core.engine.sources.contract import Source
from core.engine.sources.tables import Migration
from core.errors import ConflictError, InvalidInputError, NotFoundError
from core.kit.ids import new_id
from core.platform.access.actions import action, view
from core.platform.audit.actions import record
from core.schema import target_schema


@dataclass(frozen=True, slots=True)
class RecordTypeEffect:
    """What a choice does: fields that get another target or are left out, decisions that stay, and that are replaced."""

    changes: int
    kept_decisions: int
    replaced_decisions: int


@view("mapping.edit")
def record_type_effect(
    context: Context,
    migration_id: str,
    stream: str,
    entity: str | None,
    sources: Mapping[str, Source],
    *,
    keep_decisions: bool = True,
) -> RecordTypeEffect:
    """Count what set_record_type would do; nothing is written."""
    migration = sources_views.migration(context, migration_id)
    _check(context, migration_id, stream, entity)
    fields = _fields(context, migration_id)
    of_table = [field for field in fields if field.stream == stream]
    by_choice = _left_out_with(context, migration, stream)
    decisions = {
        field.id: field for field in of_table if field.status != views.SUGGESTED and field.id not in by_choice
    }
    open_fields = [field for field in of_table if not keep_decisions or field.id not in decisions]
    kept_count, replaced_count = (len(decisions), 0) if keep_decisions else (0, len(decisions))
    if entity is None:
        return RecordTypeEffect(
            sum(field.status != "ignored" for field in open_fields), kept_count, replaced_count
        )
    choices = {**views.chosen_record_types(migration), stream: entity}
    samples = samples_of(context, migration_id, sources, choices)
    decided_fields = [
        field for field in fields if field.status != views.SUGGESTED and field.id not in by_choice
        and (keep_decisions or field.stream != stream)
    ]  # fmt: skip
    closed_columns = {field.source_field for field in decided_fields if field.stream == stream}
    new = {
        (proposal.source, proposal.slot): proposal.target
        for proposal in proposals_of(context, migration_id, samples, decided_fields)
        if proposal.stream == stream and proposal.source not in closed_columns
    }
    old = {(field.source_field, field.slot): field.target for field in open_fields}
    keys = new.keys() | old.keys()
    return RecordTypeEffect(sum(new.get(key) != old.get(key) for key in keys), kept_count, replaced_count)


@action("mapping.edit")
def set_record_type(
    context: Context,
    migration_id: str,
    stream: str,
    entity: str | None,
    sources: Mapping[str, Source],
    *,
    keep_decisions: bool = True,
) -> None:
    """Settle the record type of a table and suggest its fields anew; None: its rows are none, all fields are left out.

    What a person decided about its fields stays, unless `keep_decisions` is false.
    """
    migration = _held(context, migration_id)
    _check(context, migration_id, stream, entity)
    before = migration.settings.get(views.RECORD_TYPES, {}).get(stream)
    _take_back(context, before)
    _settle(context, migration, stream, entity, sources, before=before, keep_decisions=keep_decisions)
    record(
        context,
        "mapping.record_type",
        "migration",
        migration_id,
        table=stream,
        entity=entity,
        kept_decisions=keep_decisions,
    )


@action("mapping.edit")
def undo_record_type(context: Context, migration_id: str, stream: str, sources: Mapping[str, Source]) -> None:
    """Take the last choice about the table's record type back, with the decisions that were made or replaced with it."""
    migration = _held(context, migration_id)
    choices = dict(migration.settings.get(views.RECORD_TYPES, {}))
    choice = choices.pop(stream, None)
    if choice is None:
        raise ConflictError("No record type is chosen for this table.", hint="Reload the page.")
    _take_back(context, choice)
    before = choice["before"]
    if before:
        _settle(context, migration, stream, before["entity"], sources, before=before["before"])
    else:
        migration.settings = {**migration.settings, views.RECORD_TYPES: choices}
        suggest_fields(context, migration_id, sources)
    entity = before["entity"] if before else None
    record(
        context,
        "mapping.record_type",
        "migration",
        migration_id,
        table=stream,
        entity=entity,
        undone=True,
    )


@action("mapping.edit")
def undo_batch(context: Context, migration_id: str, batch: str, sources: Mapping[str, Source]) -> list[str]:
    """Restore what stood before a batch and was not decided since; return the ids of its fields.

    The batch of a record type takes the choice back with its decisions.
    """
    choices = sources_views.migration(context, migration_id).settings.get(views.RECORD_TYPES, {})
    stream = next((name for name, choice in choices.items() if choice["batch"] == batch), None)
    if stream is None:
        return views.fields_of_batch(context, undo(context, batch, only_unchanged=True).batch)
    field_ids = views.fields_of_batch(context, batch)
    undo_record_type(context, migration_id, stream, sources)
    return field_ids


def settle_record_types(
    context: Context, migration_id: str, entities: Mapping[str, str | None], sources: Mapping[str, Source]
) -> None:
    """Store the record type of each table, for a recipe; undecided fields are suggested anew, none is excluded.

    The choice is taken back by undo_record_type, table by table.
    """
    migration = _held(context, migration_id)
    choices = dict(migration.settings.get(views.RECORD_TYPES, {}))
    for stream, entity in entities.items():
        before = choices.get(stream)
        _take_back(context, before)
        choices[stream] = {"entity": entity, "batch": new_id(), "before": before}
        record(context, "mapping.record_type", "migration", migration_id, table=stream, entity=entity)
    migration.settings = {**migration.settings, views.RECORD_TYPES: choices}
    suggest_fields(context, migration_id, sources)


def _settle(
    context: Context,
    migration: Migration,
    stream: str,
    entity: str | None,
    sources: Mapping[str, Source],
    *,
    before: dict[str, Any] | None,
    keep_decisions: bool = True,
) -> None:
    """Store the choice, suggest anew, and leave the fields out where the table holds no record type."""
    batch = new_id()
    mark = Mark(batch, label=f"Record type of {stream}: {record_type_label(entity)}")
    if entity and not keep_decisions:
        _reopen(context, migration.id, stream, mark)
    choice = {"entity": entity, "batch": batch, "before": before}
    choices = {**migration.settings.get(views.RECORD_TYPES, {}), stream: choice}
    migration.settings = {**migration.settings, views.RECORD_TYPES: choices}
    suggest_fields(context, migration.id, sources)
    if entity is None:
        decisions = [
            Decision(field.id, field.version, None, None, "ignored", views.NO_RECORD_TYPE)
            for field in _fields(context, migration.id)
            if field.stream == stream
            and (field.status == views.SUGGESTED or (not keep_decisions and field.status != "ignored"))
        ]
        if decisions:
            save(context, decisions, mark)


def _reopen(context: Context, migration_id: str, stream: str, mark: Mark) -> None:
    """Make the decided fields of the table undecided; the batch of `mark` restores them."""
    ids = [
        field.id
        for field in _fields(context, migration_id)
        if field.stream == stream and field.status != views.SUGGESTED
    ]
    for field in locked(context, ids).values():
        before = state(field)
        if field.second_by and field.second_at:
            before |= {"second_by": field.second_by, "second_at": field.second_at.isoformat()}
        field.status = views.SUGGESTED
        field.version += 1
        field.decided_by = field.decided_at = field.second_by = field.second_at = field.reason = None
        log_decision(context, field, before, mark, "mapping.decide", status=field.status)
    context.session.flush()


def _take_back(context: Context, choice: Mapping[str, Any] | None) -> None:
    """Undo the decisions that were made or replaced with a choice; those decided since stay."""
    if not choice:
        return
    with suppress(ConflictError, NotFoundError):
        undo(context, choice["batch"], only_unchanged=True)


def _left_out_with(context: Context, migration: Migration, stream: str) -> set[str]:
    """Return the ids of the fields that the present choice of the table decided."""
    choice = migration.settings.get(views.RECORD_TYPES, {}).get(stream)
    if not choice or choice["entity"] is not None:
        return set()
    query = select(MappingDecision.field_id).where(MappingDecision.batch == choice["batch"])
    return set(context.session.scalars(query))


def _held(context: Context, migration_id: str) -> Migration:
    """Return the migration, held until the transaction ends: two choices at once follow each other."""
    sources_views.migration(context, migration_id)
    query = select(Migration).where(Migration.id == migration_id).with_for_update()
    return context.session.scalars(query.execution_options(populate_existing=True)).one()


def _fields(context: Context, migration_id: str) -> list[MappingField]:
    query = select(MappingField).where(MappingField.migration_id == migration_id)
    return list(context.session.scalars(query.order_by(MappingField.position, MappingField.slot)))


def _check(context: Context, migration_id: str, stream: str, entity: str | None) -> None:
    """Raise NotFoundError for a table that is not there, InvalidInputError for a record type of another domain."""
    tables = {table.name for table in sources_views.streams(context, migration_id)}
    if stream not in tables:
        raise NotFoundError(
            f"This migration has no table {stream!r}.", hint=f"It has {', '.join(sorted(tables))}."
        )
    entities = target_schema().domain(context.tenant.domain)
    if entity is not None and entity not in entities:
        raise InvalidInputError(
            f"There is no record type {entity!r}.", hint=f"Use one of {', '.join(entities)}."
        )
