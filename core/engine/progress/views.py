"""Show the progress of migrations: their journeys, from facts counted by the database.

The wizard asks on every screen, so no row of data, no evidence and no plan is loaded; plans are compared only where a
decision was made, or fields were suggested anew, since the last validation.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, Text, case, cast, func, or_, select
from sqlalchemy.dialects.postgresql import JSONB, distinct_on

from core.context import Context
from core.engine.mapping import views as mapping
from core.engine.mapping.bands import AMBER_FROM
from core.engine.mapping.tables import MappingDecision, MappingField
from core.engine.mapping.views.progress import asked_column
from core.engine.plan import Conflict
from core.engine.progress import rules
from core.engine.progress.facts import CURRENT, NOT_VALIDATED, OUTDATED, Facts, RunFacts
from core.engine.progress.needs import MigrationProgress
from core.engine.progress.rules import Journey
from core.engine.progress.start import StartButton
from core.engine.progress.start import start_button as derive_start
from core.engine.runs import views as runs
from core.engine.runs.lookup import get_run, takes_two_people
from core.engine.runs.reconciliation.accounting import held_in, noted_tables
from core.engine.runs.reconciliation.accounting_rules import Account, Outcome
from core.engine.runs.rules import ACTIVE, AWAITING_WORKER, LOADED
from core.engine.runs.tables import Run, RunChunk
from core.engine.runs.worker.standstill import has_worker
from core.engine.sources import views as sources
from core.engine.sources.tables import Migration, SourceFile, SourceStream
from core.engine.validation import views as validations
from core.engine.validation.tables import Validation
from core.platform.access.actions import view
from core.platform.audit.tables import AuditLine

_Rows = Mapping[str, Row[Any]]
_SUGGESTS = ("mapping.suggest", "ai.ask")
"""Actions that give unreviewed fields another suggestion; the fields stay, so only the audit log has the time."""
_RULES = ("mapping.strict", "mapping.business_day")
"""Actions on Rules that change the plan of their migration."""
_SHARED_RULES = ("mapping.row_rule",)
"""Actions on Rules that also change the plans of the customer's other migrations."""


@view("migration.read")
def facts(context: Context, migration_id: str) -> Facts:
    """Count the facts of a migration as it stands. NotFoundError for one that is not this tenant's."""
    return _facts(context, [sources.migration(context, migration_id)])[migration_id]


@view("migration.read")
def journey(context: Context, migration_id: str) -> Journey:
    """Derive the journey of a migration for this person. NotFoundError for one that is not this tenant's."""
    return rules.journey(facts(context, migration_id), context.permissions)


@view("migration.read")
def start_button(context: Context, migration_id: str) -> StartButton:
    """Derive the button that starts an import of a migration, for this person."""
    migration_facts = facts(context, migration_id)
    return derive_start(
        migration_facts, rules.journey(migration_facts, context.permissions), context.permissions
    )


@view("migration.read")
def all_facts(context: Context) -> dict[str, tuple[Migration, Facts]]:
    """Return migration id -> the migration and its facts, the newest first; as many queries as for one migration."""
    migrations = sources.migrations(context)
    facts_by_id = _facts(context, migrations)
    return {migration.id: (migration, facts_by_id[migration.id]) for migration in migrations}


@view("migration.read")
def migration_progress(context: Context) -> list[MigrationProgress]:
    """List every migration of the tenant with its facts and its journey for this person, the newest first."""
    return [
        MigrationProgress(
            migration.id,
            migration.name,
            migration.created_at,
            migration_facts,
            rules.journey(migration_facts, context.permissions),
        )
        for migration, migration_facts in all_facts(context).values()
    ]


@dataclass(frozen=True, slots=True)
class _Answers:
    """Rows of the database about some migrations, by their ids (strategies: by the ids of validations)."""

    files: _Rows
    fields: _Rows
    validations: _Rows
    strategies: Mapping[str, Sequence[tuple[str, str]]]
    runs: Mapping[str, Mapping[str, Row[Any]]]


def _facts(context: Context, migrations: Sequence[Migration]) -> dict[str, Facts]:
    ids = [migration.id for migration in migrations]
    if not ids:
        return {}
    latest = _by_id(context, _validations(ids))
    answers = _Answers(
        _by_id(context, _files(ids)),
        _by_id(context, _fields(ids)),
        latest,
        _strategies(context, [row.id for row in latest.values()]),
        _newest_runs(context, ids),
    )
    return {migration.id: _of(context, migration, answers) for migration in migrations}


def _of(context: Context, migration: Migration, answers: _Answers) -> Facts:
    at = migration.id
    file, field, validation = answers.files[at], answers.fields.get(at), answers.validations.get(at)
    state = _validation_state(context, migration, answers)
    current = validation if state == CURRENT else None
    newest = {kind: _run_facts(context, row, current) for kind, row in answers.runs.get(at, {}).items()}
    imported = newest.get("import")
    if imported and _left_nothing(imported) and (loaded_run := _loaded_import(context, at)):
        imported = newest["import"] = _run_facts(context, loaded_run, current)
    pending_fields: list[mapping.FieldRow] = []
    if field and field.planned and not (imported and imported.current and imported.state in LOADED):
        accept = AMBER_FROM
        if validation is not None and state == CURRENT:
            accept = validation.totals.get("accept_above", AMBER_FROM)
        pending_fields = mapping.awaiting_second(context, at, accept_above=accept)
    return Facts(
        files=file.files,
        rows=int(file.rows),
        fields=field.fields if field else 0,
        reviewed=field.reviewed if field else 0,
        weak=field.weak if field else 0,
        asked=field.asked if field else 0,
        unsuggested=max(0, file.columns - (field.firsts if field else 0)),
        planned=field.planned if field else 0,
        second=len(pending_fields),
        second_mine=sum(field_row.decided_by not in {None, context.person} for field_row in pending_fields)
        if context.may("mapping.edit")
        else 0,
        validation=state,
        held=validations.file_held(validation.totals) if validation else 0,
        dry_run=newest.get("dry_run"),
        imported=imported,
        has_worker=_has_worker(newest),
    )


def _validation_state(context: Context, migration: Migration, answers: _Answers) -> str:
    """Tell whether the newest validation is of the mapping and the files as they are; plans are compared only in doubt."""
    validation = answers.validations.get(migration.id)
    if validation is None:
        return NOT_VALIDATED
    file = answers.files[migration.id]
    strategies = migration.settings.get(mapping.CONFLICT_SETTING, {})
    times = (file.suggested_at, file.decided_at)
    untouched = _is_untouched(validation, times, file.streams or []) and all(
        strategy == strategies.get(entity, Conflict.OVERWRITE)
        for entity, strategy in answers.strategies.get(validation.id, ())
    )
    return CURRENT if untouched or _is_current(context, validation.id) else OUTDATED


def _by_id(context: Context, query: Any) -> _Rows:
    return {row.migration_id: row for row in context.session.execute(query)}


def _files(ids: Sequence[str]) -> Any:
    """Select files, rows, ids of streams, columns, and the times of the last decision and suggestions per migration."""

    def of(column: Any, table: Any) -> Any:
        return select(column).where(table.migration_id == Migration.id).correlate(Migration).scalar_subquery()

    present = _present(ids)
    columns = select(func.count()).where(present.c.migration_id == Migration.id).correlate(Migration)
    suggested = (
        select(func.max(AuditLine.created_at))
        .where(
            AuditLine.object_type == "migration",
            or_(
                (AuditLine.object_id == cast(Migration.id, Text))
                & AuditLine.action.in_((*_SUGGESTS, *_RULES)),
                AuditLine.action.in_(_SHARED_RULES),
            ),
        )
        .correlate(Migration)
    )
    return select(
        Migration.id.label("migration_id"),
        of(func.count(), SourceFile).label("files"),
        of(func.coalesce(func.sum(SourceStream.rows), 0), SourceStream).label("rows"),
        of(func.array_agg(SourceStream.id), SourceStream).label("streams"),
        columns.scalar_subquery().label("columns"),
        of(func.max(MappingDecision.created_at), MappingDecision).label("decided_at"),
        suggested.scalar_subquery().label("suggested_at"),
    ).where(Migration.id.in_(ids))


def _present(ids: Sequence[str]) -> Any:
    """Select the columns of the files, each once: migration_id, stream name, column."""
    column = func.jsonb_array_elements_text(SourceStream.columns).label("column")
    query = select(SourceStream.migration_id, SourceStream.name, column)
    return query.where(SourceStream.migration_id.in_(ids)).distinct().cte("present")


def _fields(ids: Sequence[str]) -> Any:
    """Count the fields of columns that the files have."""
    present = _present(ids)
    confidence = MappingField.confidence
    is_open = MappingField.status == mapping.SUGGESTED
    has_target = MappingField.target.is_not(None)
    is_asked = func.coalesce(asked_column(), False)
    planned = has_target & case(
        (is_open, (confidence >= AMBER_FROM) & ~is_asked), else_=MappingField.status != "ignored"
    )
    weak = is_open & (confidence.is_(None) | (confidence < AMBER_FROM) | is_asked)
    return (
        select(
            MappingField.migration_id,
            func.count().label("fields"),
            func.count().filter(~is_open).label("reviewed"),
            func.count().filter(weak).label("weak"),
            func.count().filter(is_asked).label("asked"),
            func.count().filter(planned).label("planned"),
            func.count().filter(MappingField.slot == 0).label("firsts"),
        )
        .join(
            present,
            (present.c.migration_id == MappingField.migration_id)
            & (present.c.name == MappingField.stream)
            & (present.c.column == MappingField.source_field),
        )
        .where(MappingField.migration_id.in_(ids))
        .group_by(MappingField.migration_id)
    )


def _validations(ids: Sequence[str]) -> Any:
    """Select the newest validation of each migration, without its plan."""
    columns = (
        Validation.migration_id,
        Validation.id,
        Validation.created_at,
        Validation.plan_hash,
        Validation.totals,
    )
    query = select(*columns).where(Validation.migration_id.in_(ids)).ext(distinct_on(Validation.migration_id))
    return query.order_by(Validation.migration_id, Validation.created_at.desc(), Validation.id.desc())


def _strategies(context: Context, ids: Sequence[str]) -> dict[str, list[tuple[str, str]]]:
    """Return validation id -> (entity, strategy) of its plan."""
    if not ids:
        return {}
    entities = func.jsonb_array_elements(Validation.plan["entities"], type_=JSONB).label("planned")
    planned = select(Validation.id, entities).where(Validation.id.in_(ids)).subquery().c
    query = select(planned.id, planned.planned["entity"].astext, planned.planned["conflict"].astext)
    strategies: dict[str, list[tuple[str, str]]] = {}
    for validation, entity, strategy in context.session.execute(query):
        strategies.setdefault(validation, []).append((entity, strategy))
    return strategies


def _is_untouched(validation: Row[Any], times: Sequence[datetime | None], streams: Sequence[str]) -> bool:
    """Tell whether a validation is newer than all files, decisions and suggestions."""
    return sorted(streams) == validation.totals.get("streams") and all(
        at is None or at < validation.created_at for at in times
    )


def _is_current(context: Context, validation_id: str) -> bool:
    return validations.is_current(context, validations.validation(context, validation_id))


def _left_nothing(run: RunFacts) -> bool:
    """Tell whether an import was given up and left no record, so that an earlier one is what the target holds."""
    rolled_back = run.state == "rolled_back" and not run.records_left and not run.partial
    return rolled_back or (run.state in {"cancelled", "draft"} and not run.has_records)


def _runs(ids: Sequence[str]) -> Any:
    """Select runs with the streams that their validation read, by migration and kind, the newest first."""
    columns = (
        Run.migration_id,
        Run.kind,
        Run.id,
        Run.state,
        Run.step,
        Run.plan_hash,
        Run.totals,
        Run.updated_at,
        Run.created_by,
        Validation.totals["streams"].label("streams"),
    )
    return (
        select(*columns)
        .join(Validation, Validation.id == Run.validation_id)
        .where(Run.migration_id.in_(ids))
        .order_by(Run.migration_id, Run.kind, Run.created_at.desc(), Run.id.desc())
    )


def _loaded_import(context: Context, migration_id: str) -> Row[Any] | None:
    """Find the newest import with records in the target."""
    query = _runs([migration_id]).where(Run.kind == "import", Run.state.in_(LOADED)).limit(1)
    row: Row[Any] | None = context.session.execute(query).first()
    return row


def _newest_runs(context: Context, ids: Sequence[str]) -> dict[str, dict[str, Row[Any]]]:
    """Return migration id -> kind -> its newest run."""
    query = _runs(ids).ext(distinct_on(Run.migration_id, Run.kind))
    newest: dict[str, dict[str, Row[Any]]] = {}
    for row in context.session.execute(query):
        newest.setdefault(row.migration_id, {})[row.kind] = row
    return newest


def _run_facts(context: Context, row: Row[Any], validation: Row[Any] | None) -> RunFacts:
    """Build the facts of a run. `validation`: the newest, where it is current."""
    current = validation is not None and (row.plan_hash, row.streams) == (
        validation.plan_hash,
        validation.totals.get("streams"),
    )
    entities = row.totals.get("entities") or {}
    rollback = row.totals.get("rollback") or {}
    account = Account(row.id, noted_tables(row.totals) or ()) if "differing" in row.totals else None
    has_records = row.state == "cancelled" and _has_written(context, row.id)
    two_people = has_records and takes_two_people(context, get_run(context, row.id))
    state = (
        "queued" if row.state == "running" and row.step == AWAITING_WORKER else row.state
    )  # resumed, not taken up
    return RunFacts(
        row.id,
        state,
        current,
        percent=_percent(context, row.id, state),
        held=held_in(row.totals),
        has_records=has_records,
        records_left=len(rollback.get("kept", ())),
        file_rows=account.rows if account else 0,
        imported=account.count(Outcome.IMPORTED) if account else 0,
        not_mapped=account.count(Outcome.NOT_MAPPED) if account else 0,
        at=row.updated_at,
        undo_permission=runs.undo_permission(context, row.created_by, two_people=two_people),
        partial=bool(rollback) and set(rollback.get("entities") or entities) < set(entities),
    )


def _percent(context: Context, run_id: str, state: str) -> int:
    """Compute the percentage of the Runs screen, only where it is shown."""
    if state not in {"running", "verifying", "paused"}:
        return 0
    return int(runs.run(context, run_id).percent)


def _has_written(context: Context, run_id: str) -> bool:
    query = select(RunChunk.run_id).where(RunChunk.run_id == run_id, RunChunk.changed > 0).limit(1)
    return context.session.execute(query).first() is not None


def _has_worker(newest: Mapping[str, RunFacts]) -> bool:
    """Tell whether a worker is online, asked only where a run is under way."""
    return not any(run.state in ACTIVE for run in newest.values()) or has_worker()
