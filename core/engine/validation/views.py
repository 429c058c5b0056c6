"""Show the issues of a validation: counts, amounts affected, and each issue with its row in the file and its remedy."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import ColumnElement, Select, case, func, or_, select

from core.context import Context
from core.engine.issues import CATALOGUE, Level
from core.engine.mapping import views as mapping
from core.engine.mapping.plans import plan_digest
from core.engine.mapping.tables import MappingField
from core.engine.sources import views as sources
from core.engine.sources.tables import SourceFile, SourceStream
from core.engine.validation.personal_values import read_personal_values
from core.engine.validation.tables import IssueRecord, Validation
from core.errors import NotFoundError
from core.platform.access.actions import view
from core.schema import entity_label, target_title

_LEVELS = {level: rank for rank, level in enumerate(Level)}


@dataclass(frozen=True, slots=True)
class ValidationView:
    """A validation; columns as in Validation."""

    id: str
    migration_id: str
    plan_hash: str
    plan: dict[str, Any]
    totals: dict[str, Any]
    created_at: datetime
    created_by: str


_COLUMNS = [getattr(Validation, field.name) for field in fields(ValidationView)]


@dataclass(frozen=True, slots=True)
class IssueView:
    """One issue. `row` is the source's row number, 0 for a whole column.

    A personal value is masked in `value` and `detail` for roles without personal.read.
    """

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
    seq: int = 0

    @property
    def target(self) -> str:
        """'Menu item › Price'; 'Menu item' for a row as a whole."""
        return target_title(f"{self.entity}.{self.field}") if self.field else entity_label(self.entity)


@dataclass(frozen=True, slots=True)
class IssueCount:
    """`money` is the sum of the amounts affected, with their signs; None where the fault has none."""

    code: str
    level: str
    title: str
    rows: int
    money: Decimal | None


def file_held(totals: Mapping[str, Any]) -> int:
    """Count the rows of the files with an error, each once, by a validation's totals; of an old validation by entity."""
    return int(totals.get("file_held", sum(totals.get("held", {}).values())))


@view("migration.read")
def latest(context: Context, migration_id: str) -> ValidationView | None:
    """Return the newest validation of a migration."""
    query = select(*_COLUMNS).where(Validation.migration_id == migration_id)
    newest_first = query.order_by(Validation.created_at.desc(), Validation.id.desc())
    row = context.session.execute(newest_first.limit(1)).first()
    return None if row is None else ValidationView(*row)


@view("migration.read")
def validation(context: Context, validation_id: str) -> ValidationView:
    """Return a validation by its id; NotFoundError where there is none, or none of this tenant."""
    row = context.session.execute(select(*_COLUMNS).where(Validation.id == validation_id)).first()
    if row is None:
        raise NotFoundError("There is no such validation here.", hint="Validate the migration again.")
    return ValidationView(*row)


@view("migration.read")
def is_current(context: Context, validation: Validation | ValidationView) -> bool:
    """Tell whether neither the mapping nor the files have changed since."""
    streams = sorted(stream.id for stream in sources.streams(context, validation.migration_id))
    if streams != validation.totals.get("streams"):
        return False
    accept = validation.totals["accept_above"]
    plan = mapping.current_plan(context, validation.migration_id, accept_above=accept)
    return plan_digest(plan) == validation.plan_hash


@view("migration.read")
def issues(  # noqa: PLR0913  (each is a filter of the list)
    context: Context,
    validation_id: str,
    *,
    level: str | None = None,
    code: str | None = None,
    entity: str | None = None,
    field: str | None = None,
    source_field: str | None = None,
    search: str = "",
    gravest_first: bool = False,
    limit: int | None = 500,
    offset: int = 0,
) -> list[IssueView]:
    """List issues in the order they were found, or errors first; `search` looks in details, values and fields; limit None: all."""
    parent = validation(context, validation_id)
    conditions = [IssueRecord.validation_id == validation_id]
    for column, value in (
        (IssueRecord.level, level),
        (IssueRecord.code, code),
        (IssueRecord.entity, entity),
        (IssueRecord.field, field),
        (IssueRecord.source_field, source_field),
    ):
        if value is not None:
            conditions.append(column == value)
    if search:
        conditions.append(_mentions(search))
    order = (_gravest_first(), IssueRecord.seq) if gravest_first else (IssueRecord.seq,)
    query = _with_place(conditions).order_by(*order).limit(limit).offset(offset)
    return _listed(context, parent.migration_id, query)


@view("migration.read")
def issues_of(context: Context, validation_id: str, seqs: Sequence[int]) -> list[IssueView]:
    """List the issues with these numbers, in the order they were found."""
    parent = validation(context, validation_id)
    query = _with_place([IssueRecord.validation_id == validation_id, IssueRecord.seq.in_(seqs)])
    return _listed(context, parent.migration_id, query.order_by(IssueRecord.seq))


@view("migration.read")
def issue_counts(context: Context, validation_id: str) -> list[IssueCount]:
    """Count issues per code and level: errors first, then by money touched, then by rows."""
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


def _listed(context: Context, migration_id: str, query: Select[IssueRecord, str, str]) -> list[IssueView]:
    causes = _causes(context, migration_id)
    lines = list(context.session.execute(query))
    clear = read_personal_values(context, [line[0] for line in lines])
    return [_issue_view(issue, stream, file, causes, clear.get(issue.seq)) for issue, stream, file in lines]


def _gravest_first() -> ColumnElement[int]:
    return case({str(level): rank for level, rank in _LEVELS.items()}, value=IssueRecord.level, else_=9)


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


def _issue_view(
    issue: IssueRecord,
    stream: str | None,
    file: str | None,
    causes: dict[tuple[str, str], list[MappingField]],
    personal: tuple[str, str | None] | None,
) -> IssueView:
    fault = CATALOGUE[issue.code]
    target = f"{issue.entity}.{issue.field}"
    columns = [issue.source_field, *issue.source_field.split(", ")]
    mapped = next((causes[stream or "", name] for name in columns if (stream or "", name) in causes), [])
    cause = next((field for field in mapped if field.target == target), mapped[0] if mapped else None)
    value, detail = personal or (issue.value, issue.detail)
    return IssueView(
        row=issue.row,
        stream=stream or "",
        file=file or "",
        entity=issue.entity,
        field=issue.field,
        source_field=issue.source_field,
        code=issue.code,
        level=issue.level,
        title=fault.title,
        remedy=fault.remedy,
        value=value,
        detail=detail,
        money=issue.money,
        mapping_field_id=cause.id if cause else None,
        seq=issue.seq,
    )
