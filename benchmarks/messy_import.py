"""Import a case of the messy corpus into a fresh tenant and read what came of it: records, issues, fates, open columns."""

from __future__ import annotations

import atexit
import os
import re
import shutil
import tempfile
import warnings
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from sqlalchemy import delete, select

Place = tuple[str, str, int]
"""A row of an export: file, table, and the number that a spreadsheet shows beside it."""


@dataclass(frozen=True)
class Record:
    """A record of the target, references replaced by the record they name; `place` is the row it came from."""

    entity: str
    values: Mapping[str, Any]
    place: Place


@dataclass(frozen=True)
class OpenColumn:
    """A column that nobody has decided about; `question` says what is not certain, '' where it is only unsure."""

    file: str
    table: str
    column: str
    target: str
    question: str


@dataclass
class Outcome:
    """What came of the imports of a case. `refusal` is the message where one was refused before it wrote anything."""

    records: dict[str, list[Record]] = field(default_factory=dict)
    rows: dict[Place, Mapping[str, str]] = field(default_factory=dict)
    issues: list[Any] = field(default_factory=list)
    fates: dict[tuple[str, Place], tuple[str, str]] = field(default_factory=dict)
    open_columns: list[OpenColumn] = field(default_factory=list)
    mapped: list[str] = field(default_factory=list)
    headlines: list[str] = field(default_factory=list)
    refusal: str = ""


def prepare_database() -> None:
    """Give this process an embedded database of its own, up to date; it goes when the process ends."""
    folder = tempfile.mkdtemp(prefix="aura-messy-")
    os.environ["APP_DATA_DIR"] = folder
    os.environ["AI_API_KEY"] = ""  # no model is asked
    os.environ.pop("DATABASE_URL", None)
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    from core.db.base import app_engine
    from core.db.migrate import migrate

    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # of Alembic about its own configuration
        migrate()
    atexit.register(app_engine().dispose)


_people: dict[str, str] = {}


def outcome_of(tenant: Mapping[str, str], imports: Sequence[Sequence[Path]], accept_above: float) -> Outcome:
    """Import groups of files one after the other into a fresh tenant, accepting suggestions above a confidence."""
    from core.entry.tenants import create_person, create_tenant
    from core.kit.ids import new_id
    from core.platform.access.actions import enter

    forget_lessons()
    if "judge" not in _people:
        handle = f"judge-{new_id()[:8]}"
        _people["judge"] = create_person(handle, "Judge")
    tenant_id = create_tenant(_people["judge"], f"case-{new_id()}", "Case", **tenant)
    outcome = Outcome()
    with enter(_people["judge"], tenant_id) as context:
        for files in imports:
            _import(context, files, accept_above, outcome)
        _read_records(context, tenant.get("domain", "restaurant"), outcome)
    return outcome


def forget_lessons() -> None:
    """Forget what decisions of earlier cases taught all customers: a case must not depend on another."""
    from core.db.session import TenantSession
    from core.engine.mapping.tables import ConfidenceOutcome, MappingMemory

    with TenantSession("", "") as session:
        for shared in (MappingMemory, ConfidenceOutcome):
            session.execute(delete(shared))
        session.commit()


def _import(context: Any, files: Sequence[Path], accept_above: float, outcome: Outcome) -> None:
    """Carry out one import as `aura import FILES --accept-above …` does, and read its rows, issues and fates."""
    from adapters import SOURCES
    from core.engine.mapping.actions import accept_above as accept
    from core.engine.mapping.actions import suggest_mapping
    from core.engine.runs import actions, views
    from core.engine.runs.worker import steps
    from core.engine.sources.actions import add_file, create_migration
    from core.engine.validation.actions import validate
    from core.errors import AppError

    migration = create_migration(context, ", ".join(path.name for path in files)).id
    validation = run = None
    try:
        for path in files:
            add_file(context, migration, path, SOURCES)
        suggest_mapping(context, migration, SOURCES)
        accept(context, migration, accept_above)
        validation = validate(context, migration, accept_above=accept_above).id
        run = actions.start(context, migration, "import").id
        tenant, person = context.tenant.id, context.person
        steps.load(tenant, person, run, steps.begin(tenant, person, run))
        steps.finish(tenant, person, run)
    except AppError as error:
        context.session.rollback()
        outcome.refusal = f"{error.message} {error.hint}".strip()
    context.session.rollback()
    if run:
        view = views.run(context, run)
        outcome.headlines.append(f"{view.state}: {view.headline}")
    _read_sources(context, migration, outcome)
    _read_open(context, migration, accept_above, outcome)
    if validation:
        _read_issues(context, validation, outcome)
    if run:
        _read_fates(context, run, outcome)


_stream_places: dict[str, tuple[str, str]] = {}


def _read_sources(context: Any, migration: str, outcome: Outcome) -> None:
    from core.engine.batch import ROW
    from core.engine.sources import store, views

    names = {file.id: file.name for file in views.files(context, migration)}
    for stream in views.streams(context, migration):
        place = _stream_places[stream.id] = (names[stream.file_id], stream.name)
        for chunk in store.list_chunks(context, stream.id):
            for row in store.read_chunk(context, stream.id, chunk.chunk_no).iter_rows(named=True):
                cells = {name: text for name, text in row.items() if name != ROW and text is not None}
                outcome.rows[*place, row[ROW]] = cells


def _read_open(context: Any, migration: str, accept_above: float, outcome: Outcome) -> None:
    """Read the columns that stay open, and in words those that are mapped.

    An import takes a suggestion that nobody decided about where it is sure enough and asks nothing.
    """
    from core.engine.mapping import views
    from core.engine.sources import views as sources

    files = {file.id: file.name for file in sources.files(context, migration)}
    by_name: dict[str, list[str]] = {}
    for stream in sources.streams(context, migration):
        by_name.setdefault(stream.name, []).append(files[stream.file_id])
    for row in views.field_rows(context, migration):
        words = f"{row.stream}: {row.source_field} -> {row.target} {row.transform or ''} ({row.confidence or 0:.2f}, {row.status})"
        question = getattr(row, "question", "") or ""
        outcome.mapped.append(words + (f" ? {question}" if question else ""))
        sure = row.target and (row.confidence or 0) >= accept_above
        if row.status == "suggested" and (question or not sure):
            outcome.open_columns += [
                OpenColumn(file, row.stream, row.source_field, row.target or "", question)
                for file in by_name[row.stream]
            ]


def _read_issues(context: Any, validation: str, outcome: Outcome) -> None:
    from core.engine.validation import views

    outcome.issues += views.issues(context, validation, limit=None)


def _read_fates(context: Any, run: str, outcome: Outcome) -> None:
    from core.engine.runs.tables import RowFate

    for fate in context.session.scalars(select(RowFate).where(RowFate.run_id == run)):
        file, table = _stream_places[fate.stream_id]
        for start, end in zip(fate.starts, fate.ends, strict=True):
            for row in range(start, end + 1):
                outcome.fates[fate.entity, (file, table, row)] = (fate.fate, fate.reason)


def _read_records(context: Any, domain: str, outcome: Outcome) -> None:
    """Read every record of the tenant's target, its references as the records they name."""
    from core.db.personal import PersonalValues
    from core.db.target import NAME_INDEX, OWN_COLUMNS, target_table
    from core.schema import target_schema

    entities = target_schema().domain(domain)
    raw: dict[str, list[Mapping[str, Any]]] = {}
    by_id: dict[str, Mapping[str, Any]] = {}
    for entity in entities:
        table = target_table(entity)
        rows = context.session.execute(select(table).where(table.c.tenant_id == context.tenant.id)).mappings()
        raw[entity] = PersonalValues.of(context.session, entity).decrypt_rows(rows)
        by_id.update({row["id"]: row for row in raw[entity]})
    hidden = {*OWN_COLUMNS, NAME_INDEX} - {"external_id"}
    for entity, rows in raw.items():
        outcome.records[entity] = [
            Record(
                entity,
                {
                    name: _shown(value, by_id)
                    for name, value in row.items()
                    if name not in hidden and value not in (None, []) and not _is_made(name, value)
                },
                (*_stream_places.get(row["stream_id"], ("", "")), row["source_row"] or 0),
            )
            for row in rows
        ]


_NAMES = ("external_id", "name", "number", "code", "student_number", "first_name", "email", "title")


def _is_made(name: str, value: Any) -> bool:
    """Tell whether an external id was made by the product ('row:…', 'name:…'): it is nothing of the export's."""
    return name == "external_id" and re.match(r"[a-z][a-z_]*:", value) is not None


def _shown(value: Any, by_id: Mapping[str, Mapping[str, Any]]) -> Any:
    """Show a reference as the set of names of its record, everything else as it is."""
    if isinstance(value, list):
        return [_shown(item, by_id) for item in value]
    if isinstance(value, str) and value in by_id:
        record = by_id[value]
        names = {str(record[name]) for name in _NAMES if record.get(name)}
        if record.get("first_name") or record.get("last_name"):
            names.add(f"{record.get('first_name') or ''} {record.get('last_name') or ''}".strip())
        return frozenset(names)
    return value


def text_of(value: Any) -> str:
    """Write a value for a report."""
    if isinstance(value, frozenset):
        return "→" + "/".join(sorted(value))
    if isinstance(value, list):
        return "[" + ", ".join(map(text_of, value)) + "]"
    if isinstance(value, datetime):
        return value.isoformat().replace("+00:00", "Z")
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, Decimal):
        return f"{value.normalize():f}"
    return value.isoformat() if isinstance(value, date) else str(value)
