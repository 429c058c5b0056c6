"""Shows what a validation found: counts, money touched, and each issue with its place in the file and its remedy."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import astuple, dataclass, fields
from decimal import Decimal
from typing import Any

from sqlalchemy import ColumnElement, Select, func, or_, select

from core.context import Context
from core.engine.issues import CATALOGUE, Level
from core.engine.mapping import views as mapping
from core.engine.mapping.plans import plan_digest
from core.engine.mapping.tables import MappingField
from core.engine.sources import views as sources
from core.engine.sources.tables import SourceFile, SourceStream
from core.engine.validation.tables import IssueRecord, Validation
from core.errors import NotFoundError
from core.kit.sheets import write_sheet
from core.platform.access.actions import view

_LEVELS = {level: place for place, level in enumerate(Level)}


@dataclass(frozen=True, slots=True)
class IssueView:
    """One issue. `row` is the source's row number, 0 for a whole column; `value` is masked where it is personal."""

    row: int
    stream: str
    file: str
    entity: str
    field: str
    source_field: str
    code: str
    level: str
    title: str
    remedy: str
    value: str | None
    detail: str | None
    money: Decimal | None
    mapping_field_id: str | None


@dataclass(frozen=True, slots=True)
class IssueCount:
    """`money` is the sum of the amounts touched, with their signs; None where the fault has none."""

    code: str
    level: str
    title: str
    rows: int
    money: Decimal | None


def file_held(totals: Mapping[str, Any]) -> int:
    """Rows of the files with an error, each once, by a validation's totals; of an old validation by entity."""
    return int(totals.get("file_held", sum(totals.get("held", {}).values())))


@view("migration.read")
def latest(context: Context, migration_id: str) -> Validation | None:
    """The newest validation of a migration."""
    query = select(Validation).where(Validation.migration_id == migration_id)
    return context.session.scalar(query.order_by(Validation.created_at.desc(), Validation.id.desc()).limit(1))


@view("migration.read")
def validation(context: Context, validation_id: str) -> Validation:
    found = context.session.scalar(select(Validation).where(Validation.id == validation_id))
    if found is None:
        raise NotFoundError("There is no such validation here.", hint="Validate the migration again.")
    return found


@view("migration.read")
def is_current(context: Context, validation: Validation) -> bool:
    """Whether neither the mapping nor the files have changed since."""
    streams = sorted(stream.id for stream in sources.streams(context, validation.migration_id))
    if streams != validation.totals.get("streams"):
        return False
    accept = validation.totals["accept_above"]
    plan = mapping.current_plan(context, validation.migration_id, accept_above=accept)
    return plan_digest(plan) == validation.digest


@view("migration.read")
def issues(  # noqa: PLR0913  (each is a filter of the list)
    context: Context,
    validation_id: str,
    *,
    level: str | None = None,
    code: str | None = None,
    entity: str | None = None,
    search: str = "",
    limit: int | None = 500,
    offset: int = 0,
) -> list[IssueView]:
    """Issues in the order they were found; `search` looks in details, values and fields. limit None gives all."""
    made = validation(context, validation_id)
    conditions = [IssueRecord.validation_id == validation_id]
    for column, wanted in (
        (IssueRecord.level, level),
        (IssueRecord.code, code),
        (IssueRecord.entity, entity),
    ):
        if wanted is not None:
            conditions.append(column == wanted)
    if search:
        conditions.append(_mentions(search))
    query = _with_place(conditions).order_by(IssueRecord.seq).limit(limit).offset(offset)
    causes = _causes(context, made.migration_id)
    return [_shown(record, stream, file, causes) for record, stream, file in context.session.execute(query)]


@view("migration.read")
def issue_counts(context: Context, validation_id: str) -> list[IssueCount]:
    """Per code and level, errors first, then by how much money is touched, then by rows."""
    query = (
        select(IssueRecord.code, IssueRecord.level, func.count(), func.sum(IssueRecord.money))
        .where(IssueRecord.validation_id == validation_id)
        .group_by(IssueRecord.code, IssueRecord.level)
    )
    counts = [
        IssueCount(code, level, CATALOGUE[code].title, rows, money)
        for code, level, rows, money in context.session.execute(query)
    ]
    return sorted(counts, key=_gravity)


@view("migration.read")
def export_issues(context: Context, validation_id: str, form: str) -> bytes:
    """All issues as 'csv', 'xlsx' or 'json'."""
    columns = [field.name for field in fields(IssueView) if field.name != "mapping_field_id"]
    found = issues(context, validation_id, limit=None)
    return write_sheet(columns, [astuple(one)[:-1] for one in found], form, name="Issues")


def _gravity(count: IssueCount) -> tuple[int, Decimal, int]:
    return _LEVELS[Level(count.level)], -abs(count.money or Decimal(0)), -count.rows


def _with_place(conditions: Sequence[ColumnElement[bool]]) -> Select[IssueRecord, str, str]:
    return (
        select(IssueRecord, SourceStream.name, SourceFile.name)
        .outerjoin(SourceStream, SourceStream.id == IssueRecord.stream_id)
        .outerjoin(SourceFile, SourceFile.id == SourceStream.file_id)
        .where(*conditions)
    )


def _mentions(search: str) -> ColumnElement[bool]:
    texts = (IssueRecord.detail, IssueRecord.value, IssueRecord.field, IssueRecord.source_field)
    return or_(*(column.icontains(search, autoescape=True) for column in texts))


def _causes(context: Context, migration_id: str) -> dict[tuple[str, str], list[MappingField]]:
    causes: dict[tuple[str, str], list[MappingField]] = {}
    for field in mapping.mapping_fields(context, migration_id):
        causes.setdefault((field.stream, field.source_field), []).append(field)
    return causes


def _shown(
    record: IssueRecord,
    stream: str | None,
    file: str | None,
    causes: dict[tuple[str, str], list[MappingField]],
) -> IssueView:
    fault = CATALOGUE[record.code]
    target = f"{record.entity}.{record.field}"
    named = [record.source_field, *record.source_field.split(", ")]
    mapped = next((causes[stream or "", name] for name in named if (stream or "", name) in causes), [])
    cause = next((field for field in mapped if field.target == target), mapped[0] if mapped else None)
    return IssueView(
        record.row,
        stream or "",
        file or "",
        record.entity,
        record.field,
        record.source_field,
        record.code,
        record.level,
        fault.title,
        fault.remedy,
        record.value,
        record.detail,
        record.money,
        cause.id if cause else None,
    )
