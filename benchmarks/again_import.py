"""Import files for benchmarks/again.py and read what came of it: the plan, the rows that were records, the target."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import again_files
from sqlalchemy import select

Key = tuple[str, str]
"""Entity and id of a record."""


@dataclass
class Import:
    """What came of an import: its plan, the rows that were read, and which warnings were given before it started."""

    plan: Any = None
    rows: dict[tuple[str, str], dict[str, set[int]]] = field(default_factory=dict)
    codes: dict[str, set[str]] = field(default_factory=dict)
    held: dict[str, set[int]] = field(default_factory=dict)
    refusal: str = ""


@dataclass(frozen=True)
class Record:
    """A record of the target: its content, and the file and the row that it was last written from."""

    content: tuple[str, ...]
    file: str
    row: int


_strides: dict[str, int] = {}
"""Stream -> by what the numbers of its rows are to be divided: several people or days of one row have numbers of their own."""


def stride_of(largest: int, height: int) -> int:
    """Return the power of ten that makes the numbers of a stream's rows those of a table of so many rows."""
    stride = 1
    while height and largest // stride > height:
        stride *= 10
    return stride


def blanks_below(rows: Sequence[Sequence[str]], column: int, number: int) -> Iterator[int]:
    """Yield the numbers of the rows below that leave the column blank: they may take its value from this row."""
    while number < len(rows) and not "".join(rows[number][column : column + 1]):
        number += 1
        yield number


def import_files(context: Any, files: Sequence[Path], *, imports: bool = True) -> Import:
    """Import files with every suggestion accepted above 70 %; where that imports nothing, with all of them."""
    result = _import_files(context, files, 0.7, imports=imports)
    return _import_files(context, files, 0.0, imports=imports) if result.refusal else result


def _import_files(context: Any, files: Sequence[Path], threshold: float, *, imports: bool) -> Import:
    from adapters import SOURCES
    from core.engine.mapping.actions import accept_above, suggest_mapping
    from core.engine.mapping.plans import plan_from_json
    from core.engine.runs import actions
    from core.engine.runs.tables import Run
    from core.engine.runs.worker import steps
    from core.engine.sources.actions import add_file, create_migration
    from core.engine.validation import views
    from core.engine.validation.actions import validate
    from core.errors import AppError

    result = Import()
    migration = create_migration(context, files[0].name).id
    try:
        for path in files:
            add_file(context, migration, path, SOURCES)
        suggest_mapping(context, migration, SOURCES)
        accept_above(context, migration, threshold)
        if threshold == 0.0:
            _accept_questions(context, migration)
        validation = validate(context, migration, accept_above=threshold).id
        for issue in views.issues(context, validation, limit=None):
            result.codes.setdefault(issue.code, set()).add(issue.entity)
            if issue.level == "error":
                numbers = {issue.row // stride for stride in (1, 100, 1000)}
                result.held.setdefault(issue.file, set()).update(numbers)
        if imports:
            run = actions.start(context, migration, "import").id
            tenant, person = context.tenant.id, context.person
            steps.load(tenant, person, run, steps.begin(tenant, person, run))
            steps.finish(tenant, person, run)
            context.session.rollback()
            result.plan = plan_from_json(context.session.scalars(select(Run.plan).where(Run.id == run)).one())
    except AppError as error:
        result.refusal = f"{error.message} {error.hint}".strip()
    context.session.rollback()
    _read_rows(context, migration, files, result)
    return result


def _accept_questions(context: Any, migration: str) -> None:
    from core.engine.mapping.actions.decide import Decision, save
    from core.engine.mapping.actions.decision_log import Mark
    from core.engine.mapping.views import UNDECIDED, field_rows
    from core.kit.ids import new_id

    open_fields = [row for row in field_rows(context, migration, UNDECIDED) if row.target]
    if open_fields:
        decisions = [
            Decision(row.id, row.version, row.target, row.transform, "accepted") for row in open_fields
        ]
        save(context, decisions, Mark(new_id(), rule="confidence above 0"))


def _read_rows(context: Any, migration: str, files: Sequence[Path], result: Import) -> None:
    """Read the numbers of the rows of each stream that are records ('' -> numbers), beside its columns."""
    from core.engine.batch import MARK, ROW
    from core.engine.sources import store, views

    names = {file.id: file.name for file in views.files(context, migration)}
    for stream in views.streams(context, migration):
        columns: dict[str, set[int]] = {name: set() for name in stream.columns}
        columns[""] = set()
        for chunk in store.list_chunks(context, stream.id):
            for row in store.read_chunk(context, stream.id, chunk.chunk_no).iter_rows(named=True):
                if not row.get(MARK):
                    columns[""].add(row[ROW])
        heights = again_files.heights(next(path for path in files if path.name == names[stream.file_id]))
        _strides[stream.id] = stride = stride_of(max(columns[""], default=0), max(heights))
        columns[""] = {number // stride for number in columns[""]}
        result.rows[names[stream.file_id], stream.name] = columns


def read_target(context: Any) -> dict[Key, Record]:
    """Read every record of the tenant's target."""
    from core.db.personal import PersonalValues
    from core.db.target import NAME_INDEX, OWN_COLUMNS, target_table
    from core.engine.sources.tables import SourceFile, SourceStream
    from core.schema import target_schema

    context.session.rollback()
    files = dict(
        context.session.execute(
            select(SourceStream.id, SourceFile.name).join(SourceFile, SourceFile.id == SourceStream.file_id)
        ).all()
    )
    records: dict[Key, Record] = {}
    for entity in target_schema().domain(context.tenant.domain):
        table = target_table(entity)
        names = [column.name for column in table.c if column.name not in {*OWN_COLUMNS, NAME_INDEX}]
        rows = context.session.execute(select(table).where(table.c.tenant_id == context.tenant.id)).mappings()
        for row in PersonalValues.of(context.session, entity).decrypt_rows(rows):
            content = tuple(f"{name}={row[name]!r}" for name in names if row[name] is not None)
            number = (row["source_row"] or 0) // _strides.get(row["stream_id"], 1)
            records[entity, row["external_id"]] = Record(content, files.get(row["stream_id"], ""), number)
    return records


def domain_of(sample: Path) -> dict[str, str]:
    """Return the setting of a tenant whose domain is that of the sample's source."""
    from adapters import SOURCES

    return {"domain": SOURCES[sample.parent.name].domain}
